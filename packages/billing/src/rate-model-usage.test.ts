import { compareDecimals, decimal, multiply } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chargesOf } from "./charge.ts";
import { focusCsv } from "./focus/focus-csv.ts";
import { focusRows } from "./focus/focus-rows.ts";
import { focusViolations } from "./focus/focus-rules.ts";
import { focusTable } from "./focus/focus-table.ts";
import { buildInvoice } from "./invoice.ts";
import { type ModelUsage, rateModelUsage } from "./rate-model-usage.ts";
import { TEST_CARD } from "./testing.ts";

const USAGE: ModelUsage = {
  model: "m-1",
  inputTokens: 12_345,
  outputTokens: 678,
  turnsWithoutUsage: 0,
  prices: { inputPerMillion: decimal("0.15"), outputPerMillion: decimal("0.6"), currency: "USD" },
};

const SUBJECT = {
  tenant: "acme",
  subject: "fix-1",
  from: "2026-11-21T10:00:00.000Z",
  at: "2026-11-21T10:02:00.000Z",
};

test("tokens cost what they cost us and half of it on top, to the last digit", () => {
  expect(rateModelUsage(USAGE, TEST_CARD)).toEqual({
    kind: "charged",
    uncharged: null,
    rated: {
      rateCard: TEST_CARD.id,
      currency: "USD",
      amount: "0.003387825",
      lines: [
        {
          kind: "model-input",
          quantity: "12345",
          unit: "Tokens",
          unitPrice: "0.000000225",
          amount: "0.002777625",
        },
        {
          kind: "model-output",
          quantity: "678",
          unit: "Tokens",
          unitPrice: "0.0000009",
          amount: "0.0006102",
        },
      ],
    },
  });
});

test("an unknown price is no charge and is said", () => {
  expect(rateModelUsage({ ...USAGE, prices: null }, TEST_CARD)).toEqual({
    kind: "unknown",
    uncharged: "The 13023 tokens of m-1 are not charged: its price is not known.",
  });
  const strange = { inputPerMillion: decimal(1), outputPerMillion: decimal(1), currency: "ZZZ" };
  expect(rateModelUsage({ ...USAGE, prices: strange }, TEST_CARD)).toMatchObject({
    kind: "unknown",
    uncharged: expect.stringContaining("its price is in ZZZ"),
  });
});

test("what nobody counted is no charge and is said, beside what was counted", () => {
  expect(rateModelUsage({ ...USAGE, turnsWithoutUsage: 2 }, TEST_CARD)).toMatchObject({
    kind: "charged",
    uncharged: "What 2 turns took is not charged: the model's server did not tell it.",
  });
  const uncounted = { ...USAGE, inputTokens: 0, outputTokens: 0, turnsWithoutUsage: 1 };
  expect(rateModelUsage(uncounted, TEST_CARD)).toMatchObject({
    kind: "unknown",
    uncharged: expect.stringContaining("1 turn took"),
  });
  expect(rateModelUsage({ ...uncounted, turnsWithoutUsage: 0 }, TEST_CARD)).toEqual({ kind: "unused" });
});

test("a price of nothing is known, and its charge is nothing", () => {
  const free = { inputPerMillion: decimal(0), outputPerMillion: decimal(0), currency: "USD" };
  expect(rateModelUsage({ ...USAGE, prices: free }, TEST_CARD)).toMatchObject({
    kind: "charged",
    rated: { amount: "0", lines: [{ amount: "0" }, { amount: "0" }] },
  });
});

test("counts and prices that cannot be are refused", () => {
  expect(() => rateModelUsage({ ...USAGE, inputTokens: -1 }, TEST_CARD)).toThrow(RangeError);
  expect(() => rateModelUsage({ ...USAGE, outputTokens: 0.5 }, TEST_CARD)).toThrow(RangeError);
  const prices = { inputPerMillion: decimal("-1"), outputPerMillion: decimal(1), currency: "USD" };
  expect(() => rateModelUsage({ ...USAGE, prices }, TEST_CARD)).toThrow("a price of -1");
  const long = { ...prices, inputPerMillion: decimal("0.000000000001") };
  expect(() => rateModelUsage({ ...USAGE, prices: long }, TEST_CARD)).toThrow("too many places");
});

test("an amount is one and a half times price and tokens, whatever they are", () => {
  const microPrice = fc.bigInt({ min: 0n, max: 10n ** 9n });
  const tokens = fc.integer({ min: 0, max: 10 ** 12 });
  const property = fc.property(
    microPrice,
    microPrice,
    tokens,
    tokens,
    (input, output, inputTokens, outputTokens) => {
      const perMillion = (micros: bigint) => multiply(decimal(micros), decimal("0.000001"));
      const prices = {
        inputPerMillion: perMillion(input),
        outputPerMillion: perMillion(output),
        currency: "USD",
      };
      const charge = rateModelUsage({ ...USAGE, inputTokens, outputTokens, prices }, TEST_CARD);
      // In whole numbers of 10^-13: micro-units per million tokens, times 1.5.
      const exact = (input * BigInt(inputTokens) + output * BigInt(outputTokens)) * 15n;
      const amount = charge.kind === "charged" ? charge.rated.amount : decimal(0);
      expect(compareDecimals(amount, multiply(decimal(exact), decimal("1e-13")))).toBe(0);
    },
  );
  fc.assert(property);
});

test("its charges stand on an invoice and in a FOCUS export like any others", () => {
  const outcome = rateModelUsage(USAGE, TEST_CARD);
  const charges = outcome.kind === "charged" ? chargesOf(SUBJECT, outcome.rated) : [];
  expect(charges.map(({ id }) => id)).toEqual(["fix-1/model-input", "fix-1/model-output"]);
  const period = { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" };
  const invoice = buildInvoice(
    { number: "2026-000001", tenant: "acme", currency: "USD", period, issuedAt: "2026-12-01T06:00:00Z" },
    charges,
  );
  const billed = charges.map((charge) => ({ ...charge, attempt: null, invoice: invoice.number }));
  const rows = focusRows({
    account: { id: "acme", name: "Acme" },
    charges: billed,
    invoices: [invoice],
    invoicedUntil: period.end,
  });
  expect(focusViolations(rows, [invoice])).toEqual([]);
  expect([...focusCsv(focusTable(rows, "1.2"))].join("")).toContain("Generative AI");
});
