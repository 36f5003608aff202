import type { Objectives, RunMeasurement } from "@apex/core";
import type { WrittenObjectives } from "./parse-objectives.ts";

/** A candidate's percentile may be so much above the baseline's when no user said otherwise. */
const DERIVED_TOLERANCE_SHARE = 0.25;
/** The same where the user names latencies: beyond them, 10 % is what most gates allow. */
const USER_TOLERANCE_SHARE = 0.1;
/** Differences below this are none: nobody waits longer for them, and timers on a busy host are not better. */
export const DIFFERENCE_MS_MIN = 5;
/** Failed requests above the baseline's share. */
const DERIVED_ERROR_SHARE = 0.001;
/** CPU used over the limit: above, a queue has no room to drain. */
export const DERIVED_CPU_SHARE_MAX = 0.95;

/** Latency as the log recorded it, where it did. */
export interface RecordedLatency {
  readonly p50Ms?: number | undefined;
  readonly p90Ms?: number | undefined;
  readonly p95Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
}

/** What objectives are made of. */
export interface ObjectiveSources {
  readonly user?: WrittenObjectives | undefined;
  readonly recorded?: RecordedLatency | undefined;
  /** Runs of both sides may be given; the baseline's faithful ones count. */
  readonly baselineRuns: readonly RunMeasurement[];
}

/**
 * What must hold. What the user wrote goes first. Without any latency of theirs p95 and p99 may be 1.25 × as high as the
 * baseline's, measured or recorded, whichever is higher: the bounds here come from the record, the measured baseline is compared
 * run by run by the judge; p90 has a bound for where it stands in for them. The baseline's share of failures may be exceeded by 0.1 %.
 */
export function deriveObjectives(sources: ObjectiveSources): Objectives {
  const { user = {} } = sources;
  const latencyMs = user.latencyMs ?? {};
  const isUsers = Object.keys(latencyMs).length > 0;
  const tolerance = user.tolerance ?? (isUsers ? USER_TOLERANCE_SHARE : DERIVED_TOLERANCE_SHARE);
  const fromRecord = (valueMs: number | undefined) =>
    valueMs !== undefined && valueMs > 0 && Number.isFinite(valueMs) ? valueMs * (1 + tolerance) : undefined;
  const bounds = isUsers
    ? { p50Ms: latencyMs.p50, p90Ms: latencyMs.p90, p95Ms: latencyMs.p95, p99Ms: latencyMs.p99 }
    : {
        p90Ms: fromRecord(sources.recorded?.p90Ms),
        p95Ms: fromRecord(sources.recorded?.p95Ms),
        p99Ms: fromRecord(sources.recorded?.p99Ms),
      };
  const given = Object.entries(bounds).filter(([, value]) => value !== undefined);
  return {
    origin: isUsers ? "user" : "derived",
    ...(Object.fromEntries(given) as Pick<Objectives, "p50Ms" | "p90Ms" | "p95Ms" | "p99Ms">),
    errorShareMax:
      user.errorShare ?? Math.min(1, baselineErrorShare(sources.baselineRuns) + DERIVED_ERROR_SHARE),
    cpuShareMax: user.cpuShare ?? DERIVED_CPU_SHARE_MAX,
    relativeToleranceShare: tolerance,
  };
}

function baselineErrorShare(runs: readonly RunMeasurement[]): number {
  let errors = 0;
  let scheduled = 0;
  for (const run of runs) {
    if (run.side !== "baseline" || run.unfit.length > 0) continue;
    errors += run.errors;
    scheduled += run.scheduled;
  }
  return scheduled > 0 ? errors / scheduled : 0;
}
