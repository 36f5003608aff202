import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { costExportCollector } from "@apex/collectors";
import type { BilledResource, CostBatch } from "@apex/core";
import { collect, temporaryDirectory } from "@apex/store/testing";
import { describe, expect, test } from "vitest";
import { type AnalyticsStore, homes, withStore } from "./homes.ts";

const COLUMNS = [
  "BilledCost",
  "EffectiveCost",
  "BillingAccountId",
  "BillingCurrency",
  "BillingPeriodStart",
  "BillingPeriodEnd",
  "ChargeCategory",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "PricingQuantity",
  "ProviderName",
  "RegionId",
  "ResourceId",
  "SubAccountId",
  "Tags",
];

/** A row of a month; every fifth has a number that has to be read by itself. */
function line(index: number, month: string): string {
  const cost = index % 5 === 0 ? "1E20" : `${(index % 9) + 1}.0${index}e-0${(index % 8) + 1}`;
  const cells = [cost, "1.234567890123456e-09", "1", "USD", `${month}-01T00:00:00Z`, `${month}-28 00:00:00`];
  const charge = ["Usage", `${month}-02T00:00:00Z`, `${month}-03T00:00:00Z`, "1", "AWS"];
  const resource = [index % 2 === 0 ? "eu-west-1" : "NULL", `i-${index % 4}`, "", '{""team"":""shop""}'];
  return [...cells, ...charge, ...resource].map((cell) => `"${cell}"`).join(",");
}

const CASES: readonly (readonly [name: string, months: readonly (readonly string[])[], renames: boolean])[] =
  [
    ["one month, all rows in a table", [["2026-11"]], false],
    ["one month under other ids", [["2026-11"]], true],
    ["months in several files", [["2026-11", "2026-10"], ["2026-10"]], true],
  ];

function under({ ResourceId, RegionId }: Pick<BilledResource, "ResourceId" | "RegionId">): string {
  return ResourceId === "i-1" && RegionId === null ? "i-known" : ResourceId;
}

async function* asTables(files: readonly string[], renames: boolean): AsyncGenerator<CostBatch> {
  for await (const item of costExportCollector({ asTables: true }).collect({ files }, { aborted: false })) {
    // Without odd rows the table has all of them, and the store may take its file.
    expect(renames || item.kind !== "cost").toBe(true);
    if (item.kind === "cost")
      yield item.rows.map((row) => {
        const { ResourceId } = row;
        return ResourceId === null || !renames ? row : { ...row, ResourceId: under({ ...row, ResourceId }) };
      });
    if (item.kind !== "cost-table") continue;
    const resources = (await collect(item.table.resources())).flat();
    const renamed = resources.map((resource) => ({ resource, id: under(resource) }));
    yield renames ? { ...item.table, renamed } : item.table;
  }
}

async function* asRows(files: readonly string[], renames: boolean): AsyncGenerator<CostBatch> {
  for await (const item of costExportCollector().collect({ files }, { aborted: false })) {
    if (item.kind !== "cost") continue;
    yield item.rows.map((row) => {
      const { ResourceId } = row;
      return ResourceId === null || !renames ? row : { ...row, ResourceId: under({ ...row, ResourceId }) };
    });
  }
}

async function told({ costs }: AnalyticsStore) {
  const rows = (await collect(costs.rows())).flat();
  const totals = await costs.usageTotals();
  return {
    rows: rows.map((row) => JSON.stringify(row)).toSorted(),
    totals: totals.map((total) => JSON.stringify(total)).toSorted(),
    resources: await costs.costByResource(),
    periods: await costs.periods(),
  };
}

describe.each(homes())("%s:", (_name, home) => {
  test.each(CASES)("a table is stored as its rows would be: %s", async (_case, months, renames) => {
    await using directory = await temporaryDirectory();
    await mkdir(directory.path, { recursive: true });
    const files: string[] = [];
    for (const [index, some] of months.entries()) {
      const isPlain = !renames;
      const lines = some.flatMap((month) =>
        Array.from({ length: 20 }, (_, row) => line(isPlain ? row * 5 + 1 : row + 100 * index, month)),
      );
      const file = path.join(directory.path, `bill-${index}.csv`);
      await writeFile(file, `${[COLUMNS.join(","), ...lines].join("\n")}\n`);
      files.push(file);
    }
    const expected = await withStore(home, async (store) => {
      await store.costs.replacePeriods(asRows(files, renames));
      return told(store);
    });
    await withStore(home, async (store) => {
      await store.costs.replacePeriods(asTables(files, renames));
      expect(await told(store)).toEqual(expected);
      // And the same once more replaces it.
      await store.costs.replacePeriods(asTables(files, renames));
      expect(await told(store)).toEqual(expected);
    });
    expect(expected.rows.length).toBe(months.flat().length * 20);
    expect(expected.resources.some(({ resourceId }) => resourceId === "i-known")).toBe(renames);
  });
});
