import type { CostRow } from "@apex/core";
import { expect, test } from "vitest";
import type { MergedChange } from "./savings-input.ts";
import { savingsCharges, type SavingsOutcome } from "./savings-proof.ts";
import { billed, changed, days } from "./testing/bill.ts";
import { AFTER, BEFORE, input, prove, RESIZE, SMALL } from "./testing/prove.ts";

const AUGUST = days("2026-08-21", "2026-09-01", SMALL);
const SEPTEMBER = days("2026-09-01", "2026-10-01", SMALL);
/** September's bill has another resource alone. */
const OTHERS = days("2026-09-01", "2026-10-01", { ...SMALL, resourceId: "i-2" });

function evidenceOf(...outcomes: readonly SavingsOutcome[]): readonly string[] {
  return outcomes.flatMap(({ proofs }) => proofs.map(({ evidence }) => evidence));
}

test("a month whose usage is gone in a later delivery is proven anew as 0, once, and comes back with its usage", () => {
  const first = prove(input([...BEFORE, ...AFTER]));
  const september = first.proofs[1]!.id;
  const gone = [...BEFORE, ...AUGUST, ...OTHERS];
  const second = prove(input(gone), evidenceOf(first));
  expect(second.unchanged).toEqual([first.proofs[0]!.id]);
  expect(second.proofs).toMatchObject([
    { id: `${september}-2`, replaces: september, month: "2026-09", savings: "0", fee: "0", currency: "USD" },
  ]);
  expect(second.proofs[0]!.note).toContain(
    "has no usage of i-1 by Hours in 2026-09 after the change any more",
  );
  expect(savingsCharges(second.proofs[0]!, "bvm-2026-11-01")).toEqual([]);
  const third = prove(input(gone), evidenceOf(first, second));
  expect(third).toMatchObject({ proofs: [], unchanged: [first.proofs[0]!.id, `${september}-2`] });
  const back = prove(input([...BEFORE, ...AFTER]), evidenceOf(first, second));
  expect(back.proofs).toMatchObject([{ id: `${september}-3`, replaces: `${september}-2`, savings: "69.12" }]);
});

test("a resource that is in no bill any more has nothing that stays charged", () => {
  const first = prove(input([...BEFORE, ...AFTER]));
  const billedMonths = billed("2026-08", "2026-09");
  const { proofs } = prove(input([], { billedMonths }), evidenceOf(first));
  expect(proofs.map(({ replaces, fee }) => [replaces, fee])).toEqual(first.proofs.map(({ id }) => [id, "0"]));
});

test.for([
  ["another account", { BillingAccountId: "999900001111" }],
  ["another account under the same payer", { SubAccountId: "444455556666" }],
  ["another cloud", { ProviderName: "Microsoft" }],
] as const)("the bill of %s takes nothing back: it cannot tell what is gone", ([, other]) => {
  const first = prove(input([...BEFORE, ...AFTER]));
  expect(JSON.parse(first.proofs[0]!.evidence)).toMatchObject({
    accounts: [{ provider: "AWS", billingAccountId: "111122223333", subAccountId: null }],
  });
  const rows = [...BEFORE, ...AUGUST, ...OTHERS].map((row) => changed(row, { ...other, ResourceId: "i-2" }));
  expect(prove(input(rows), evidenceOf(first)).proofs).toEqual([]);
  // Nor does it where the bill of the account is there as well, without the month.
  expect(prove(input([...BEFORE, ...AUGUST, ...rows]), evidenceOf(first)).proofs).toEqual([]);
});

test.for([
  ["a month that the delivery does not have", [...BEFORE, ...AUGUST]],
  [
    "a month that is not final",
    [...BEFORE, ...AUGUST, ...days("2026-09-01", "2026-10-01", { ...SMALL, isFinal: false })],
  ],
  ["a delivery without the time before", SEPTEMBER],
] as const)("%s takes nothing back", ([, rows]: readonly [string, readonly CostRow[]]) => {
  const first = prove(input([...BEFORE, ...AFTER]));
  expect(prove(input(rows), evidenceOf(first)).proofs).toEqual([]);
});

test("a change whose usage is gone is taken back where others of the month are proven, and what is lost is carried past it", () => {
  const second: MergedChange = { ...RESIZE, id: "val-2", mergedAt: "2026-09-10T09:00:00Z", to: "m5.2xlarge" };
  const both = { changes: [RESIZE, second], until: "2026-10" };
  const dear = days("2026-09-11", "2026-10-01", { sku: "m5.2xlarge", price: "0.384" });
  const cheap = days("2026-10-01", "2026-11-01", { sku: "c7g.large", price: "0.05" });
  const rows = [...BEFORE, ...AUGUST, ...days("2026-09-01", "2026-09-10", SMALL), ...dear];
  const first = prove(input([...rows, ...cheap], both));
  const of = (outcome: SavingsOutcome) =>
    outcome.proofs.map(({ changes, month, savings, carriedIn, carriedOut }) => [
      changes[0]?.id,
      month,
      savings,
      carriedIn,
      carriedOut,
    ]);
  expect(of(first).filter(([id]) => id === "val-2")).toEqual([
    ["val-2", "2026-09", "-138.24", "0", "-71.424"],
    ["val-2", "2026-10", "34.224", "-71.424", "0"],
  ]);
  const others = days("2026-10-01", "2026-11-01", { ...SMALL, resourceId: "i-2" });
  const withdrawn = prove(input([...rows, ...others], both), evidenceOf(first));
  expect(of(withdrawn)).toEqual([
    ["val-1", "2026-10", "0", "-71.424", "-71.424"],
    ["val-2", "2026-10", "0", "-71.424", "-71.424"],
  ]);
  const september = prove(input(rows.slice(0, -dear.length), both), evidenceOf(first));
  expect(of(september)).toContainEqual(["val-2", "2026-09", "0", "0", "0"]);
});
