import { join } from "node:path";
import type { MetricSeries, ResourceRange, SampleStore, TimeWindow, UtilizationProfile } from "@apex/core";
import { currentFiles, openFileSet } from "../files/file-set.ts";
import type { StoreContext } from "../store-context.ts";
import { closed, compact, opened } from "./compact.ts";
import { readProfiles, windowOf } from "./read-profiles.ts";
import type { Segment } from "./segment-reader.ts";
import { splitResources } from "./split-resources.ts";
import { stageSamples } from "./stage-samples.ts";

/** Where the samples of a store are. */
export function samplesFolder(directory: string): string {
  return join(directory, "samples");
}

/** The stored samples: core's port, and how to share the reading of them out. */
export interface StoredSamples extends SampleStore {
  /**
   * At most `count` ranges of about as many bytes, and of `bytesMin` at least where that is said, that hold every resource
   * once, in their order.
   */
  split(count: number, bytesMin?: number): Promise<readonly ResourceRange[]>;
}

/** What reads samples and needs no writer's lock. */
export type SampleReader = Omit<StoredSamples, "write">;

/** Reads the samples in `folder`: in a thread beside the one that has the store open, too. */
export function sampleReader(folder: string, signal?: AbortSignal): SampleReader {
  async function withSegments<T>(work: (segments: readonly Segment[]) => T): Promise<T> {
    const segments = await opened(await currentFiles(folder, "segment"));
    try {
      return work(segments);
    } finally {
      await closed(segments);
    }
  }
  return {
    window: () => withSegments(windowOf),
    split: (count, bytesMin = 0) => withSegments((segments) => splitResources(segments, { count, bytesMin })),
    profiles: (window, range = {}) => profilesOf(folder, window, range, signal),
  };
}

/** All files are opened before the first is read: a writer that replaces them then takes nothing away. */
async function* profilesOf(
  folder: string,
  window: TimeWindow,
  range: ResourceRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<UtilizationProfile> {
  const segments = await opened(await currentFiles(folder, "segment"));
  try {
    yield* readProfiles(segments, window, range, signal);
  } finally {
    await closed(segments);
  }
}

/** Opens the samples in `folder`. */
export async function openSampleStore(folder: string, context: StoreContext): Promise<StoredSamples> {
  const { exclusively, signal } = context;
  const set = await openFileSet(folder, "segment");

  async function write(
    series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>,
  ): Promise<{ readonly points: number }> {
    return exclusively(async () => {
      const { segments, points } = await stageSamples(series, () => set.newPath(), signal);
      if (segments.length === 0) return { points };
      const newest = Number((await set.files()).at(-1)?.key ?? 0);
      await set.commit(
        segments.map(({ path, points: rows }, index) => ({ key: ageKey(newest + 1 + index), path, rows })),
      );
      await compact(set, signal);
      return { points };
    });
  }

  return { ...sampleReader(folder, signal), write };
}

/** Segments are named by their age, so that the order of the names is that of the writes. */
function ageKey(number: number): string {
  return String(number).padStart(15, "0");
}
