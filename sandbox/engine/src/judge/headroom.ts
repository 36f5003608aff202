import type { HeadroomProbe, RunMeasurement, Verdict } from "@apex/core";
import { isPercentile } from "./compare.ts";
import { backlogGrowth } from "./saturation.ts";

/** Times the recorded rate at which a candidate that passed is tried, in this order. */
export const LOAD_FACTORS = [1, 1.25, 1.5, 2] as const;

/**
 * One replay of the candidate at a higher load, held to the bounds of the verdict. `holds` is `null` when the replay is not
 * faithful. A single replay each: it tells about where the end is and is no part of the verdict.
 */
export function probeHeadroom(
  run: RunMeasurement,
  verdict: Pick<Verdict, "comparisons" | "objectives">,
): HeadroomProbe {
  const { objectives, comparisons } = verdict;
  const isWithin = comparisons.every(({ metric, bound, outcome }) => {
    if (outcome === "not-judged" || bound === null || !isPercentile(metric)) return true;
    const value = run.latency[`${metric}Ms`];
    return value !== null && value <= bound.value;
  });
  const isCalm = backlogGrowth(run) === null && run.dropped === 0;
  const isAlive = run.oomKills === 0 && run.exitedContainers === 0;
  const isServing = run.errorShare <= objectives.errorShareMax && run.cpuShare <= objectives.cpuShareMax;
  return {
    loadFactor: run.loadFactor,
    holds: run.unfit.length > 0 ? null : isWithin && isCalm && isAlive && isServing,
    p99Ms: run.latency.p99Ms,
    cpuShare: run.cpuShare,
    errorShare: run.errorShare,
  };
}

/** What a probe found whose service died before anything could be measured. */
export function probeFailure(loadFactor: number): HeadroomProbe {
  return { loadFactor, holds: false, p99Ms: null, cpuShare: 0, errorShare: 1 };
}

/** The largest load factor that held with every smaller one; `null` when not even the smallest did. */
export function headroomFactor(probes: readonly HeadroomProbe[]): number | null {
  let factor: number | null = null;
  for (const probe of probes.toSorted((a, b) => a.loadFactor - b.loadFactor)) {
    if (probe.holds !== true) break;
    factor = probe.loadFactor;
  }
  return factor;
}
