import type { CostRow } from "@apex/core";
import { decimal } from "@apex/core";
import { openStore } from "@apex/store";
import { aCostRow, batches, temporaryDirectory } from "@apex/store/testing";
import { expect, test } from "vitest";
import { doubledBills } from "./doubled-bills.ts";

const MEMBER = "222222222222";
const PAYER = "111111111111";

/** A charge of a day of November in the bill of one account for another. */
const charge = (
  bill: string,
  account: string | null,
  day: number,
  changes: Partial<CostRow> = {},
): CostRow => {
  const at = (one: number) => `2026-11-${String(one).padStart(2, "0")}T00:00:00Z`;
  return aCostRow({
    BillingAccountId: bill,
    SubAccountId: account,
    ResourceId: `i-of-${account ?? "nobody"}`,
    BilledCost: decimal(1),
    EffectiveCost: decimal(1),
    ChargePeriodStart: at(day),
    ChargePeriodEnd: at(day + 1),
    ...changes,
  });
};

async function counted(rows: readonly CostRow[]) {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  try {
    await store.costs.replacePeriods(batches(rows));
    const { bills, diagnostics } = await doubledBills(store.costs, await store.costs.periods());
    const costs = await store.costs.costByResource(bills);
    const totals = await store.costs.usageTotals(bills);
    return {
      costs: costs.map(({ resourceId, billed }) => [resourceId, billed]),
      total: totals.map(({ EffectiveCost }) => EffectiveCost),
      told: diagnostics.map(({ summary }) => summary),
    };
  } finally {
    await store.close();
  }
}

test("what an account's own bill and that of its payer both have is counted once, and told", async () => {
  const october = { BillingPeriodStart: "2026-10-01T00:00:00Z", BillingPeriodEnd: "2026-11-01T00:00:00Z" };
  const found = await counted([
    charge(MEMBER, MEMBER, 3),
    charge(MEMBER, null, 4, { ChargeCategory: "Tax" }),
    // The payer's export does not reach back as far.
    charge(MEMBER, MEMBER, 3, { ...october, ResourceId: "i-of-october" }),
    charge(PAYER, MEMBER, 3),
    charge(PAYER, PAYER, 3),
    charge(PAYER, "333333333333", 3),
  ]);
  expect(found).toEqual({
    costs: [
      [`i-of-${PAYER}`, "1"],
      [`i-of-${MEMBER}`, "1"],
      ["i-of-333333333333", "1"],
      ["i-of-october", "1"],
    ],
    total: ["4"],
    told: [
      `The bill of account ${MEMBER} for 2026-11 was left out: that of ${PAYER}, which pays for it, has its costs too`,
    ],
  });
});

test.each([
  ["accounts of different payers", [charge(MEMBER, MEMBER, 3), charge(PAYER, PAYER, 3)]],
  ["an account that found a payer on the tenth", [charge(MEMBER, MEMBER, 9), charge(PAYER, MEMBER, 10)]],
  [
    "bills of other months",
    [
      charge(MEMBER, MEMBER, 3),
      charge(PAYER, MEMBER, 3, {
        BillingPeriodStart: "2026-12-01T00:00:00Z",
        BillingPeriodEnd: "2027-01-01T00:00:00Z",
      }),
    ],
  ],
  [
    "clouds that number accounts alike",
    [charge(MEMBER, MEMBER, 3), charge(PAYER, MEMBER, 3, { ProviderName: "Other" })],
  ],
])("%s are all counted", async (_, rows) => {
  const { total, told } = await counted(rows);
  expect([total, told]).toEqual([["2"], []]);
});
