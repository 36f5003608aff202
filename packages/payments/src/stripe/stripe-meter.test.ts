import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { stripeMeter } from "./stripe-meter.ts";
import { STRIPE_TEST_KEY, stripeServer } from "../testing.ts";

const EVENT = {
  eventName: "apex_charges",
  identifier: "acme/val-1/vcpu",
  timestampS: 1_763_700_000,
  customerId: "cus_acme",
  value: decimal("0.5"),
};

test.each(["http://api.stripe.com", "ftp://127.0.0.1", "api.stripe.com", "http://127.0.0.1.example.com"])(
  "no key is sent to %s",
  (baseUrl) => {
    expect(() => stripeMeter({ apiKey: STRIPE_TEST_KEY, baseUrl })).toThrow(
      /no address that a Stripe key may be sent to/,
    );
  },
);

test("what is no key is refused without being quoted", () => {
  expect(() => stripeMeter({ apiKey: "hunter2\n" })).toThrow(/begins with sk_ or rk_/);
  expect(() => stripeMeter({ apiKey: "hunter2\n" })).not.toThrow(/hunter2/);
});

test("a redirect is not followed with the key", async () => {
  const asked: string[] = [];
  const outcome = await stripeMeter({
    apiKey: STRIPE_TEST_KEY,
    fetch: async (url, init) => {
      asked.push(`${url instanceof URL ? url.href : "?"} ${init?.redirect}`);
      return new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } });
    },
  }).send(EVENT, 0);
  expect(outcome).toEqual({ kind: "refused", reason: "Stripe answered 302", mayBeHeard: false });
  expect(asked).toEqual(["https://api.stripe.com/v1/billing/meter_events manual"]);
});

test("a server that never answers is given up, and may have heard it", async () => {
  const outcome = await stripeMeter({
    apiKey: STRIPE_TEST_KEY,
    timeoutMs: 5,
    retryMs: 1,
    fetch: (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
      }),
  }).send(EVENT, 0);
  expect(outcome).toEqual({ kind: "unavailable", reason: "Stripe did not answer in time", mayBeHeard: true });
});

test("a server that nobody reaches has certainly heard nothing", async () => {
  const server = await stripeServer();
  await server[Symbol.asyncDispose]();
  const meter = stripeMeter({ apiKey: STRIPE_TEST_KEY, baseUrl: server.url, retryMs: 1 });
  expect(await meter.send(EVENT, 0)).toEqual({
    kind: "unavailable",
    reason: "Stripe could not be reached (ECONNREFUSED)",
    mayBeHeard: false,
  });
});

test("a user's interruption ends the waiting", async () => {
  const stop = new AbortController();
  const meter = stripeMeter({
    apiKey: STRIPE_TEST_KEY,
    retryMs: 60_000,
    fetch: async () => {
      stop.abort(new Error("stopped"));
      return new Response("{}", { status: 503 });
    },
  });
  await expect(meter.send(EVENT, 0, stop.signal)).rejects.toThrow();
});
