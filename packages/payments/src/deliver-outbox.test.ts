import { type Charge, messageOf, type PendingMessage } from "@apex/billing";
import { aCharge } from "@apex/billing/testing";
import { addDecimals, DAY_MS, decimal } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliverOutbox, type Outbox } from "./deliver-outbox.ts";
import { stripeMeter } from "./stripe/stripe-meter.ts";
import { STRIPE_TEST_KEY, type StripeFault, type StripeServer, stripeServer } from "./testing.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 7);
const SETTINGS = {
  eventName: "apex_charges",
  currency: "USD",
  customers: new Map([["acme", "cus_acme"]]),
};

function aMessage(id: string, changes: Partial<Charge> = {}): PendingMessage {
  const charge = aCharge({
    tenant: "acme",
    from: "2026-11-20T22:00:00Z",
    at: "2026-11-20T23:00:00Z",
    amount: decimal("0.061234567890123456"),
    id,
    ...changes,
  });
  return { ...messageOf(charge), firstSentAtMs: null, attempts: 0, lastError: null };
}

/** The ledger's outbox, as its contract says; `crashBefore` ends the process in the middle. */
class MemoryOutbox implements Outbox {
  readonly messages: Map<string, PendingMessage>;
  nowMs = NOW_MS;
  crashes = 0;
  /** What a delivery has read before others changed it. */
  read: readonly PendingMessage[] | undefined;
  readonly #sendings = new Map<string, number>();

  constructor(...messages: readonly PendingMessage[]) {
    this.messages = new Map(messages.map((message) => [message.key, message]));
  }

  async undelivered(limit: number): Promise<readonly PendingMessage[]> {
    return (
      this.read ?? [...this.messages.values()].toSorted((a, b) => a.attempts - b.attempts).slice(0, limit)
    );
  }

  async markSending(key: string): Promise<boolean> {
    const firstSentAtMs = this.messages.get(key)?.firstSentAtMs ?? this.nowMs;
    this.#sendings.set(key, (this.#sendings.get(key) ?? 0) + 1);
    return this.#change(key, { firstSentAtMs });
  }

  async markUnheard(key: string): Promise<void> {
    const left = (this.#sendings.get(key) ?? 0) - 1;
    this.#sendings.set(key, left);
    if (left === 0) this.#change(key, { firstSentAtMs: null });
  }

  /** As a person says it, who has looked. */
  async markUnsent(key: string): Promise<boolean> {
    this.#sendings.delete(key);
    return this.#change(key, { firstSentAtMs: null });
  }

  async markDelivered(key: string): Promise<boolean> {
    if (this.crashes > 0) {
      this.crashes -= 1;
      throw new Error("killed between sending and marking");
    }
    return this.messages.delete(key);
  }

  async markFailed(key: string, error: string): Promise<void> {
    this.#change(key, { lastError: error, attempts: (this.messages.get(key)?.attempts ?? 0) + 1 });
  }

  #change(key: string, changes: Partial<PendingMessage>): boolean {
    const message = this.messages.get(key);
    if (message !== undefined) this.messages.set(key, { ...message, ...changes });
    return message !== undefined;
  }
}

function deliver(
  outbox: MemoryOutbox,
  server: StripeServer,
  changes: { readonly apiKey?: string; readonly isDryRun?: boolean; readonly isLateNow?: boolean } = {},
) {
  const meter = stripeMeter({ apiKey: changes.apiKey ?? STRIPE_TEST_KEY, baseUrl: server.url, retryMs: 1 });
  return deliverOutbox(outbox, meter, {
    settings: { ...SETTINGS, isLateNow: changes.isLateNow === true },
    now: () => outbox.nowMs,
    limit: 100,
    isDryRun: changes.isDryRun === true,
  });
}

test("each charge is one event of its amount, known by the outbox's key", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(
    aMessage("val-1/vcpu"),
    aMessage("val-1/vcpu/reversal", { amount: decimal("-0.01") }),
  );
  const { delivered, failed, stopped } = await deliver(outbox, server);
  expect(delivered.map(({ identifier, value, timestampS }) => [identifier, value, timestampS])).toEqual([
    ["acme/val-1/vcpu", "0.06123456789", Date.UTC(2026, 10, 20, 23) / 1000],
    ["acme/val-1/vcpu/reversal", "-0.01", Date.UTC(2026, 10, 20, 23) / 1000],
  ]);
  expect({ failed, stopped, waiting: outbox.messages.size }).toEqual({
    failed: [],
    stopped: null,
    waiting: 0,
  });
  expect(server.total("cus_acme")).toBe("0.05123456789");
});

test("a process that dies between sending and marking sends the same identifier again, which counts once", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  outbox.crashes = 1;
  await expect(deliver(outbox, server)).rejects.toThrow("killed");
  expect([...outbox.messages.values()][0]?.firstSentAtMs).toBe(NOW_MS);
  expect((await deliver(outbox, server)).delivered).toHaveLength(1);
  expect(server.counted).toEqual(["acme/val-1/vcpu"]);
  expect(outbox.messages.size).toBe(0);
});

test("Stripe's word that it has the identifier already is a delivery", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  outbox.crashes = 1;
  await expect(deliver(outbox, server)).rejects.toThrow("killed");
  // Another request to Stripe, which its store of requests does not know.
  await outbox.markFailed("acme/val-1/vcpu", "killed");
  expect((await deliver(outbox, server)).failed).toEqual([]);
  expect(new Set(server.idempotencyKeys).size).toBe(2);
  expect(server.counted).toEqual(["acme/val-1/vcpu"]);
});

test("what was sent a day ago without an answer is put before a person, and not sent again", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  outbox.crashes = 1;
  await expect(deliver(outbox, server)).rejects.toThrow("killed");
  outbox.nowMs = server.nowMs = NOW_MS + DAY_MS + 1;
  const { failed } = await deliver(outbox, server);
  expect(failed[0]?.reason).toMatch(/nobody knows whether Stripe took it.*--confirm 'acme\/val-1\/vcpu'/);
  expect(server.counted).toEqual(["acme/val-1/vcpu"]);
  // The negative control: the server does count it again, so that the guard is what keeps it from being billed twice.
  await outbox.markUnsent("acme/val-1/vcpu");
  await deliver(outbox, server);
  expect(server.counted).toEqual(["acme/val-1/vcpu", "acme/val-1/vcpu"]);
});

test("what certainly was not heard may be sent again however late", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  server.faults.push(429, 429, 429, 429);
  expect((await deliver(outbox, server)).stopped).toBe("Stripe answered 429: Too many requests.");
  expect([...outbox.messages.values()][0]).toMatchObject({ firstSentAtMs: null, attempts: 1 });
  outbox.nowMs = server.nowMs = NOW_MS + 3 * DAY_MS;
  expect((await deliver(outbox, server)).delivered).toHaveLength(1);
});

test("a delivery of unknown outcome stays unknown when another at the same time is turned away", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  // What the other one read before this one began.
  const before = await outbox.undelivered(1);
  outbox.crashes = 1;
  await expect(deliver(outbox, server)).rejects.toThrow("killed");
  server.faults.push(429, 429, 429, 429);
  outbox.read = before;
  expect((await deliver(outbox, server)).stopped).toBe("Stripe answered 429: Too many requests.");
  expect([...outbox.messages.values()]).toMatchObject([{ firstSentAtMs: NOW_MS, attempts: 1 }]);
});

test("a delivery of unknown outcome stays unknown when a later one is turned away", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  server.faults.push("lost-answer", 429, 429, 429, 429, 429, 429, 429);
  await deliver(outbox, server);
  await deliver(outbox, server);
  expect([...outbox.messages.values()][0]).toMatchObject({ firstSentAtMs: NOW_MS, attempts: 2 });
});

test("an error that Stripe would repeat for the same request is asked anew", async () => {
  await using server = await stripeServer();
  server.faults.push(500, "lost-request", "lost-answer");
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  expect((await deliver(outbox, server)).delivered).toHaveLength(1);
  expect(server.counted).toHaveLength(1);
});

describe("is not sent, with what to do", () => {
  test.each([
    ["of a tenant without a customer", { tenant: "other" }, "other has no Stripe customer"],
    ["in another currency", { currency: "EUR" }, "it is in EUR"],
    ["of usage that is too old", { at: "2026-10-01T00:00:00Z" }, "older than the 35 days"],
    ["from the future", { at: "2026-11-21T08:00:00Z" }, "ahead of this machine's clock"],
    ["with too many digits", { amount: decimal("1234567890123456") }, "more digits than Stripe takes"],
  ] as const)("a charge %s", async (_name, changes, reason) => {
    await using server = await stripeServer();
    const outbox = new MemoryOutbox(aMessage("val-1/vcpu", changes), aMessage("val-2/vcpu"));
    const { delivered, failed } = await deliver(outbox, server);
    expect(failed[0]?.reason).toContain(reason);
    expect([...outbox.messages.values()]).toMatchObject([{ attempts: 1, firstSentAtMs: null }]);
    // The others go on.
    expect(delivered.map(({ identifier }) => identifier)).toEqual(["acme/val-2/vcpu"]);
  });

  test.each([
    "{",
    "null",
    '{"id":"x"}',
    JSON.stringify({ charge: "c", subject: "s", currency: "USD", amount: "1", at: "?" }),
  ])("a message that says %s", async (payload) => {
    await using server = await stripeServer();
    const outbox = new MemoryOutbox({ ...aMessage("val-1/vcpu"), payload }, aMessage("val-2/vcpu"));
    const { delivered, failed } = await deliver(outbox, server);
    expect(failed).toHaveLength(1);
    expect(delivered).toHaveLength(1);
  });

  test("a charge that Stripe refuses, with Stripe's words", async () => {
    await using server = await stripeServer({ customers: ["cus_other"] });
    const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
    expect((await deliver(outbox, server)).failed).toEqual([
      { key: "acme/val-1/vcpu", reason: "Stripe answered 400: No such customer." },
    ]);
  });
});

test("what is too old for Stripe is sent with the present time where that is asked for", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("sav-1/savings-share", { at: "2026-09-01T00:00:00Z" }));
  const { delivered } = await deliver(outbox, server, { isLateNow: true });
  expect(delivered).toMatchObject([{ timestampS: NOW_MS / 1000 }]);
  expect(server.counted).toEqual(["acme/sav-1/savings-share"]);
});

test("a page of a proxy's is no delivery", async () => {
  await using server = await stripeServer();
  server.faults.push("proxy-page");
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"));
  expect((await deliver(outbox, server)).stopped).toContain("does not read like Stripe: <html>");
  expect(outbox.messages.size).toBe(1);
});

test("a key that Stripe does not accept ends it, and is in no message", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"), aMessage("val-2/vcpu"));
  const error = await deliver(outbox, server, { apiKey: "sk_test_stolen99" }).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toMatch(/401.*STRIPE_API_KEY/);
  expect(String(error)).not.toContain("stolen99");
  expect([...outbox.messages.values()]).toMatchObject([
    { attempts: 0, firstSentAtMs: null },
    { attempts: 0 },
  ]);
});

test("what another delivery has told meanwhile is not told again", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"), aMessage("val-2/vcpu"));
  const both = await Promise.all([deliver(outbox, server), deliver(outbox, server)]);
  expect(both.flatMap(({ failed }) => failed)).toEqual([]);
  expect(outbox.messages.size).toBe(0);
  expect(server.total("cus_acme")).toBe("0.12246913578");
});

test("a dry run sends and marks nothing", async () => {
  await using server = await stripeServer();
  const outbox = new MemoryOutbox(aMessage("val-1/vcpu"), aMessage("val-2/vcpu", { tenant: "other" }));
  const { delivered, failed } = await deliver(outbox, server, { isDryRun: true });
  expect([delivered.length, failed.length, server.counted.length]).toEqual([1, 1, 0]);
  expect([...outbox.messages.values()].map(({ attempts }) => attempts)).toEqual([0, 0]);
});

test("a key that is too long for Stripe has a digest for its name, the same each time", async () => {
  await using server = await stripeServer();
  const long = `val-${"x".repeat(120)}/vcpu`;
  await deliver(new MemoryOutbox(aMessage(long)), server);
  await deliver(new MemoryOutbox(aMessage(long)), server);
  expect(server.counted).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
});

test("whatever breaks, in whatever order: within a day every charge is counted once", async () => {
  const fault = fc.constantFrom<StripeFault>(429, 500, 503, "lost-request", "lost-answer", "proxy-page");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 12 }),
      fc.nat({ max: 3 }),
      fc.array(fc.integer({ min: -9_999, max: 9_999 }), { minLength: 1, maxLength: 4 }),
      async (faults, crashes, cents) => {
        await using server = await stripeServer();
        server.faults.push(...faults);
        const amounts = cents.map((cent) => decimal(cent));
        const outbox = new MemoryOutbox(
          ...amounts.map((amount, index) => aMessage(`val-${index}/vcpu`, { amount })),
        );
        outbox.crashes = crashes;
        // Each process may die; the next one goes on.
        for (let process = 0; process < 40 && outbox.messages.size > 0; process += 1) {
          await deliver(outbox, server).catch((error: unknown) => {
            if (!String(error).includes("killed")) throw error;
          });
          outbox.nowMs = server.nowMs += 60_000;
        }
        expect(outbox.messages.size).toBe(0);
        expect(server.total("cus_acme")).toBe(addDecimals(...amounts));
        expect(new Set(server.counted).size).toBe(server.counted.length);
      },
    ),
    { numRuns: 40 },
  );
});
