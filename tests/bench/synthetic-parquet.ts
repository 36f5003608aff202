import type { DuckDBConnection } from "@duckdb/node-api";

/** How many series of five-minute points, two of each instance. */
export interface ParquetSizes {
  readonly instances: number;
  readonly days: number;
  /** Decimal places of the values; "full" for as many as a computed average has. */
  readonly decimals: number | "full";
}

const POINTS_PER_DAY = 288;
const PERIOD_MS = 300_000;
const START_MS = Date.UTC(2026, 10, 1);

/** "series": a series after the other, as a store lays them. "time": all series of a moment together, as metrics are exported. */
export type ParquetOrder = "series" | "time";

/**
 * Writes CPU and memory of an invented fleet as rows of resource, metric, time and value: the same rows in either order. A
 * rhythm of the day, noise and rare peaks, all by the hash of instance and point.
 */
export async function writeSyntheticParquet(
  connection: DuckDBConnection,
  file: string,
  sizes: ParquetSizes,
  order: ParquetOrder,
): Promise<void> {
  const points = sizes.days * POINTS_PER_DAY;
  const series = sizes.instances * 2;
  const [one, point] =
    order === "series" ? [`n // ${points}`, `n % ${points}`] : [`n % ${series}`, `n // ${series}`];
  const value =
    "least(100, base + swing * (1 + sin(point / 144 * pi())) + noise * 8 + CASE WHEN noise < peaks THEN 40 ELSE 0 END)";
  const shown = sizes.decimals === "full" ? value : `round(${value}, ${sizes.decimals})`;
  await connection.run(`
    COPY (
      WITH rows AS (
        SELECT CAST(${one} AS BIGINT) AS one, CAST(${point} AS BIGINT) AS point FROM range(${points * series}) AS t(n)
      ), drawn AS (
        SELECT one, point, 3 + hash(one) % 3000 / 100 AS base, hash(one, 1) % 1200 / 100 AS swing,
          hash(one, 2) % 1000 / 100000 AS peaks, hash(one, point) % 1000000007 / 1000000007 AS noise
        FROM rows
      )
      SELECT 'i-' || lpad(CAST(one // 2 AS VARCHAR), 17, '0') AS resource,
        CASE WHEN one % 2 = 0 THEN 'cpu_percent' ELSE 'memory_used_percent' END AS metric,
        ${START_MS} + point * ${PERIOD_MS} AS time_ms, CAST(${shown} AS DOUBLE) AS value
      FROM drawn
    ) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`);
}
