import { AdapterError, type CostRow, parseJson } from "@apex/core";
import { VARCHAR } from "@duckdb/node-api";
import { CHUNK_ROWS, type Engine, sqlText } from "../duckdb/engine.ts";
import type { SetFile } from "../files/file-set.ts";
import { sumsOfBills } from "./cost-by-resource.ts";
import { COST_COLUMNS, DECIMAL_COLUMNS, exactColumn, TEXT_COLUMNS } from "./cost-columns.ts";

/** Bills are delivered by the month and the account: more than this in one delivery is a mistaken period column. */
export const PERIODS_MAX = 10_000;

/** Stages rows as text in a temporary table. Returns how many there were. */
export async function stageCosts(
  engine: Engine,
  batches: AsyncIterable<readonly CostRow[]>,
): Promise<number> {
  const columns = COST_COLUMNS.map((column) => `"${column}" VARCHAR`).join(", ");
  await engine.run(`CREATE OR REPLACE TEMP TABLE staged_costs (${columns})`);
  const appender = await engine.append(
    "staged_costs",
    COST_COLUMNS.map(() => VARCHAR),
  );
  let count = 0;
  try {
    for await (const rows of batches) {
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        const part = rows.slice(start, start + CHUNK_ROWS);
        appender.append(COST_COLUMNS.map((column) => part.map((row) => cell(row, column))));
      }
      count += rows.length;
    }
  } finally {
    appender.close();
  }
  return count;
}

/** A column of a row as the text that is stored. */
export function cell(row: CostRow, column: (typeof COST_COLUMNS)[number]): string | null {
  return column === "Tags" ? JSON.stringify(row.Tags) : row[column];
}

/** The key of a bill's file: provider, account and start of the period. */
function billKey(period: readonly [provider: string, account: string, start: string]): string {
  return JSON.stringify(period);
}

/** The key of the file with the sums of a bill. */
export function sumsKey(bill: string): string {
  return JSON.stringify([bill, "by-resource"]);
}

/** Whether a key is that of a bill, not of the sums of one. */
export function isBill(key: string): boolean {
  const parts = parseJson(key);
  return Array.isArray(parts) && parts.length === 3;
}

/**
 * Writes one file per (provider, billing account, billing period) of the staged rows, and one with its sums by resource, so that
 * who asks for those need not read the bill. Decimals become DECIMAL(38,18);
 * the few that have more digits keep them as text in a column beside it.
 */
export async function writePeriods(engine: Engine, newPath: () => string): Promise<readonly SetFile[]> {
  // At most 16 characters before the point leave room for sums of ten thousand of the largest.
  await engine.run(`CREATE OR REPLACE TEMP MACRO fits(x) AS
    CASE WHEN strpos(x, '.') = 0 THEN length(x) <= 16 ELSE strpos(x, '.') <= 17 AND length(x) - strpos(x, '.') <= 18 END`);
  const periods = await engine.rows(
    "SELECT ProviderName, BillingAccountId, BillingPeriodStart, count(*) FROM staged_costs GROUP BY ALL ORDER BY ALL",
  );
  if (periods.length > PERIODS_MAX) {
    throw new AdapterError(
      "invalid",
      `one delivery holds ${periods.length} billing periods, more than ${PERIODS_MAX}: is BillingPeriodStart really the start of a month?`,
    );
  }
  const decimals = DECIMAL_COLUMNS.map(
    (column) =>
      `CASE WHEN fits("${column}") THEN CAST("${column}" AS DECIMAL(38,18)) END AS "${column}",
       CASE WHEN NOT fits("${column}") THEN "${column}" END AS "${exactColumn(column)}"`,
  );
  const texts = [...TEXT_COLUMNS, "Tags"].map((column) => `"${column}"`);
  const files: SetFile[] = [];
  for (const [provider, account, start, rows] of periods) {
    const path = newPath();
    const isPeriod = [
      ["ProviderName", provider],
      ["BillingAccountId", account],
      ["BillingPeriodStart", start],
    ].map(([column, value]) => `"${String(column)}" = ${sqlText(String(value))}`);
    await engine.run(
      `COPY (SELECT ${[...decimals, ...texts].join(", ")} FROM staged_costs WHERE ${isPeriod.join(" AND ")}
       ORDER BY ResourceId, ChargePeriodStart) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const key = billKey([String(provider), String(account), String(start)]);
    files.push({ key, path, rows: Number(rows) });
    const sums = newPath();
    await engine.run(`COPY (${sumsOfBills([path])}) TO ${sqlText(sums)} (FORMAT parquet, COMPRESSION zstd)`);
    files.push({ key: sumsKey(key), path: sums, rows: Number(rows) });
  }
  return files;
}

/** Drops the staging table. */
export async function dropStagedCosts(engine: Engine): Promise<void> {
  await engine.run("DROP TABLE IF EXISTS staged_costs");
}
