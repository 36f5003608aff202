import type { UtilizationProfile } from "@apex/core";
import { highestOf, missingNote, samplesOf, wholeSeries } from "./recorded-samples.ts";

/** Memory in use over a machine's memory, 0–1, at its highest; `null` where nothing was recorded. `notes` are whole sentences. */
export interface RecordedMemory {
  readonly share: number | null;
  readonly notes: readonly string[];
}

/** What tells of peaks, and what flattens them. */
const PEAKS = ["maximum", "p99"] as const;
const STATISTICS = [...PEAKS, "average"] as const;

/**
 * The highest memory use of all that is recorded, of whichever machine and time: memory has to fit in every hour and not only in
 * that of the load, a nightly job's too.
 */
export function recordedMemory(profiles: readonly UtilizationProfile[]): RecordedMemory {
  const found = profiles.flatMap((profile) => {
    const series = STATISTICS.flatMap(
      (statistic) => wholeSeries(profile, "memory_used_percent", statistic) ?? [],
    );
    const samples = series.flatMap(samplesOf);
    if (samples.length === 0) return [];
    const hasPeaks = series.some(({ statistic }) => PEAKS.some((peak) => peak === statistic));
    return [{ share: highestOf(samples), hasPeaks }];
  });
  if (found.length === 0) return { share: null, notes: [] };
  return {
    share: Math.max(...found.map(({ share }) => share)),
    notes: [
      ...(found.every(({ hasPeaks }) => hasPeaks)
        ? []
        : [
            "Memory use is recorded as averages only: what it reached within a sample is not known and not held.",
          ]),
      ...missingNote(profiles.length - found.length, profiles.length, "memory use"),
    ],
  };
}
