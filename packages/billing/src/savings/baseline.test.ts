import { expect, test } from "vitest";
import { billed, changed, days } from "./testing/bill.ts";
import { AFTER, BEFORE, input, LARGE, prove, savingsOf } from "./testing/prove.ts";

/** Of the 28 days before the merge of the 20th of August, those in August. */
const AUGUST_BEFORE = days("2026-08-01", "2026-08-20", LARGE);

test("a month of the time before that the bills do not have is waited for: a price of the rest may be another", () => {
  const outcome = prove(input([...AUGUST_BEFORE, ...AFTER], { billedMonths: billed("2026-08", "2026-09") }));
  expect(outcome.proofs).toEqual([]);
  expect(outcome.unproven.map(({ month, isOpen }) => [month, isOpen])).toEqual([
    ["2026-08", true],
    ["2026-09", true],
  ]);
  expect(outcome.unproven[0]?.reason).toBe(
    "The bills do not have 2026-07 of the account of i-1, which is of the 28 days before the first merge that prices are compared with.",
  );
  // The bill of another account is no bill of it.
  const july = changed(BEFORE[0]!, { BillingAccountId: "999900001111", ResourceId: "i-2" });
  expect(prove(input([...AUGUST_BEFORE, ...AFTER, july])).proofs).toEqual([]);
});

test("where the bills have the month, and the resource was not yet there, the days that it was there count", () => {
  const billedMonths = billed("2026-07", "2026-08", "2026-09");
  const { proofs } = prove(input([...AUGUST_BEFORE.slice(-2), ...AFTER], { billedMonths }));
  expect(proofs.map(({ savings }) => savings)).toEqual(["25.344", "69.12"]);
  expect(JSON.parse(proofs[0]!.evidence)).toMatchObject({
    baseline: { start: "2026-08-18T00:00:00Z", end: "2026-08-20T00:00:00Z", usage: "48", rows: 2 },
  });
});

test("months before the time that is compared are not asked for", () => {
  expect(savingsOf(prove(input([...AUGUST_BEFORE, ...AFTER], { baselineDays: 19 })))).toEqual([
    ["2026-08", "25.344", "5.0688"],
    ["2026-09", "69.12", "13.824"],
  ]);
});
