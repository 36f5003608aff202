import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MergedChange, SavingsProof } from "@apex/billing";
import { changed, days, input, prove, RESIZE, usageRow } from "@apex/billing/testing";
import { compareDecimals, type CostRow, decimal, seededRng, toNumber } from "@apex/core";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "apex-savings-"));
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

/** The forms that customers have their bill in. */
const FORMS = {
  "CSV as text": `CREATE OR REPLACE TABLE focus AS SELECT * FROM read_csv('${folder}/bill.csv', all_varchar = true)`,
  "CSV with guessed types": `CREATE OR REPLACE TABLE focus AS SELECT * FROM read_csv('${folder}/bill.csv')`,
  "Parquet with decimals": parquet("DECIMAL(38,18)", "TIMESTAMP"),
  "Parquet with floats, as AWS writes it": parquet("DOUBLE", "TIMESTAMP WITH TIME ZONE"),
} as const;

function parquet(number: string, time: string): string {
  const numbers = ["EffectiveCost", "PricingQuantity", "ListUnitPrice"].map(
    (column) => `CAST(${column} AS ${number}) AS ${column}`,
  );
  const times = ["ChargePeriodStart", "ChargePeriodEnd"].map(
    (column) => `CAST(${column} AS ${time}) AS ${column}`,
  );
  return `COPY (SELECT * REPLACE (${[...numbers, ...times].join(", ")})
    FROM read_csv('${folder}/bill.csv', all_varchar = true)) TO '${folder}/bill.parquet' (FORMAT parquet);
    CREATE OR REPLACE TABLE focus AS SELECT * FROM read_parquet('${folder}/bill.parquet')`;
}

function writeBill(rows: readonly CostRow[]): void {
  const { Tags: _, ...first } = rows[0]!;
  const columns = Object.keys(first) as (keyof typeof first)[];
  const lines = rows.map((row) => columns.map((column) => row[column] ?? "").join(","));
  writeFileSync(join(folder, "bill.csv"), [columns.join(","), ...lines].join("\n"));
}

/** Runs what the evidence says, and nothing else. */
async function recompute({ evidence }: SavingsProof): Promise<unknown> {
  const { query } = JSON.parse(evidence) as { query: string };
  const [row] = (await connection.runAndReadAll(query)).getRowObjectsJson();
  return row;
}

async function expectSame(rows: readonly CostRow[], proofs: readonly SavingsProof[]): Promise<void> {
  writeBill(rows);
  for (const form of Object.values(FORMS)) {
    await connection.run(form);
    for (const proof of proofs) {
      const row = (await recompute(proof)) as Record<string, string>;
      const { saved, byShareBefore, byShareAfter } = proof.atListPrices ?? {};
      const numbers = { savings: proof.savings, at_effective_prices: proof.atEffectivePrices };
      const ofMonth = { at_prices_of_month: proof.atPricesOfMonth?.savings };
      const listed = { at_list_prices: saved, by_share_before: byShareBefore, by_share_after: byShareAfter };
      for (const [column, value] of Object.entries({ ...numbers, ...listed, ...ofMonth })) {
        const found = row[column] ?? null;
        expect([column, found === null ? undefined : decimal(found)]).toEqual([column, value]);
      }
      const { rows_without_invoice, rows_of_several_meters, lines_apart_from_usage } = row;
      expect([rows_without_invoice, rows_of_several_meters, lines_apart_from_usage]).toEqual(["0", "0", "0"]);
    }
  }
}

function proofsOf(
  rows: readonly CostRow[],
  changes: readonly MergedChange[],
  earlier: readonly SavingsProof[] = [],
): readonly SavingsProof[] {
  const of = input(rows, { resourceId: "i-0'1", changes, until: "2026-10" });
  return prove(
    of,
    earlier.map(({ evidence }) => evidence),
  ).proofs;
}

function change(id: string, mergedAt: string): MergedChange {
  return { ...RESIZE, id, mergedAt };
}

test("the customer's own database comes to the same number, to the last digit, whatever form the bill has", async () => {
  const resourceId = "i-0'1";
  const before = days("2026-07-15", "2026-08-20", {
    resourceId,
    sku: "a",
    price: "0.1923",
    paid: "0.7137",
    hours: "23.9375",
  });
  const between = days("2026-08-21", "2026-09-10", {
    resourceId,
    sku: "b",
    price: "0.0961",
    hours: "7.3333333",
  });
  const cheaper = days("2026-09-11", "2026-09-20", { resourceId, sku: "c", price: "0.0771", paid: "0.9999" });
  const dearer = days("2026-09-20", "2026-11-01", { resourceId, sku: "c", price: "0.0873", paid: "0.62" });
  const monthly = usageRow("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z", {
    resourceId,
    sku: "b",
    price: "0.0961",
    hours: "3",
  });
  const refund = changed(dearer.at(-1)!, {
    ChargeClass: "Correction",
    EffectiveCost: decimal("-0.1234567"),
    PricingQuantity: null,
    ListUnitPrice: null,
  });
  const noise = [
    changed(dearer.at(-1)!, { ChargeCategory: "Tax", EffectiveCost: decimal("99") }),
    changed(dearer.at(-1)!, { PricingUnit: "GB" }),
    changed(dearer.at(-1)!, { ResourceId: "i-2" }),
  ];
  const rows = [...before, ...between, ...cheaper, ...dearer, monthly, refund, ...noise];
  const proofs = proofsOf(rows, [
    change("val-1", "2026-08-20T10:00:00Z"),
    change("val-2", "2026-09-10T10:00:00Z"),
  ]);
  expect(proofs.map(({ month, changes }) => [month, changes[0]?.id])).toEqual([
    ["2026-08", "val-1"],
    ["2026-09", "val-1"],
    ["2026-09", "val-2"],
    ["2026-10", "val-1"],
    ["2026-10", "val-2"],
  ]);
  await expectSame(rows, proofs);
});

test("a provider that cuts its prices makes the saving smaller, in both", async () => {
  const resourceId = "i-0'1";
  const usage = (price: string, paid: string) => ({ resourceId, sku: "b", price, paid, hours: "7.3333333" });
  const rows = [
    ...days("2026-07-15", "2026-08-20", { resourceId, sku: "a", price: "0.1923" }),
    ...days("2026-08-21", "2026-09-01", usage("0.0961", "0.9137")),
    ...days("2026-09-01", "2026-09-11", usage("0.0873", "0.9137")),
    ...days("2026-09-11", "2026-11-01", usage("0.0777", "0.7")),
  ];
  const proofs = proofsOf(rows, [change("val-1", "2026-08-20T10:00:00Z")]);
  expect(proofs.map(({ atPricesOfMonth }) => atPricesOfMonth === null)).toEqual([true, false, false]);
  expect(proofs.slice(1).map(({ savings }) => savings)).toEqual(
    proofs.slice(1).map(({ atPricesOfMonth }) => atPricesOfMonth?.savings),
  );
  await expectSame(rows, proofs);
});

/** What is paid of the list price: before the merges, between them, from the second one on, and from then until the end. */
const COMMITMENTS = [
  ["none", ["1", "1", "1", "1"]],
  ["one all the time", ["0.7137", "0.7137", "0.7137", "0.7137"]],
  ["one bought after the last merge", ["1", "1", "1", "0.6321"]],
  ["one bought between the merges", ["1", "0.6321", "0.6321", "0.6321"]],
  ["one that ended after the last merge", ["0.7137", "0.7137", "0.7137", "1"]],
  ["one that ended between the merges", ["0.7137", "1", "1", "1"]],
] as const;

test.each(COMMITMENTS)(
  "commitments, %s: both come to the same, and to no more than the list",
  async (_, paid) => {
    const usage = (sku: string, price: string, share: string) =>
      ({ resourceId: "i-0'1", sku, price, paid: share, hours: "23.9375" }) as const;
    const rows = [
      ...days("2026-07-15", "2026-08-20", usage("a", "0.1923", paid[0])),
      ...days("2026-08-21", "2026-09-10", usage("b", "0.0961", paid[1])),
      ...days("2026-09-11", "2026-09-20", usage("c", "0.0771", paid[2])),
      // The provider's new price comes with what is bought, or ends.
      ...days("2026-09-20", "2026-11-01", usage("c", "0.0873", paid[3])),
    ];
    const changes = [change("val-1", "2026-08-20T10:00:00Z"), change("val-2", "2026-09-10T10:00:00Z")];
    const proofs = proofsOf(rows, changes);
    expect(proofs).toHaveLength(5);
    expect(proofs.filter((one) => compareDecimals(one.savings, one.atEffectivePrices) > 0)).toEqual([]);
    // Wherever less is paid of the list after it than before, that is not the change's.
    const covered = proofs.filter(
      ({ paidShareOfList: { before, after } }) => compareDecimals(after!, before!) < 0,
    );
    expect(covered.map(({ savings }) => savings)).toEqual(
      covered.map(({ atListPrices }) => atListPrices?.byShareAfter),
    );
    await expectSame(rows, proofs);
  },
);

test("a bill that does not tell all list costs: what was paid counts, in both", async () => {
  const resourceId = "i-0'1";
  const after = days("2026-08-21", "2026-10-01", { resourceId, sku: "b", price: "0.1", paid: "0.8" });
  const correction = {
    ChargeClass: "Correction",
    PricingQuantity: decimal("-7.5"),
    EffectiveCost: decimal("-0.75"),
    ListUnitPrice: null,
  } as const;
  const rows = [
    ...days("2026-07-15", "2026-08-20", { resourceId, sku: "a", price: "0.2" }),
    ...after,
    // Of August, with a price point that the bill has a price of, and of September without.
    changed(after[3]!, correction),
    changed(after.at(-1)!, { ...correction, SkuId: "unheard-of" }),
  ];
  const proofs = proofsOf(rows, [change("val-1", "2026-08-20T10:00:00Z")]);
  expect(proofs.map(({ atListPrices, note }) => [atListPrices === null, note === null])).toEqual([
    [false, true],
    [true, false],
  ]);
  await expectSame(rows, proofs);
});

test("usage that is gone in a later delivery: nothing is left of its savings, in both", async () => {
  const resourceId = "i-0'1";
  const before = days("2026-07-15", "2026-08-20", { resourceId, sku: "a", price: "0.2" });
  const changes = [change("val-1", "2026-08-20T10:00:00Z")];
  const september = days("2026-09-01", "2026-10-01", { resourceId, sku: "b", price: "0.1" });
  const first = proofsOf([...before, ...september], changes);
  const others = september.map((row) => changed(row, { ResourceId: "i-2" }));
  const rows = [...before, ...others];
  const proofs = proofsOf(rows, changes, first);
  expect(proofs.map(({ replaces, savings }) => [replaces, savings])).toEqual([[first[0]?.id, "0"]]);
  await expectSame(rows, proofs);
});

test("the same of made-up bills", async () => {
  const rng = seededRng(4);
  const between = (low: number, high: number): number => low + Math.floor(rng() * (high - low));
  for (let round = 0; round < 3; round += 1) {
    const usage = (sku: string): Parameters<typeof usageRow>[2] => ({
      resourceId: "i-0'1",
      sku,
      price: String(decimal(`${between(1, 10 ** 7)}e-7`)),
      paid: String(decimal(`${between(1, 12_000)}e-4`)),
      hours: String(decimal(`${between(1, 240_000)}e-4`)),
    });
    const mergeDays = [between(10, 20), between(20, 29)];
    const exact = [
      ...days("2026-08-10", `2026-09-${mergeDays[0]}`, usage("a")),
      ...days(`2026-09-${mergeDays[0]}`, `2026-09-${mergeDays[1]}`, usage("b")),
      ...days(`2026-09-${mergeDays[1]}`, "2026-10-10", usage("c")),
      // The provider's new price of the same SKU, and a second way to pay for it.
      ...days("2026-10-10", "2026-11-01", usage("c")),
      ...days("2026-10-15", "2026-10-20", usage("c")).map((row) => changed(row, { SkuPriceId: "c-2" })),
    ];
    // A bill in floats has the numbers that floats have, and so has what was read from it.
    const rows = exact.map((row) => changed(row, { EffectiveCost: decimal(toNumber(row.EffectiveCost)) }));
    const changes = mergeDays.map((day) => change(`val-${day}`, `2026-09-${day}T23:59:59Z`));
    const proofs = proofsOf(rows, changes);
    expect(proofs.length).toBeGreaterThanOrEqual(3);
    await expectSame(rows, proofs);
  }
});

test("a bill that is not the one of the proof comes to another number", async () => {
  const resourceId = "i-0'1";
  const rows = [
    ...days("2026-07-15", "2026-08-20", { resourceId, sku: "a", price: "0.2" }),
    ...days("2026-08-21", "2026-09-01", { resourceId, sku: "b", price: "0.1" }),
  ];
  const [proof] = proofsOf(rows, [change("val-1", "2026-08-20T10:00:00Z")]);
  writeBill(rows.slice(0, -1));
  await connection.run(FORMS["CSV as text"]);
  expect(await recompute(proof!)).toEqual({
    usage: "240.000000000000000000",
    before: "48.000000000000000000",
    after: "24.000000000000000000",
    at_effective_prices: "24.000000000000000000",
    at_list_prices: "24.000000000000000000",
    by_share_before: "24.000000000000000000",
    by_share_after: "24.000000000000000000",
    at_prices_of_month: null,
    savings: "24.000000000000000000",
    rows_without_invoice: "0",
    rows_of_several_meters: "0",
    lines_apart_from_usage: "0",
  });
  expect(proof!.savings).toBe("26.4");
});

test("a bill that has more than the proof's was made from says so beside its number", async () => {
  const resourceId = "i-0'1";
  const rows = [
    ...days("2026-07-15", "2026-08-20", { resourceId, sku: "a", price: "0.2" }),
    ...days("2026-08-21", "2026-09-01", { resourceId, sku: "b", price: "0.1" }),
  ];
  const [proof] = proofsOf(rows, [change("val-1", "2026-08-20T10:00:00Z")]);
  const licence = days("2026-08-25", "2026-08-27", { resourceId, sku: "licence", price: "0.05" });
  const discount = {
    ChargeCategory: "Adjustment",
    EffectiveCost: decimal("-0.5"),
    PricingUnit: null,
  } as const;
  const discounts = [
    changed(rows[10]!, discount),
    changed(rows.at(-1)!, { ...discount, ChargeCategory: "Credit", PricingUnit: "Hours" }),
    // These are of no time or unit that is compared, or nothing.
    changed(rows[0]!, discount),
    changed(rows[10]!, { ...discount, PricingUnit: "GB" }),
    changed(rows[10]!, { ...discount, EffectiveCost: decimal(0) }),
  ];
  writeBill([...rows, ...licence, ...discounts]);
  for (const form of Object.values(FORMS)) {
    await connection.run(form);
    // Two days of each meter.
    const row = await recompute(proof!);
    expect(row).toMatchObject({ rows_of_several_meters: "4", lines_apart_from_usage: "2" });
  }
});
