import {
  DAY_MS,
  type MetricName,
  type MetricSeries,
  type TimeWindow,
  type UtilizationProfile,
} from "@apex/core";

/** A share of a machine, 0–1, as recorded; `null` where nothing was. `notes` are whole sentences. */
export interface RecordedShare {
  readonly share: number | null;
  readonly notes: readonly string[];
}

/** What is asked of a record: which metric, when, and how samples within the window become one. */
export interface ShareQuestion {
  readonly metric: Extract<MetricName, "cpu_percent" | "memory_used_percent">;
  readonly window: TimeWindow;
  /** CPU is work and is averaged; memory must fit at its highest. */
  readonly within: "mean" | "highest";
}

/** Samples must cover this much of the window to speak for it. */
const COVERAGE_MIN = 0.5;

/** Of all samples, when none is from a comparable hour: what the analysis sizes by. */
const PERCENTILE = 0.995;

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * DAY_MS;

/** The mean speaks best for work; then what bounds it from above. */
const STATISTICS = ["average", "p99", "maximum"] as const;

function seriesOf(profile: UtilizationProfile, metric: MetricName): MetricSeries | undefined {
  const whole = profile.series.filter(
    (series) => series.metric === metric && series.part === undefined && series.values.length > 0,
  );
  return STATISTICS.flatMap((statistic) => whole.find((series) => series.statistic === statistic) ?? [])[0];
}

interface Sample {
  readonly startMs: number;
  readonly share: number;
}

function samplesOf(series: MetricSeries): readonly Sample[] {
  return Array.from(series.timestampsMs, (startMs, index) => ({
    startMs,
    share: Math.min(1, (series.values[index] ?? Number.NaN) / 100),
  })).filter(({ share }) => share >= 0);
}

const highestOf = (samples: readonly Sample[]) =>
  samples.reduce((most, { share }) => Math.max(most, share), 0);

/** The samples of the window itself, each by how much of it lies within; `undefined` when they cover too little. */
function exactShare(series: MetricSeries, question: ShareQuestion): number | undefined {
  const { startMs, endMs } = question.window;
  let covered = 0;
  let weighted = 0;
  const inside: Sample[] = [];
  for (const sample of samplesOf(series)) {
    const overlap = Math.min(endMs, sample.startMs + series.periodMs) - Math.max(startMs, sample.startMs);
    if (overlap <= 0) continue;
    inside.push(sample);
    covered += overlap;
    weighted += overlap * sample.share;
  }
  if (inside.length === 0 || covered < COVERAGE_MIN * (endMs - startMs)) return undefined;
  return question.within === "highest" ? highestOf(inside) : weighted / covered;
}

/** The highest sample of the same hours of other weeks. */
function sameHourShare(series: MetricSeries, window: TimeWindow): number | undefined {
  const first = Math.floor(window.startMs / HOUR_MS) * HOUR_MS;
  const lengthMs = window.endMs - first;
  const same = samplesOf(series).filter(({ startMs }) => {
    const since = (((startMs - first) % WEEK_MS) + WEEK_MS) % WEEK_MS;
    return since < Math.max(HOUR_MS, lengthMs);
  });
  return same.length === 0 ? undefined : highestOf(same);
}

function percentileShare(series: MetricSeries): number | undefined {
  const sorted = samplesOf(series)
    .map(({ share }) => share)
    .toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(PERCENTILE * sorted.length) - 1)];
}

interface Found {
  readonly share: number;
  readonly note?: string;
}

const NAMES = { cpu_percent: "CPU utilisation", memory_used_percent: "memory use" } as const;

function shareOf(series: MetricSeries, question: ShareQuestion): Found | undefined {
  const name = NAMES[question.metric];
  const exact = exactShare(series, question);
  if (exact !== undefined) {
    if (series.statistic === "average" || question.within === "highest") return { share: exact };
    return {
      share: exact,
      note: `Only the ${series.statistic} of the ${name} is recorded for the window, so the work of a request is taken to be larger than it was.`,
    };
  }
  const same = sameHourShare(series, question.window);
  if (same !== undefined) {
    return {
      share: same,
      note: `No ${name} is recorded for the window; the highest of the same hour of the week stands for it.`,
    };
  }
  const percentile = percentileShare(series);
  if (percentile === undefined) return undefined;
  return {
    share: percentile,
    note: `No ${name} is recorded for the window or its hour of the week; the 99.5th percentile of all that is recorded stands for it.`,
  };
}

/**
 * A metric of the target in the recorded window, over the mean of its machines when each has a profile of its own; a
 * group's own metric is that mean already. What is not recorded for the window is taken from comparable times and said to be.
 */
export function recordedShare(
  profiles: readonly UtilizationProfile[],
  question: ShareQuestion,
): RecordedShare {
  const found = profiles.flatMap((profile) => {
    const series = seriesOf(profile, question.metric);
    return (series && shareOf(series, question)) ?? [];
  });
  if (found.length === 0) return { share: null, notes: [] };
  const shares = found.map(({ share }) => share);
  const share =
    question.within === "highest"
      ? Math.max(...shares)
      : shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const missing = profiles.length - found.length;
  const notes = new Set(found.flatMap(({ note }) => note ?? []));
  if (missing > 0)
    notes.add(
      `${missing} of ${profiles.length} machines have no recorded ${NAMES[question.metric]}; the others stand for them.`,
    );
  return { share, notes: [...notes] };
}
