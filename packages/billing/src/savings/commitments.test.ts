import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import type { SavingsOutcome } from "./savings-proof.ts";
import { changed, days, type UsageOfDay } from "./testing/bill.ts";
import { AFTER, BEFORE, input, LARGE, prove, savingsOf, SMALL } from "./testing/prove.ts";

/** September's proof, where the hours before the merge and after it were paid for so. */
function september(
  before: Partial<UsageOfDay>,
  after: Partial<UsageOfDay>,
): SavingsOutcome["proofs"][number] {
  const rows = [
    ...days("2026-07-01", "2026-08-20", { ...LARGE, ...before }),
    ...days("2026-09-01", "2026-10-01", { ...SMALL, ...after }),
  ];
  return prove(input(rows)).proofs[0]!;
}

test("a commitment that was bought after the merge is no saving of the change, and makes it smaller", () => {
  expect(september({}, { paid: "0.7" })).toMatchObject({
    savings: "48.384",
    fee: "9.6768",
    atEffectivePrices: "89.856",
    atListPrices: { saved: "69.12", byShareBefore: "69.12", byShareAfter: "48.384" },
    paidShareOfList: { before: "1", after: "0.7" },
    note: null,
  });
});

test("a commitment that was there before and after leaves what was really paid less", () => {
  const proof = september({ paid: "0.7" }, { paid: "0.7" });
  expect(proof).toMatchObject({ savings: "48.384", atEffectivePrices: "48.384" });
});

test("a commitment that ended after the merge makes no fee", () => {
  expect(september({ paid: "0.7" }, {})).toMatchObject({ savings: "27.648", atEffectivePrices: "27.648" });
  expect(september({ paid: "0.7" }, { price: "0.192" })).toMatchObject({ savings: "-41.472", fee: "0" });
});

test("a change that is dearer by the list is a loss, whatever was bought after it, and the loss is not made smaller", () => {
  expect(september({}, { price: "0.384", paid: "0.4" })).toMatchObject({
    savings: "-138.24",
    fee: "0",
    atEffectivePrices: "27.648",
    atListPrices: { saved: "-138.24", byShareBefore: "-138.24", byShareAfter: "-55.296" },
  });
});

test("more given back than the month cost is no loss of the change", () => {
  const refund = {
    ChargeClass: "Correction",
    EffectiveCost: decimal("-100"),
    PricingQuantity: null,
  } as const;
  const rows = [...BEFORE, ...AFTER, changed(AFTER.at(-1)!, refund)];
  expect(savingsOf(prove(input(rows)))).toEqual([
    ["2026-08", "25.344", "5.0688"],
    ["2026-09", "0", "0"],
  ]);
});

/** A correction of hours that does not tell what they cost by the list. */
const UNLISTED = {
  ChargeClass: "Correction",
  SkuId: null,
  ListUnitPrice: null,
  PricingQuantity: decimal("-24"),
  EffectiveCost: decimal("-2.304"),
} as const;

test("where the list cost is not known, what was paid counts, and the proof says so", () => {
  const rows = [...BEFORE, ...AFTER, changed(AFTER.at(-1)!, UNLISTED)];
  const [august, last] = prove(input(rows)).proofs;
  expect(august).toMatchObject({ note: null });
  expect(last).toMatchObject({ savings: "66.816", atEffectivePrices: "66.816", atListPrices: null });
  expect(last?.note).toContain("does not tell what all of it costs by the list");
  expect(JSON.parse(last!.evidence)).toMatchObject({ note: last!.note, savingsAtListPrices: null });
});

test("nor is anything charged where a commitment may have begun after the merge and the list cost is not known", () => {
  const covered = AFTER.map((row) => changed(row, { CommitmentDiscountId: "sp-1" }));
  const rows = [...covered, changed(covered.at(-1)!, UNLISTED)];
  const outcome = prove(input([...BEFORE, ...rows]));
  expect(outcome.proofs.map(({ month }) => month)).toEqual(["2026-08"]);
  expect(outcome.unproven).toMatchObject([{ month: "2026-09", isOpen: false }]);
  expect(outcome.unproven[0]?.reason).toContain(
    "the commitment sp-1, which the time before the merge has not",
  );
  const known = BEFORE.map((row) => changed(row, { CommitmentDiscountId: "sp-1" }));
  expect(prove(input([...known, ...rows])).proofs).toHaveLength(2);
});
