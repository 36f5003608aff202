import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CostRow, decimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { aCostRow, batches, temporaryDirectory } from "../testing.ts";

const row = fc
  .record({
    ResourceId: fc.constantFrom("i-a", "i-b", null),
    BillingCurrency: fc.constantFrom("USD", "EUR"),
    BillingPeriodStart: fc.constantFrom("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ChargeCategory: fc.constantFrom("Usage" as const, "Usage" as const, "Tax" as const),
    // More digits than a column of sums has room for, now and then.
    EffectiveCost: fc.constantFrom(decimal("1.25"), decimal("-0.1"), decimal("3.0000000000000000000001")),
    ListCost: fc.constantFrom(decimal("2"), decimal("123456789012345678.5"), null),
    PricingCategory: fc.constantFrom("Standard" as const, "Committed" as const, null),
    CommitmentDiscountStatus: fc.constantFrom("Used" as const, null),
    CommitmentDiscountType: fc.constantFrom("Reserved", "Savings Plan", null),
  })
  .map((changes): CostRow => aCostRow(changes));

test("the sums beside the bills are those of the bills, also where some have none yet", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(), async (rows, some) => {
      await using directory = await temporaryDirectory();
      const store = await openStore({ directory: directory.path });
      await store.costs.replacePeriods(batches(rows));
      const withSums = await store.costs.costByResource();
      const path = join(directory.path, "costs", "manifest.json");
      const manifest = JSON.parse(await readFile(path, "utf8")) as { files: { key: string }[] };
      const sums = manifest.files.filter(({ key }) => key.includes("by-resource"));
      expect(sums).toHaveLength(manifest.files.length / 2);
      const forgotten = some % 2 === 0 ? sums : sums.slice(1);
      manifest.files = manifest.files.filter((file) => !forgotten.includes(file));
      await writeFile(path, JSON.stringify(manifest));
      expect(await store.costs.costByResource()).toEqual(withSums);
      await store.close();
    }),
    { numRuns: 25 },
  );
});

test("a month that is delivered anew brings its own sums", async () => {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  const october = { BillingPeriodStart: "2026-10-01T00:00:00Z" };
  await store.costs.replacePeriods(batches([aCostRow(), aCostRow(october)]));
  await store.costs.replacePeriods(batches([aCostRow({ BilledCost: decimal("7") })]));
  expect((await store.costs.costByResource()).map(({ billed }) => billed)).toEqual(["8.5"]);
  expect((await store.costs.periods()).map(({ rows }) => rows)).toEqual([1, 1]);
  await store.close();
});
