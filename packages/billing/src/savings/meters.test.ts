import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { changed, days } from "./testing/bill.ts";
import { AFTER, BEFORE, input, prove, savingsOf, SMALL } from "./testing/prove.ts";

const SEPTEMBER = days("2026-09-01", "2026-10-01", SMALL);
/** A licence by the hour, beside the machine's own hours. */
const LICENCE = { sku: "windows", price: "0.05" };

test.for([
  ["in the month", days("2026-09-01", "2026-10-01", LICENCE), ["2026-09"]],
  ["on one day of the month", days("2026-09-12", "2026-09-13", LICENCE), ["2026-09"]],
  [
    "on one day of the time before",
    days("2026-08-03", "2026-08-04", { ...LICENCE, price: "0" }),
    ["2026-08", "2026-09"],
  ],
] as const)(
  "another meter of the same unit %s proves nothing: its hours are no hours of the machine",
  ([, licence, months]) => {
    const outcome = prove(input([...licence, ...BEFORE, ...AFTER]));
    expect(outcome.unproven.map(({ month, isOpen }) => [month, isOpen])).toEqual(
      months.map((month) => [month, false]),
    );
    expect(outcome.unproven[0]?.reason).toMatch(
      /^The bill has several meters of i-1 by Hours at the same time, \S+ and \S+ at 2026-\d\d-\d\dT00:00:00Z: /,
    );
  },
);

test("a commitment that covers a part of a day, and a correction without a SKU, are no other meters", () => {
  const half = (row: (typeof SEPTEMBER)[number], SkuPriceId: string) =>
    changed(row, {
      SkuPriceId,
      PricingQuantity: decimal("12"),
      EffectiveCost: decimal("1.152"),
      ListCost: decimal("1.152"),
    });
  const split = SEPTEMBER.flatMap((row) => [half(row, "on-demand"), half(row, "plan")]);
  const correction = changed(SEPTEMBER[3]!, {
    ChargeClass: "Correction",
    SkuId: null,
    PricingQuantity: null,
    EffectiveCost: decimal("0"),
  });
  expect(savingsOf(prove(input([...BEFORE, ...split, correction])))).toEqual([
    ["2026-09", "69.12", "13.824"],
  ]);
});

test("one meter after the other is no usage at the same time", () => {
  const later = days("2026-09-15", "2026-10-01", { sku: "m6g.large", price: "0.096" });
  const { proofs } = prove(input([...BEFORE, ...days("2026-09-01", "2026-09-15", SMALL), ...later]));
  expect(proofs.map(({ savings }) => savings)).toEqual(["69.12"]);
});

const DISCOUNT = { ChargeCategory: "Adjustment", EffectiveCost: decimal("-0.5"), PricingUnit: null } as const;

test.for([
  ["an adjustment of a day of the month", changed(SEPTEMBER[7]!, DISCOUNT), ["2026-09"]],
  ["one in the unit", changed(SEPTEMBER[7]!, { ...DISCOUNT, PricingUnit: "Hours" }), ["2026-09"]],
  ["a credit", changed(SEPTEMBER[7]!, { ...DISCOUNT, ChargeCategory: "Credit" }), ["2026-09"]],
  [
    "one for the whole month",
    changed(SEPTEMBER[0]!, { ...DISCOUNT, ChargePeriodEnd: "2026-10-01T00:00:00Z" }),
    ["2026-09"],
  ],
  ["one of the time before", changed(BEFORE.at(-1)!, DISCOUNT), ["2026-08", "2026-09"]],
] as const)(
  "%s as a line of its own proves nothing: what was really paid is in another line",
  ([, row, months]) => {
    const outcome = prove(input([...BEFORE, ...AFTER, row]));
    expect(outcome.unproven.map(({ month, isOpen }) => [month, isOpen])).toEqual(
      months.map((month) => [month, false]),
    );
    expect(outcome.unproven[0]?.reason).toBe(
      `The bill's row of ${row.ChargePeriodStart} has -0.5 as ${row.ChargeCategory}, apart from the usage: what was really paid cannot be told.`,
    );
  },
);

test.for([
  ["of another unit", { PricingUnit: "GB" }],
  ["of nothing", { EffectiveCost: decimal("0") }],
  ["of another resource", { ResourceId: "i-2" }],
  [
    "of the day of the merge",
    { ChargePeriodStart: "2026-08-20T00:00:00Z", ChargePeriodEnd: "2026-08-21T00:00:00Z" },
  ],
  [
    "of a time that nothing is compared with",
    { ChargePeriodStart: "2026-07-02T00:00:00Z", ChargePeriodEnd: "2026-07-03T00:00:00Z" },
  ],
] as const)("an adjustment %s changes nothing", ([, change]) => {
  const row = changed(changed(SEPTEMBER[7]!, DISCOUNT), change);
  expect(savingsOf(prove(input([...BEFORE, ...AFTER, row])))).toEqual(
    savingsOf(prove(input([...BEFORE, ...AFTER]))),
  );
});
