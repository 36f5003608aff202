import type { Collected, CostRow } from "@apex/core";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { expect, it } from "vitest";
import { collectAll, testFile, testFolder } from "../../testing/collect-all.ts";
import { costExportCollector } from "./collector.ts";
import { kindOf } from "./cell-kinds.ts";
import { CUR_COLUMNS } from "./decode-cur.ts";
import { FOCUS_COLUMNS } from "./layout.ts";

const sorted = (rows: readonly CostRow[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();

/** What a file gives by shape, the rows of tables among the others; and how many came in tables. */
async function byShape(file: string) {
  const rows: CostRow[] = [];
  const others: Collected[] = [];
  let copied = 0;
  for await (const item of costExportCollector({ asTables: true }).collect(
    { files: [file] },
    { aborted: false },
  )) {
    if (item.kind === "cost") rows.push(...item.rows);
    else if (item.kind !== "cost-table") others.push(item);
    else {
      copied += item.table.rowCount;
      for await (const some of item.table.rows()) rows.push(...some);
    }
  }
  return { rows: sorted(rows), others, copied };
}

async function expectSame(file: string): Promise<{ readonly rows: number; readonly copied: number }> {
  const one = await collectAll(costExportCollector(), file);
  const { rows, others, copied } = await byShape(file);
  const expected = sorted(one.rows);
  expect(rows.filter((row) => !expected.includes(row))).toEqual(
    expected.filter((row) => !rows.includes(row)),
  );
  expect(rows).toHaveLength(expected.length);
  expect(others.filter(({ kind }) => kind === "repair")).toEqual(
    one.repairs.map((repair) => ({ kind: "repair", repair })),
  );
  expect(others.filter(({ kind }) => kind === "diagnostic")).toEqual(
    one.diagnostics.map((diagnostic) => ({ kind: "diagnostic", diagnostic })),
  );
  return { rows: one.rows.length, copied };
}

const NOTHING = ["", "NULL", "null"];

/** Cells of a kind as bills have them, then as they should not. */
const CELLS: Readonly<Record<string, readonly [usual: readonly string[], odd: readonly string[]]>> = {
  text: [
    ["eu-west-1", "a,b", 'say "x"', "ünü", "i-1"],
    [" ", "NULLs", "nul", "a\nb", "⟦0 ResourceId⟧", "0", "\u0001"],
  ],
  "usage-type": [
    ["BoxUsage:m5.large", "SpotUsage:m5.large"],
    ["EU-SpotUsage", " "],
  ],
  number: [
    [
      "0",
      "1",
      "0.0416",
      "12.50",
      "0.00000080000",
      "-3.25",
      "0.000000000",
      "123456.123456789012",
      "9.24E-6",
      "2.0E-9",
      "1.25E7",
    ],
    [
      "4.2e-07",
      "-1e-05",
      "9.123456789012345e-12",
      "1e+20",
      "1E3",
      "-0.0",
      "-0",
      "+1",
      ".5",
      "5.",
      "007",
      " 1 ",
      "1_0",

      "abc",
      "NaN",
      "1,5",
      "123456789012345.123456789012345678",
      "1234567890123456",
      "0.1234567890123456789",
      "1.234567890123456E7",
      "-9.00E+14",
      "1.5e15",
      "1e0",
      "3.10e2",
      "9.99999999999999999e-29",
      "1e-00",
      "0e-05",
      "1.0e-05",
      "999999.999999999999",
      "1234567.5",
      "0x10",
      "١",
    ],
  ],
  instant: [
    ["2026-10-01T00:00:00Z", "2026-10-02 00:00:00", "2026-11-01T00:00:00.000Z"],
    [
      "2026-10-02",
      "2026-02-30T00:00:00Z",
      "2026-10-01T24:00:00Z",
      "2026-10-01T00:00:60Z",
      "2026-10-01T01:00:00+02:00",

      "2026-10-01T00:00:00.5Z",
      "0026-10-01T00:00:00Z",
      " 2026-10-01T00:00:00Z",
      "2026-10-01T00:00",
      "2026-10-01t00:00:00z",
      "1999-01-01T00:00:00Z",
      "2024-02-29T00:00:00Z",
      "2026-1-01T00:00:000Z",
      "today",
    ],
  ],
  tags: [
    ['{"team":"shop"}', "{}", '{"a":"1","b":"ü"}'],
    [
      '{"b":1,"a":null}',
      '{"10":"x","9":"y"}',
      '{"a":"1","a":"2"}',
      "[]",
      "{",
      '{"__proto__":"x"}',
      '{ "a": "b" }',
      '{"user_env":"p"}',
    ],
  ],
  product: [
    [
      '{"product_name":"Amazon EC2","region":"eu-west-1","sku":"ABC"}',
      '{"region_code":"eu-west-2","servicename":"EC2"}',
    ],
    ['{"product_family":""}', "[]", "{", '{"sku":7}', "{}"],
  ],
};

const CODES: Readonly<Record<string, readonly [usual: readonly string[], odd: readonly string[]]>> = {
  BillingCurrency: [
    ["USD", "EUR"],
    ["usd", " USD", "dollars", "x".repeat(80)],
  ],
  ChargeCategory: [
    ["Usage", "Tax"],
    ["usage", "Refund", "nonsense"],
  ],
  ChargeClass: [
    ["", "Correction"],
    ["correction", "wrong"],
  ],
  ChargeFrequency: [["Usage-Based"], ["Usage-based", "never"]],
  CommitmentDiscountStatus: [
    ["Used", ""],
    ["used", "lost"],
  ],
  PricingCategory: [
    ["Standard", "Committed"],
    ["On-Demand", "commitment-based", "odd"],
  ],
  bill_billing_entity: [["AWS"], ["AWS Marketplace"]],
  line_item_currency_code: [["USD"], ["usd"]],
  line_item_line_item_type: [
    ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "Tax"],
    ["RIFee", "SavingsPlanRecurringFee", "Refund", "Fee", "NewType", "constructor"],
  ],
  pricing_term: [["OnDemand"], ["Spot", "Reserved"]],
  savings_plan_offering_type: [["ComputeSavingsPlans"], ["EC2InstanceSavingsPlans", "?"]],
};

const REQUIRED =
  /^(BilledCost|EffectiveCost|BillingAccountId|ProviderName|Charge(Period|Category)|BillingCurrency|line_item_(unbl|usage_(start|end)|line_item_type|curr)|bill_payer)/;
const START = /Start$|_start_date$/;
const END = /End$|_end_date$/;

function cellOf(name: string, isTag: boolean): fc.Arbitrary<string> {
  const kind = kindOf(name, isTag);
  const [usual, odd] = CODES[name] ?? (isTag ? CELLS["text"] : CELLS[kind]) ?? [[], []];
  const clean = START.test(name) ? usual.slice(0, 1) : END.test(name) ? usual.slice(1) : usual;
  return fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...clean) },
    { weight: REQUIRED.test(name) ? 1 : 12, arbitrary: fc.constantFrom(...NOTHING) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const CUR_LEGACY = CUR_COLUMNS.filter((name) => name !== "product" && name !== "resource_tags");

it.each([
  ["FOCUS", FOCUS_COLUMNS, []],
  [
    "FOCUS with columns of a draft and unknown ones",
    [...FOCUS_COLUMNS.filter((name) => name !== "RegionId"), "Region", "Odd"],
    [],
  ],
  ["CUR 2.0", CUR_COLUMNS, []],
  ["legacy CUR", CUR_LEGACY, ["resourceTags/user:team", "resourceTags/user:env"]],
] as const)(
  "%s is the same by shape as row by row: rows, repairs, refusals",
  async (_name, columns, tags) => {
    let [rows, copied] = [0, 0];
    const names = [...columns, ...tags];
    const record = fc.tuple(...names.map((name) => cellOf(name, name.startsWith("resourceTags"))));
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 100, maxLength: 200 }), async (records) => {
        const lines = [names, ...records].map((cells) => cells.map(quoted).join(","));
        const counts = await expectSame(testFile("bill.csv", `${lines.join("\n")}\n`));
        rows += counts.rows;
        copied += counts.copied;
      }),
      // A file of many rows holds many cases; making them fewer would take minutes.
      { numRuns: 4, endOnFailure: true },
    );
    // Else nothing was compared.
    expect(copied).toBeGreaterThan(rows / 4);
    expect(copied).toBeLessThan(rows);
  },
);

it("typed Parquet is the same by shape as row by row", async () => {
  const file = `${testFolder()}/bill.parquet`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT 'AWS' AS ProviderName, '1' AS BillingAccountId, 'USD' AS BillingCurrency,
    'Usage' AS ChargeCategory, (i - 50) / 7e9 AS BilledCost, i / 3.0::DOUBLE AS EffectiveCost, i::DECIMAL(30,10) / 8 AS ListCost,
    CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS PricingQuantity, (i * 1e17)::DOUBLE AS ConsumedQuantity,
    TIMESTAMPTZ '2026-10-01 00:00:00+00' + INTERVAL (i) HOUR AS ChargePeriodStart,
    TIMESTAMP '2026-10-01 01:00:00' + INTERVAL (i) HOUR AS ChargePeriodEnd,
    DATE '2026-10-01' AS BillingPeriodStart, TIMESTAMP_NS '2026-11-01' AS BillingPeriodEnd,
    MAP {'team': 'shop', 'n': i::VARCHAR} AS Tags, i AS file_row_number FROM range(100) rows(i)) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  expect(await expectSame(file)).toEqual({ rows: 100, copied: expect.any(Number) });
});
