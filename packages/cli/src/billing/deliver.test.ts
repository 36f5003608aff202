import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { addDecimals } from "@apex/core";
import { STRIPE_TEST_KEY, type StripeServer, stripeServer } from "@apex/payments/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { booksOfFile, type CommandResult } from "./testing.ts";

const { books } = booksOfFile();
let stripe: StripeServer;
let tenants = 0;

beforeEach(async () => {
  stripe = await stripeServer({ nowMs: Date.now() });
});

afterEach(async () => {
  // What a test has left would be the next one's.
  for (const { key } of await books().stores.billing.undelivered(1_000))
    await books().stores.billing.markDelivered(key);
  await stripe[Symbol.asyncDispose]();
});

/** A tenant with one charged run. */
async function aCharged(): Promise<string> {
  const id = `t-${(tenants += 1)}`;
  await books().stores.tenants.create({ id, name: id, tier: "enterprise" });
  await books().endRuns(id, { [`run-${id}`]: { seconds: 3_600 } });
  return id;
}

async function deliver(
  customers: Readonly<Record<string, unknown>>,
  ...argv: readonly string[]
): Promise<CommandResult> {
  await writeFile(path.join(books().directory, "customers.json"), JSON.stringify(customers));
  return books().run(["billing", "deliver", "--customers", "customers.json", ...argv], {
    env: { STRIPE_API_KEY: STRIPE_TEST_KEY, STRIPE_API_BASE: stripe.url },
  });
}

test("is off until a key and customers are given, and says how to turn it on", async () => {
  await aCharged();
  const { exitCode, stderr } = await books().run(["billing", "deliver"]);
  expect(exitCode).toBe(EXIT_CODES.nothingToDo);
  expect(stderr).toMatch(/is off, and nothing was sent.*STRIPE_API_KEY.*--customers/);
  const half = await books().run(["billing", "deliver"], { env: { STRIPE_API_KEY: STRIPE_TEST_KEY } });
  expect([half.exitCode, half.stderr.includes(STRIPE_TEST_KEY)]).toEqual([EXIT_CODES.nothingToDo, false]);
});

test("tells Stripe every charge once, and says so in the books", async () => {
  const tenant = await aCharged();
  const first = await deliver({ [tenant]: "cus_acme" });
  expect([first.exitCode, first.stdout]).toEqual([EXIT_CODES.done, "2 delivered.\n"]);
  const again = await deliver({ [tenant]: "cus_acme" });
  expect([again.exitCode, again.stdout]).toEqual([EXIT_CODES.done, "Nothing waits to be delivered.\n"]);
  const charges = await books().stores.billing.charges({ tenant });
  expect(new Set(stripe.counted)).toEqual(new Set(charges.map(({ id }) => `${tenant}/${id}`)));
  expect(stripe.counted).toHaveLength(charges.length);
  expect(stripe.total("cus_acme")).toBe(addDecimals(...charges.map(({ amount }) => amount)));
});

test("a process that is killed once Stripe has counted: the next one tells it again, and it counts once", async () => {
  const tenant = await aCharged();
  await writeFile(path.join(books().directory, "customers.json"), JSON.stringify({ [tenant]: "cus_acme" }));
  const main = path.resolve(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [main, "billing", "deliver", "--customers", "customers.json"], {
    cwd: books().directory,
    env: { ...process.env, APEX_HOME: "home", STRIPE_API_KEY: STRIPE_TEST_KEY, STRIPE_API_BASE: stripe.url },
    stdio: "ignore",
  });
  stripe.onCounted = () => void child.kill("SIGKILL");
  const [, signal] = await once(child, "exit");
  expect([signal, stripe.counted.length]).toEqual(["SIGKILL", 1]);
  const waiting = await books().stores.billing.undelivered(10);
  expect(waiting.filter(({ firstSentAtMs }) => firstSentAtMs !== null)).toHaveLength(1);
  stripe.onCounted = () => undefined;
  expect((await deliver({ [tenant]: "cus_acme" })).stdout).toBe("2 delivered.\n");
  const charges = await books().stores.billing.charges({ tenant });
  expect(stripe.counted).toHaveLength(charges.length);
  expect(stripe.total("cus_acme")).toBe(addDecimals(...charges.map(({ amount }) => amount)));
});

test("a reversal is told as well", async () => {
  const tenant = await aCharged();
  await books().run(["billing", "reverse", `run-${tenant}`, "--tenant", tenant, "--reason", "wrong log"]);
  expect((await deliver({ [tenant]: "cus_acme" })).stdout).toBe("4 delivered.\n");
  expect(stripe.total("cus_acme")).toBe("0");
});

test("what cannot be told is held with the reason, and the others are told", async () => {
  const [known, unknown] = [await aCharged(), await aCharged()];
  const { exitCode, stdout, stderr } = await deliver({ [known]: "cus_acme" });
  expect([exitCode, stdout]).toEqual([EXIT_CODES.nothingToDo, "2 delivered, 2 held.\n"]);
  expect(stderr).toContain(`${unknown} has no Stripe customer`);
  const [held] = await books().stores.billing.undelivered(1);
  expect(held).toMatchObject({
    tenant: unknown,
    attempts: 1,
    lastError: expect.stringContaining("no Stripe customer"),
  });
});

test("a dry run sends nothing", async () => {
  const tenant = await aCharged();
  const { exitCode, stdout } = await deliver({ [tenant]: "cus_acme" }, "--dry-run");
  expect([exitCode, stdout]).toEqual([EXIT_CODES.done, expect.stringContaining("2 would be sent.")]);
  expect(stripe.counted).toEqual([]);
  expect(await books().stores.billing.undelivered(10)).toMatchObject([{ attempts: 0 }, { attempts: 0 }]);
});

test("a person settles what nobody knows", async () => {
  const tenant = await aCharged();
  const [first, second] = await books().stores.billing.undelivered(2);
  const [kept, again] = [first?.key ?? "", second?.key ?? ""];
  await books().stores.billing.markSending(again);
  expect((await books().run(["billing", "deliver", "--confirm", kept])).stdout).toBe(
    `${kept} is delivered.\n`,
  );
  expect((await books().run(["billing", "deliver", "--resend", again])).exitCode).toBe(EXIT_CODES.done);
  expect(await books().stores.billing.undelivered(2)).toMatchObject([{ key: again, firstSentAtMs: null }]);
  expect((await deliver({ [tenant]: "cus_acme" })).stdout).toBe("1 delivered.\n");
  const unknown = await books().run(["billing", "deliver", "--confirm", kept]);
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    EXIT_CODES.badInput,
    expect.stringContaining("no message"),
  ]);
});

test("when Stripe is away the rest waits", async () => {
  const tenant = await aCharged();
  await stripe[Symbol.asyncDispose]();
  const { exitCode, stderr } = await deliver({ [tenant]: "cus_acme" });
  expect(exitCode).toBe(EXIT_CODES.nothingToDo);
  expect(stderr).toContain("the delivery ended early: Stripe could not be reached (ECONNREFUSED)");
  expect(await books().stores.billing.undelivered(2)).toMatchObject([
    { attempts: 0 },
    { attempts: 1, firstSentAtMs: null },
  ]);
  stripe = await stripeServer({ nowMs: Date.now() });
});

test("a key that Stripe does not accept is bad input, and is not printed", async () => {
  const tenant = await aCharged();
  await writeFile(path.join(books().directory, "customers.json"), JSON.stringify({ [tenant]: "cus_acme" }));
  const { exitCode, stdout, stderr } = await books().run(
    ["billing", "deliver", "--customers", "customers.json"],
    { env: { STRIPE_API_KEY: "rk_live_secret1234567", STRIPE_API_BASE: stripe.url } },
  );
  expect(stderr).toContain("Stripe answered 401");
  expect(`${stdout}${stderr}`).not.toContain("secret1234567");
  expect(exitCode).toBe(EXIT_CODES.badInput);
});

test.each([
  [{ acme: "customer-1" }, "its id begins with cus_"],
  [{ acme: "cus_1", other: "cus_1" }, "two tenants have the same Stripe customer"],
  [["cus_1"], "is no JSON object"],
])("%j is no file of customers", async (customers, message) => {
  const { exitCode, stderr } = await deliver(customers as Record<string, unknown>);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(EXIT_CODES.badInput);
});
