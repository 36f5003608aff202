import { addDecimals, decimal } from "@apex/core";
import { expect, test } from "vitest";
import { focusRows } from "../focus/focus-rows.ts";
import { readEvidence } from "./savings-evidence.ts";
import type { MergedChange } from "./savings-input.ts";
import { savingsCharges, type SavingsOutcome } from "./savings-proof.ts";
import { billed, changed, days } from "./testing/bill.ts";
import { AFTER, BEFORE, input, LARGE, MERGE_DAY, prove, RESIZE, savingsOf, SMALL } from "./testing/prove.ts";

test("half the price for the same hours: the difference is saved, from the day after the merge", () => {
  const outcome = prove(input([...BEFORE, MERGE_DAY, ...AFTER]));
  expect(savingsOf(outcome)).toEqual([
    ["2026-08", "25.344", "5.0688"],
    ["2026-09", "69.12", "13.824"],
  ]);
  expect(outcome.proofs[0]).toMatchObject({
    priceBefore: "0.192",
    parts: [{ phase: 1, usage: "264", before: "50.688", after: "25.344" }],
    excluded: { rows: 1, billed: "4.608" },
    currency: "USD",
  });
  expect(outcome.unproven).toEqual([]);
});

test("the fee is a charge of the month, a fifth of what was saved", () => {
  const [proof] = prove(input([...BEFORE, ...AFTER])).proofs;
  expect(savingsCharges(proof!, "bvm-2026-11-01")).toMatchObject([
    {
      id: `${proof!.id}/savings-share`,
      tenant: "acme",
      subject: proof!.id,
      kind: "savings-share",
      quantity: "25.344",
      unit: "Savings",
      unitPrice: "0.2",
      amount: "5.0688",
      from: "2026-08-01T00:00:00Z",
      // The last instant that is August's: the first of September is of another month, and of another invoice.
      at: "2026-08-31T23:59:59.999Z",
    },
  ]);
  expect(proof!.id).toMatch(/^sav-[0-9a-f]{24}$/);
  expect(readEvidence(proof!.evidence)).toEqual({
    id: proof!.id,
    unit: "Hours",
    currency: "USD",
    month: "2026-08",
    accounts: [{ provider: "AWS", billingAccountId: "111122223333", subAccountId: null }],
    changes: ["val-1"],
    savings: "25.344",
    chargeable: "25.344",
    replaces: [],
  });
});

test("the fee's row of a FOCUS export is of the whole month, and billed with it", () => {
  const [proof] = prove(input([...BEFORE, ...AFTER])).proofs;
  const charges = savingsCharges(proof!, "bvm-2026-11-01").map((charge) => ({
    ...charge,
    attempt: null,
    invoice: null,
  }));
  expect(
    focusRows({ account: { id: "acme", name: "Acme" }, charges, invoices: [], invoicedUntil: null }),
  ).toMatchObject([
    {
      ChargePeriodStart: "2026-08-01T00:00:00Z",
      ChargePeriodEnd: "2026-09-01T00:00:00Z",
      BillingPeriodStart: "2026-08-01T00:00:00Z",
      BillingPeriodEnd: "2026-09-01T00:00:00Z",
    },
  ]);
});

test("more or less usage than before is neither a loss nor a gain", () => {
  const busy = days("2026-09-01", "2026-10-01", { ...SMALL, hours: "48" });
  const outcome = prove(input([...BEFORE, ...busy]));
  expect(savingsOf(outcome)).toEqual([["2026-09", "138.24", "27.648"]]);
});

test("purchases, taxes, other units and other resources count for nothing", () => {
  const [row] = AFTER;
  const noise = [
    changed(row!, { ChargeCategory: "Purchase", EffectiveCost: decimal("1000") }),
    changed(row!, { ChargeCategory: "Tax", EffectiveCost: decimal("19") }),
    changed(row!, { PricingUnit: "GB", EffectiveCost: decimal("7") }),
    changed(row!, { ResourceId: "i-2", EffectiveCost: decimal("7") }),
    changed(row!, { ResourceId: null, EffectiveCost: decimal("7") }),
  ];
  expect(savingsOf(prove(input([...BEFORE, ...AFTER, ...noise])))).toEqual(
    savingsOf(prove(input([...BEFORE, ...AFTER]))),
  );
});

test("a change that made it dearer costs no fee, and the loss is made good before anything is shared", () => {
  const dear = days("2026-08-21", "2026-09-01", { sku: "m5.large", price: "0.096", paid: "4" });
  const outcome = prove(input([...BEFORE, ...dear, ...days("2026-09-01", "2026-10-01", SMALL)]));
  expect(
    outcome.proofs.map(({ savings, carriedIn, chargeable, carriedOut, fee }) => [
      savings,
      carriedIn,
      chargeable,
      carriedOut,
      fee,
    ]),
  ).toEqual([
    ["-50.688", "0", "0", "-50.688", "0"],
    ["69.12", "-50.688", "18.432", "0", "3.6864"],
  ]);
  expect(savingsCharges(outcome.proofs[0]!, "bvm-2026-11-01")).toEqual([]);
});

test("a change and its reversal in one month are one sum: the second one's loss is made good by the first one's gain", () => {
  const back: MergedChange = { ...RESIZE, id: "val-2", mergedAt: "2026-09-10T09:00:00Z", to: "m5.xlarge" };
  const rows = [
    ...BEFORE,
    ...days("2026-08-21", "2026-09-10", SMALL),
    ...days("2026-09-11", "2026-11-01", LARGE),
  ];
  const { proofs } = prove(input(rows, { changes: [RESIZE, back], until: "2026-10" }));
  expect(
    proofs.map(({ month, changes, savings, savingsOfAllChanges, chargeable, carriedOut, fee }) => [
      month,
      changes[0]?.id,
      savings,
      savingsOfAllChanges,
      chargeable,
      carriedOut,
      fee,
    ]),
  ).toEqual([
    ["2026-08", "val-1", "25.344", "25.344", "25.344", "0", "5.0688"],
    ["2026-09", "val-1", "66.816", "20.736", "20.736", "0", "4.1472"],
    ["2026-09", "val-2", "-46.08", "20.736", "0", "0", "0"],
    ["2026-10", "val-1", "71.424", "0", "0", "0", "0"],
    ["2026-10", "val-2", "-71.424", "0", "0", "0", "0"],
  ]);
  expect(JSON.parse(proofs[1]!.evidence)).toMatchObject({ savingsOfAllChanges: "20.736" });
});

test("a month without an invoice is not proven, and later months wait for it", () => {
  const open = days("2026-08-21", "2026-09-01", { ...SMALL, isFinal: false });
  const outcome = prove(input([...BEFORE, ...open, ...days("2026-09-01", "2026-10-01", SMALL)]));
  expect(outcome.proofs).toEqual([]);
  expect(outcome.unproven.map(({ month, reason, isOpen }) => [month, reason, isOpen])).toEqual([
    [
      "2026-08",
      "The bill of 2026-08, or of the time before that it is compared with, is not final: usage has no invoice yet.",
      true,
    ],
    ["2026-09", "It waits for 2026-08, whose bill is not final: a loss there is made good first.", true],
  ]);
});

test.for([
  [{ PricingQuantity: null }, "does not tell how much was used"],
  [{ ListUnitPrice: null }, "has no list price"],
  [{ SkuId: null }, "has no list price"],
  [{ PricingUnit: null }, "does not tell by which unit it is priced"],
  [{ ListUnitPrice: decimal(0) }, "has a list price of 0"],
] as const)("what is not known costs nothing: %o", ([change, reason]) => {
  const rows = [...BEFORE, ...AFTER.slice(0, -1), changed(AFTER.at(-1)!, change)];
  const outcome = prove(input(rows));
  expect(outcome.proofs.map(({ month }) => month)).toEqual(["2026-08"]);
  expect(outcome.unproven).toMatchObject([{ month: "2026-09", isOpen: false }]);
  expect(outcome.unproven[0]?.reason).toContain(reason);
  const [first, ...rest] = BEFORE.toReversed();
  expect(prove(input([...rest, changed(first!, change), ...AFTER])).proofs).toEqual([]);
});

test("without usage before, or after, there is nothing to compare", () => {
  const billedMonths = billed("2026-07", "2026-08", "2026-09");
  expect(prove(input(AFTER, { billedMonths })).unproven[0]?.reason).toBe(
    "In the 28 days before the first merge nothing of i-1 was billed by Hours: there is no price to compare with.",
  );
  expect(prove(input(BEFORE)).unproven.map(({ reason }) => reason)).toEqual([
    "Nothing of i-1 was billed by Hours in 2026-08 after a merge.",
    "Nothing of i-1 was billed by Hours in 2026-09 after a merge.",
  ]);
  expect(prove(input(AFTER, { changes: [] }))).toEqual({ proofs: [], unchanged: [], unproven: [] });
  const euros = changed(AFTER[0]!, { BillingCurrency: "EUR" });
  expect(prove(input([...BEFORE, ...AFTER, euros])).unproven[0]?.reason).toBe(
    "The bill has i-1 in several currencies.",
  );
});

const GRAVITON: MergedChange = {
  id: "val-2",
  address: "aws_instance.web",
  mergedAt: "2026-09-10T09:00:00Z",
  from: "m5.large",
  to: "m6g.large",
  rule: "ec2-graviton",
};
const GRAVITON_ROWS = days("2026-09-11", "2026-10-01", { sku: "m6g.large", price: "0.077" });

test("two changes of one resource share what both saved by the steps of the price, in the order of their merges", () => {
  const rows = [...BEFORE, ...days("2026-08-21", "2026-09-10", SMALL), ...GRAVITON_ROWS];
  const { proofs } = prove(input(rows, { changes: [GRAVITON, RESIZE] }));
  expect(proofs.map(({ changes, month, savings }) => [changes[0]?.id, month, savings])).toEqual([
    ["val-1", "2026-08", "25.344"],
    ["val-1", "2026-09", "66.816"],
    ["val-2", "2026-09", "9.12"],
  ]);
  const september = addDecimals(decimal("66.816"), decimal("9.12"));
  const usage = 9 * 24 * 0.192 + 20 * 24 * 0.192 - 9 * 24 * 0.096 - 20 * 24 * 0.077;
  expect(Number(september)).toBeCloseTo(usage, 10);
});

test("two changes with no usage between them are proven together", () => {
  const same = { ...GRAVITON, mergedAt: "2026-08-20T18:00:00Z" };
  const rows = [...BEFORE, ...days("2026-08-21", "2026-10-01", { sku: "m6g.large", price: "0.077" })];
  const { proofs } = prove(input(rows, { changes: [same, RESIZE] }));
  expect(proofs.map(({ changes, month, savings }) => [changes.map(({ id }) => id), month, savings])).toEqual([
    [["val-1", "val-2"], "2026-08", "30.36"],
    [["val-1", "val-2"], "2026-09", "82.8"],
  ]);
});

test("a refund in a later delivery makes a proof that replaces the first, once", () => {
  const rows = [...BEFORE, ...AFTER];
  const first = prove(input(rows));
  const evidence = first.proofs.map((proof) => proof.evidence);
  expect(prove(input(rows), evidence)).toMatchObject({
    proofs: [],
    unchanged: first.proofs.map(({ id }) => id),
  });
  const refund = changed(AFTER.at(-1)!, {
    ChargeClass: "Correction",
    EffectiveCost: decimal("-1"),
    PricingQuantity: null,
    ListUnitPrice: null,
  });
  // A dollar is no saving of the change: what is paid of the list is less. Its share is kept to 12 places.
  const second = prove(input([...rows, refund]), evidence);
  const september = first.proofs[1]!.id;
  expect(second.unchanged).toEqual([first.proofs[0]!.id]);
  expect(second.proofs).toMatchObject([
    { id: `${september}-2`, replaces: september, savings: "68.11999999997184" },
  ]);
  const all = [...evidence, ...second.proofs.map((proof) => proof.evidence)];
  expect(prove(input([...rows, refund]), all).proofs).toEqual([]);
  expect(prove(input(rows), all).proofs).toMatchObject([
    { id: `${september}-3`, replaces: `${september}-2` },
  ]);
});

test("changes that turn out to belong together, or apart, leave nothing charged twice", () => {
  const between = days("2026-08-21", "2026-09-10", SMALL);
  const rows = [...BEFORE, ...between, ...GRAVITON_ROWS];
  const both = { changes: [RESIZE, GRAVITON] };
  const evidenceOf = ({ proofs }: SavingsOutcome): readonly string[] =>
    proofs.map(({ evidence }) => evidence);
  const alone = prove(input(rows.slice(0, -GRAVITON_ROWS.length)));
  const [august, september] = alone.proofs;
  // The second change becomes known: the first one's September is another now, its August is not.
  const apart = prove(input(rows, both), evidenceOf(alone));
  expect(apart.unchanged).toEqual([august!.id]);
  expect(apart.proofs.map(({ changes, replaces }) => [changes[0]?.id, replaces])).toEqual([
    ["val-1", september!.id],
    ["val-2", null],
  ]);
  // A later delivery has no usage between them: one proof stands for both, and nothing is left of August.
  const all = [...evidenceOf(alone), ...evidenceOf(apart)];
  const together = prove(input([...BEFORE, ...GRAVITON_ROWS], both), all);
  expect(together.proofs).toMatchObject([
    { replaces: apart.proofs[0]!.id, alsoReplaces: [apart.proofs[1]!.id] },
    { replaces: august!.id, alsoReplaces: [], savings: "0" },
  ]);
  expect(prove(input([...BEFORE, ...GRAVITON_ROWS], both), [...all, ...evidenceOf(together)]).proofs).toEqual(
    [],
  );
  // And back: both are proven anew, and both stand in place of the one.
  const again = prove(input(rows, both), [...all, ...evidenceOf(together)]);
  expect(again.proofs.map(({ id, replaces }) => [id, replaces])).toEqual([
    [`${august!.id}-3`, `${august!.id}-2`],
    [`${september!.id}-3`, together.proofs[0]!.id],
    [`${apart.proofs[1]!.id}-2`, together.proofs[0]!.id],
  ]);
  expect(prove(input(rows, both), [...all, ...evidenceOf(together), ...evidenceOf(again)]).proofs).toEqual(
    [],
  );
});

test("evidence that is not ours is refused", () => {
  expect(() => readEvidence("no")).toThrow("is no JSON");
  expect(() => readEvidence("[]")).toThrow("not evidence of savings");
  expect(() => readEvidence('{"schema":"apex.savings/v1","id":"sav-1"}')).toThrow("not evidence of savings");
});
