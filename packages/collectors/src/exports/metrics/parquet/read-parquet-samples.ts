import type { Cancellation } from "@apex/core";
import { readFooter } from "../../../parquet/footer.ts";
import { type MetricColumns, metricColumns } from "../csv-columns.ts";
import { planScan, type SampleScan } from "./plan-scan.ts";
import { scanSamples } from "./scan-samples.ts";
import type { SortedSamples } from "./sorted-samples.ts";

/** What is read of a file, and how much of it. */
export interface SamplesWanted {
  readonly withTimes: boolean;
  readonly seriesMax: number;
  /** Of each batch so many rows are told that cannot be used; all are counted. */
  readonly unusableRowsMax: number;
  /** Of samples in memory at once; a gibibyte without it. */
  readonly bytesMax?: number;
}

/** A file that can be read, and the samples of a share of its resources after the other: one share where all fit in memory. */
export interface ParquetSamples {
  readonly columns: MetricColumns;
  shares(signal: Cancellation): AsyncGenerator<SortedSamples>;
}

/**
 * Reads samples from Parquet of long rows (resource, metric, time, value) without a string for each row, on all cores. `undefined`
 * for a file with other columns, or with one of a type, an encoding or a codec that only DuckDB reads. Throws on a file that is
 * damaged, with the first share at the latest.
 */
export async function readParquetSamples(
  path: string,
  wanted: SamplesWanted,
): Promise<ParquetSamples | undefined> {
  const footer = await readFooter(path);
  const columns = metricColumns(footer.columns.map(({ name }) => name));
  if ("missing" in columns) return undefined;
  const scan = planScan(path, footer, columns, wanted);
  return scan === undefined ? undefined : { columns, shares: (signal) => shares(scan, wanted, signal) };
}

async function* shares(
  scan: SampleScan,
  wanted: SamplesWanted,
  signal: Cancellation,
): AsyncGenerator<SortedSamples> {
  for (let pass = 0; pass < scan.passes; pass++) {
    const samples = await scanSamples(scan, { ...wanted, pass }, signal);
    if (samples === undefined) return;
    yield samples;
  }
}
