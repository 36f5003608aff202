import type { RunMeasurement, Verdict } from "@apex/core";
import { clopperPearson } from "./clopper-pearson.ts";
import { ERROR_TAIL, PERCENTILES } from "./compare.ts";
import { SHARE_BEYOND } from "./judged-percentiles.ts";
import { backlogIn } from "./signals.ts";
import { counted, formatMs, formatNumber, formatPercent } from "./wording.ts";

/** Answered requests that must lie beyond a percentile of a single replay before it is held to an objective. */
const BEYOND_MIN = 10;

/** What a replay of the peak is held to. */
export interface PeakQuestion {
  readonly verdict: Pick<Verdict, "comparisons" | "objectives">;
  readonly isTwin: boolean;
}

/**
 * What did not hold in one replay of the peak, as claims without a final period; empty when it held. Held to errors, the user's own
 * latencies, backlog and CPU. Bounds of our own are the baseline's at the mean rate, which nothing has to keep at the peak.
 */
export function peakTroubles(run: RunMeasurement, { verdict, isTwin }: PeakQuestion): readonly string[] {
  const { cpuShareMax } = verdict.objectives;
  const troubles: string[] = [];
  if (run.oomKills > 0)
    troubles.push(`the kernel killed it for want of memory ${counted(run.oomKills, "time")}`);
  else if (run.exitedContainers > 0) troubles.push("the service ended by itself");
  const growth = backlogIn(run, isTwin);
  if (growth !== null)
    troubles.push(`in-flight requests grew from ${formatNumber(growth.from)} to ${formatNumber(growth.to)}`);
  troubles.push(...errors(run, verdict), ...slowPercentiles(run, verdict));
  if (run.cpuShare > cpuShareMax)
    troubles.push(
      `the CPU was used to ${formatPercent(run.cpuShare)} of its limit (${formatPercent(cpuShareMax)} allowed)`,
    );
  return troubles;
}

/** Only a share that is proven to be over what is allowed: one failure of a short replay is not. */
function errors(run: RunMeasurement, { objectives }: PeakQuestion["verdict"]): readonly string[] {
  const { errorShareMax } = objectives;
  if (!(clopperPearson(run.errors, run.scheduled, ERROR_TAIL).low > errorShareMax)) return [];
  return [
    `${formatPercent(run.errorShare)} of the requests failed (${formatPercent(errorShareMax)} allowed)`,
  ];
}

/** Where the baseline misses an objective at the recorded load already, its own figure is the bound. */
function slowPercentiles(
  run: RunMeasurement,
  { objectives, comparisons }: PeakQuestion["verdict"],
): readonly string[] {
  if (objectives.origin === "derived") return [];
  return PERCENTILES.flatMap((percentile) => {
    const [objectiveMs, valueMs] = [objectives[`${percentile}Ms`], run.latency[`${percentile}Ms`]];
    if (objectiveMs === undefined || valueMs === null) return [];
    if (run.latency.count * SHARE_BEYOND[percentile] < BEYOND_MIN) return [];
    const applied = comparisons.find(({ metric }) => metric === percentile)?.bound?.value ?? 0;
    const boundMs = Math.max(objectiveMs, applied);
    return valueMs > boundMs ? [`${percentile} was ${formatMs(valueMs)} (${formatMs(boundMs)} allowed)`] : [];
  });
}
