import { addDecimals, type CostRow, decimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { aCostRow, batches, temporaryDirectory } from "../testing.ts";
import type { UsageTotal } from "./usage-totals.ts";

const row = fc
  .record({
    BillingPeriodStart: fc.constantFrom("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ChargeCategory: fc.constantFrom("Usage" as const, "Usage" as const, "Tax" as const),
    PricingCategory: fc.constantFrom("Standard" as const, "Committed" as const, null),
    PricingQuantity: fc.constantFrom(
      decimal("1"),
      decimal("0.25"),
      decimal("2.0000000000000000000001"),
      null,
    ),
    EffectiveCost: fc.constantFrom(decimal("1.25"), decimal("-0.1"), decimal("3.0000000000000000000001")),
    RegionId: fc.constantFrom("eu-west-1", "us-east-1", null),
    x_UsageType: fc.constantFrom("BoxUsage:m5.xlarge", "EBS:VolumeUsage.gp3", null),
  })
  .map((changes): CostRow => aCostRow(changes));

/** Sums by what tells kinds apart, for rows and for totals alike. */
function sums(rows: readonly (CostRow | UsageTotal)[]): Map<string, readonly [string, string]> {
  const found = new Map<string, readonly [string, string]>();
  for (const one of rows.filter(({ ChargeCategory }) => ChargeCategory === "Usage")) {
    const { BillingCurrency, PricingCategory, PricingUnit, RegionId, x_UsageType, x_Operation } = one;
    const kind = [BillingCurrency, PricingCategory, PricingUnit, RegionId, x_UsageType, x_Operation];
    const key = JSON.stringify([...kind, one.PricingQuantity === null]);
    const [hours, cost] = found.get(key) ?? ["0", "0"];
    found.set(key, [
      addDecimals(decimal(hours), one.PricingQuantity ?? decimal(0)),
      addDecimals(decimal(cost), one.EffectiveCost),
    ]);
  }
  return found;
}

test("totals of usage add up to what the rows do, by kind", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      await using directory = await temporaryDirectory();
      const store = await openStore({ directory: directory.path });
      await store.costs.replacePeriods(batches(rows));
      expect(sums(await store.costs.usageTotals())).toEqual(sums(rows));
      await store.close();
    }),
    { numRuns: 20 },
  );
});

test("a store without bills has none", async () => {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  expect(await store.costs.usageTotals()).toEqual([]);
  await store.close();
});
