import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { testFolder } from "../testing/collect-all.ts";
import { costExportCollector } from "./cost/index.ts";
import { metricExportCollector } from "./metrics/index.ts";

// Small, so that the bench runs as a smoke test; set the variables for real figures.
const COST_ROWS = Number(process.env["BENCH_COST_ROWS"] ?? 20_000);
const RESOURCES = Number(process.env["BENCH_RESOURCES"] ?? 10);
const SAMPLES_PER_SERIES = 14 * 24 * 12;
const RUNS = { iterations: 3, time: 0, warmup: false } as const;

async function generate(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

/** Runs a collector and counts what it hands over, row by row or in tables. */
async function rowsRead(path: string, asTables: boolean): Promise<number> {
  let rows = 0;
  for await (const item of costExportCollector({ asTables }).collect({ files: [path] }, { aborted: false })) {
    if (item.kind === "cost") rows += item.rows.length;
    if (item.kind === "cost-table") rows += item.table.rowCount;
  }
  return rows;
}

const FORMATS = [
  {
    extension: "csv",
    options: "(HEADER)",
    reader: (path: string) => `read_csv('${path}', all_varchar = true)`,
  },
  { extension: "parquet", options: "(FORMAT parquet)", reader: (path: string) => `read_parquet('${path}')` },
] as const;

for (const { extension, options, reader } of FORMATS) {
  test(`a FOCUS bill of ${COST_ROWS} rows (${extension}), as a table and row by row, against DuckDB copying it`, async ({
    bench,
  }) => {
    const folder = testFolder();
    const path = `${folder}/focus.${extension}`;
    // No time names its zone: of most bills every row needs some repair.
    await generate(
      `COPY (SELECT 'us-east-1a' AS AvailabilityZone, printf('%.9f', (i * 7919 % 400000) / 1e6) AS BilledCost,
      '210987654321' AS BillingAccountId, 'USD' AS BillingCurrency, '2026-11-01 00:00:00' AS BillingPeriodEnd,
      '2026-10-01 00:00:00' AS BillingPeriodStart, 'Usage' AS ChargeCategory, '$0.096 per On Demand Linux m5.large Instance Hour' AS ChargeDescription,
      strftime(TIMESTAMP '2026-10-01' + (i % 720 + 1) * INTERVAL 1 HOUR, '%Y-%m-%d %H:%M:%S') AS ChargePeriodEnd,
      strftime(TIMESTAMP '2026-10-01' + (i % 720) * INTERVAL 1 HOUR, '%Y-%m-%d %H:%M:%S') AS ChargePeriodStart,
      '0.1' AS ContractedCost, '0.1' AS EffectiveCost, '0.1' AS ListCost, '0.096' AS ListUnitPrice, 'Standard' AS PricingCategory,
      '1' AS PricingQuantity, 'Hours' AS PricingUnit, 'AWS' AS ProviderName, 'us-east-1' AS RegionId,
      'i-' || printf('%017d', i % 5000) AS ResourceId, 'Amazon Elastic Compute Cloud' AS ServiceName,
      '{"env":"prod","team":"t' || (i % 40) || '"}' AS Tags FROM range(${COST_ROWS}) rows(i)) TO '${path}' ${options}`,
    );
    await bench.compare(
      bench("as a table", async () => expect(await rowsRead(path, true)).toBe(COST_ROWS)),
      bench("row by row", async () => expect(await rowsRead(path, false)).toBe(COST_ROWS)),
      bench("DuckDB copies it", () =>
        generate(
          `COPY (SELECT * FROM ${reader(path)}) TO '${folder}/copy.parquet' (FORMAT parquet, COMPRESSION zstd)`,
        ),
      ),
      RUNS,
    );
  });
}

test(`14 days of 5-minute samples of ${RESOURCES} machines in a table, against DuckDB's percentiles`, async ({
  bench,
}) => {
  const path = `${testFolder()}/metrics.csv`;
  await generate(
    `COPY (SELECT 'i-' || printf('%017d', r) AS resource_id, m AS metric,
      strftime(TIMESTAMP '2026-10-12' + t * INTERVAL 5 MINUTE, '%Y-%m-%dT%H:%M:%SZ') AS timestamp,
      (t * 31 + r * 17) % 9973 / 100 AS value, 'Average' AS statistic
      FROM range(${SAMPLES_PER_SERIES}) times(t), range(${RESOURCES}) resources(r),
      (VALUES ('CPUUtilization'), ('mem_used_percent'), ('NetworkIn'), ('NetworkOut'), ('EBSReadOps')) metrics(m)) TO '${path}' (HEADER)`,
  );
  const expected = RESOURCES * 5;
  await bench.compare(
    bench("collector", async () => {
      let series = 0;
      for await (const item of metricExportCollector().collect({ files: [path] }, { aborted: false })) {
        if (item.kind === "samples") series += 1;
      }
      expect(series).toBe(expected);
    }),
    bench("DuckDB p99.5 per series", async () => {
      const connection = await (await DuckDBInstance.create(":memory:")).connect();
      const result = await connection.runAndReadAll(
        `SELECT resource_id, metric, quantile_cont(value, 0.995) FROM read_csv('${path}') GROUP BY ALL`,
      );
      expect(result.currentRowCount).toBe(expected);
    }),
    RUNS,
  );
});
