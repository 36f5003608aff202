import { availableParallelism } from "node:os";
import { gathered, readParquetSamples, type SortedSamples } from "@apex/collectors/parquet-samples";
import {
  bothOf,
  inThread,
  type Percentile,
  type Percentiles,
  type PercentileSource,
} from "./percentiles-readers.ts";

/** Which series a thread answers for. */
export interface SeriesShare {
  readonly samples: SortedSamples;
  readonly from: number;
  readonly before: number;
}

/** Twice what `--metrics` holds at once, and less than either peer takes for half as many samples. */
const BYTES_MAX = 2 * 1024 ** 3;

/**
 * Apex from foreign Parquet, by the reader of `--metrics`: all cores sort the samples by series, then all select. Times are not read,
 * as nobody reads them who is asked for percentiles alone.
 */
export async function fromParquet({ parquet }: PercentileSource): Promise<Percentiles> {
  const wanted = { withTimes: false, seriesMax: 1_000_000, unusableRowsMax: 0, bytesMax: BYTES_MAX };
  const found = await readParquetSamples(parquet, wanted);
  if (found === undefined) throw new Error("the file is left to DuckDB");
  const percentiles: Percentile[] = [];
  for await (const samples of found.shares({ aborted: false }))
    percentiles.push(...(await onAllCores(samples)));
  return new Map(percentiles);
}

/** This thread takes a share too. */
async function onAllCores(samples: SortedSamples): Promise<readonly Percentile[]> {
  const threads = availableParallelism();
  const shares = Array.from(
    { length: threads },
    (_, index): SeriesShare => ({
      samples,
      from: Math.floor((samples.series.length * index) / threads),
      before: Math.floor((samples.series.length * (index + 1)) / threads),
    }),
  );
  const [own, ...others] = shares;
  const answers = others.map((share) =>
    inThread(new URL("./percentiles-foreign-thread.ts", import.meta.url), share),
  );
  const here = own === undefined ? [] : [...percentilesOfShare(own)];
  return [...here, ...(await Promise.all(answers)).flat()];
}

/** The percentiles of a share, by "resource metric". */
export function percentilesOfShare({ samples, from, before }: SeriesShare): Percentiles {
  const found = new Map<string, readonly [number, number]>();
  for (let number = from; number < before; number++) {
    const [resource, metric] = samples.series[number] ?? [];
    found.set(`${resource} ${metric}`, bothOf(gathered(samples, number, "values")));
  }
  return found;
}
