import { copyFile, link, rm } from "node:fs/promises";
import {
  AdapterError,
  type CostBatch,
  type CostRow,
  type CostTable,
  DECIMAL_COST_COLUMNS,
  exactCostColumn,
  parseJson,
} from "@apex/core";
import { VARCHAR } from "@duckdb/node-api";
import { CHUNK_ROWS, type Engine, sqlFiles, sqlText } from "../duckdb/engine.ts";
import type { SetFile } from "../files/file-set.ts";
import { sumsOfBills } from "./cost-by-resource.ts";
import { COST_COLUMNS, TEXT_COLUMNS } from "./cost-columns.ts";

/** Bills are delivered by the month and the account: more than this in one delivery is a mistaken period column. */
export const PERIODS_MAX = 10_000;

/** Rows of a delivery until its months are written. */
export interface StagedCosts {
  readonly rows: number;
  /** The rows as SQL, with the columns that are stored. */
  readonly from: string;
  /** Files that are of no use afterwards. */
  readonly files: readonly string[];
  /** A file that holds all of the rows as they are stored. */
  readonly whole: string | undefined;
}

const OTHERS = [...TEXT_COLUMNS, "Tags"].map((column) => `"${column}"`);

/** The columns of a stored bill, which are those of a table of rows too. */
const STORED = [
  ...DECIMAL_COST_COLUMNS.flatMap((column) => [`"${column}"`, `"${exactCostColumn(column)}"`]),
  ...OTHERS,
];

/** The stored columns of rows that are all text; the few decimals that have more digits than DECIMAL(38,18) keep them as text beside. */
const STORED_OF_TEXT = [
  ...DECIMAL_COST_COLUMNS.map(
    (column) =>
      `CASE WHEN is_short("${column}") THEN CAST(CAST("${column}" AS DECIMAL(18,12)) AS DECIMAL(38,18))
         WHEN fits("${column}") THEN CAST("${column}" AS DECIMAL(38,18)) END AS "${column}",
       CASE WHEN NOT fits("${column}") THEN "${column}" END AS "${exactCostColumn(column)}"`,
  ),
  ...OTHERS,
];

/** Stages rows as text in a temporary table, and tables of rows as files beside the store's own: theirs are soon gone. */
export async function stageCosts(
  engine: Engine,
  batches: AsyncIterable<CostBatch>,
  newPath: () => string,
): Promise<StagedCosts> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE staged_costs (${texts(COST_COLUMNS)})`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE renamed_costs (${texts(RENAMED_COLUMNS)})`);
  const appender = await engine.append(
    "staged_costs",
    COST_COLUMNS.map(() => VARCHAR),
  );
  const files: string[] = [];
  const sources: string[] = [];
  let count = 0;
  let appended = 0;
  let hasRenamed = false;
  try {
    for await (const batch of batches) {
      if ("path" in batch) {
        const path = newPath();
        files.push(path);
        await takeFile(batch.path, path);
        sources.push(await tableSql(engine, batch, path));
        hasRenamed ||= (batch.renamed ?? []).length > 0;
        count += batch.rowCount;
        continue;
      }
      for (let start = 0; start < batch.length; start += CHUNK_ROWS) {
        const part = batch.slice(start, start + CHUNK_ROWS);
        appender.append(COST_COLUMNS.map((column) => part.map((row) => cell(row, column))));
      }
      appended += batch.length;
    }
  } catch (error) {
    await removeFiles(files);
    throw error;
  } finally {
    appender.close();
  }
  if (appended > 0 || files.length === 0) {
    await makeMacros(engine);
    sources.push(`SELECT ${STORED_OF_TEXT.join(", ")} FROM staged_costs`);
  }
  const whole = files.length === 1 && appended === 0 && !hasRenamed ? files[0] : undefined;
  return { rows: count + appended, from: `(${sources.join(" UNION ALL ")})`, files, whole };
}

/** By which resource, of which table, an id is replaced. */
const RENAMED_COLUMNS = ["path", "ResourceId", "Tags", "RegionId", "SubAccountId", "id"] as const;

function texts(columns: readonly string[]): string {
  return columns.map((column) => `"${column}" VARCHAR`).join(", ");
}

/** A second name for the file where the disk is the same, else a copy. */
async function takeFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

async function removeFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true });
}

async function tableSql(engine: Engine, { renamed = [] }: CostTable, path: string): Promise<string> {
  const file = `read_parquet(${sqlFiles([path])})`;
  if (renamed.length === 0) return `SELECT ${STORED.join(", ")} FROM ${file}`;
  const appender = await engine.append(
    "renamed_costs",
    RENAMED_COLUMNS.map(() => VARCHAR),
  );
  try {
    for (let start = 0; start < renamed.length; start += CHUNK_ROWS) {
      const part = renamed.slice(start, start + CHUNK_ROWS);
      appender.append([
        part.map(() => path),
        part.map(({ resource }) => resource.ResourceId),
        part.map(({ resource }) => JSON.stringify(resource.Tags)),
        part.map(({ resource }) => resource.RegionId),
        part.map(({ resource }) => resource.SubAccountId),
        part.map(({ id }) => id),
      ]);
    }
  } finally {
    appender.close();
  }
  const columns = STORED.map((column) =>
    column === '"ResourceId"' ? 'coalesce(renamed.id, bill."ResourceId") AS "ResourceId"' : `bill.${column}`,
  );
  const isSame = RENAMED_COLUMNS.slice(1, -1).map(
    (column) => `renamed."${column}" IS NOT DISTINCT FROM bill."${column}"`,
  );
  return `SELECT ${columns.join(", ")} FROM ${file} AS bill LEFT JOIN
    (SELECT * FROM renamed_costs WHERE path = ${sqlText(path)}) AS renamed ON ${isSame.join(" AND ")}`;
}

/** A column of a row as the text that is stored. */
export function cell(row: CostRow, column: (typeof COST_COLUMNS)[number]): string | null {
  return column === "Tags" ? JSON.stringify(row.Tags) : row[column];
}

/** The key of a bill's file: provider, account and start of the period. */
export function billKey(period: readonly [provider: string, account: string, start: string]): string {
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

async function makeMacros(engine: Engine): Promise<void> {
  // At most 16 characters before the point leave room for sums of ten thousand of the largest.
  await engine.run(`CREATE OR REPLACE TEMP MACRO fits(x) AS
    CASE WHEN strpos(x, '.') = 0 THEN length(x) <= 16 ELSE strpos(x, '.') <= 17 AND length(x) - strpos(x, '.') <= 18 END`);
  // Text becomes a decimal of 64 bits ten times as fast as one of 128, and that one then almost for nothing.
  await engine.run(`CREATE OR REPLACE TEMP MACRO is_short(x) AS
    CASE WHEN strpos(x, '.') = 0 THEN length(x) <= 6 ELSE strpos(x, '.') <= 7 AND length(x) - strpos(x, '.') <= 12 END`);
}

/**
 * Writes one file per (provider, billing account, billing period) of the staged rows, and one with its sums by resource, so that
 * who asks for those need not read the bill. A file that came with all of one month is taken as it is.
 */
export async function writePeriods(
  engine: Engine,
  { from, whole }: StagedCosts,
  newPath: () => string,
): Promise<readonly SetFile[]> {
  const periods = await engine.rows(
    `SELECT ProviderName, BillingAccountId, BillingPeriodStart, count(*) FROM ${from} GROUP BY ALL ORDER BY ALL`,
  );
  if (periods.length > PERIODS_MAX) {
    throw new AdapterError(
      "invalid",
      `one delivery holds ${periods.length} billing periods, more than ${PERIODS_MAX}: is BillingPeriodStart really the start of a month?`,
    );
  }
  const files: SetFile[] = [];
  for (const [provider, account, start, rows] of periods) {
    const path = newPath();
    const isPeriod = [
      ["ProviderName", provider],
      ["BillingAccountId", account],
      ["BillingPeriodStart", start],
    ].map(([column, value]) => `"${String(column)}" = ${sqlText(String(value))}`);
    if (whole !== undefined && periods.length === 1) await takeFile(whole, path);
    else
      await engine.run(
        `COPY (SELECT * FROM ${from} WHERE ${isPeriod.join(" AND ")}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    const key = billKey([String(provider), String(account), String(start)]);
    files.push({ key, path, rows: Number(rows) });
    const sums = newPath();
    await engine.run(`COPY (${sumsOfBills([path])}) TO ${sqlText(sums)} (FORMAT parquet, COMPRESSION zstd)`);
    files.push({ key: sumsKey(key), path: sums, rows: Number(rows) });
  }
  return files;
}

/** Drops what {@link stageCosts} made. */
export async function dropStagedCosts(engine: Engine, staged: StagedCosts | undefined): Promise<void> {
  await removeFiles(staged?.files ?? []);
  await engine.run("DROP TABLE IF EXISTS staged_costs");
  await engine.run("DROP TABLE IF EXISTS renamed_costs");
}
