import type { MetricSeries, SampleStore } from "@apex/core";
import { openParquetSet } from "../files/parquet-set.ts";
import type { StoreContext } from "../store-context.ts";
import { readProfiles, windowOf } from "./read-profiles.ts";
import { dropStaged, mergeSamples, stageSamples } from "./write-samples.ts";

/** All samples are one file: sorted as a whole, it is read without sorting or looking for duplicates again. */
const KEY = "samples";

/** Opens the samples in `folder`. */
export async function openSampleStore(folder: string, context: StoreContext): Promise<SampleStore> {
  const { engine, exclusively } = context;
  const set = await openParquetSet(folder);
  const currentPaths = async (): Promise<readonly string[]> => (await set.files()).map(({ path }) => path);

  async function write(
    series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>,
  ): Promise<{ readonly points: number }> {
    return exclusively(async () => {
      try {
        const points = await stageSamples(engine, series);
        if (points === 0) return { points };
        const path = set.newPath();
        const rows = await mergeSamples(engine, await currentPaths(), path);
        await set.commit([{ key: KEY, path, rows }]);
        return { points };
      } finally {
        await dropStaged(engine);
      }
    });
  }

  return {
    write,
    window: async () => windowOf(engine, await currentPaths()),
    profiles: async function* (window) {
      yield* readProfiles(engine, await currentPaths(), window);
    },
  };
}
