import type { Objectives, RunMeasurement, Unfit } from "@apex/core";
import { type Percentile, PERCENTILES } from "./compare.ts";
import { pilesUp } from "./saturation.ts";

/** Share of the scheduled requests that must be sent in the scheduled time; wrk2 and k6 users ask the same of a rate. */
const ACHIEVED_SHARE_MIN = 0.99;
/** Lateness p99 below this is accepted always: ten times what the sender has at 2,000 requests/s on a quiet host (0.22 ms). */
const LATENESS_P99_MS_MIN = 2;
/** Share of the tightest latency objective that lateness p99 may take: then it cannot turn a verdict. */
const LATENESS_OBJECTIVE_SHARE = 0.05;
/** The sender's CPU over one core; above, its own queue is part of what it measures. */
const SENDER_CPU_SHARE_MAX = 0.8;
/** CPU of the host that others use. */
const FOREIGN_CPU_SHARE_MAX = 0.1;
/** CPU that other guests took: a p99 speaks of 1 % of the requests, so 1 % of stolen time can make it. */
const STEAL_SHARE_MAX = 0.01;

/** What the gate has to know besides the figures. */
export interface FidelityLimits {
  /** The tightest latency bound that the runs are held to; see {@link tightestObjectiveMs}. */
  readonly tightestObjectiveMs?: number | undefined;
  /** As in the replay's options: in flight beyond it waits for the service, not for the sender. */
  readonly connectionsMax?: number | undefined;
}

/** The lowest latency that the objectives name. */
export function tightestObjectiveMs(objectives: Pick<Objectives, `${Percentile}Ms`>): number | undefined {
  const named = PERCENTILES.flatMap((percentile) => objectives[`${percentile}Ms`] ?? []);
  return named.length === 0 ? undefined : Math.min(...named);
}

/**
 * The gate before any verdict: why this replay cannot be used; empty where it can. What the sender or the host did wrong
 * makes a replay unfit. A service that does not hold the load takes up every connection, so that requests go late or are
 * dropped: that is evidence against the service, and the replay stays in.
 */
export function fidelity(run: Omit<RunMeasurement, "unfit">, limits: FidelityLimits = {}): readonly Unfit[] {
  const unfit: Unfit[] = [];
  const isServiceSlow = pilesUp(run, limits.connectionsMax);
  // Lateness in all counts what the service made wait; the sender's own part is its own whatever the service does.
  const lateness = run.senderLateness ?? (isServiceSlow ? undefined : run.lateness);
  const lateMsMax = Math.max(
    LATENESS_P99_MS_MIN,
    LATENESS_OBJECTIVE_SHARE * (limits.tightestObjectiveMs ?? 0),
  );
  if (!isServiceSlow && !(run.achievedShare >= ACHIEVED_SHARE_MIN)) unfit.push("rate-not-reached");
  if ((lateness?.p99Ms ?? 0) > lateMsMax) unfit.push("sender-late");
  if (!isServiceSlow && run.dropped > 0) unfit.push("requests-dropped");
  if (!(run.senderCpuShare < SENDER_CPU_SHARE_MAX)) unfit.push("sender-busy");
  if (!(run.foreignCpuShare < FOREIGN_CPU_SHARE_MAX)) unfit.push("foreign-load");
  if (!(run.stealShare < STEAL_SHARE_MAX)) unfit.push("steal");
  return unfit;
}

/** What each kind of unfitness means, as the end of a sentence that begins "in N replays". */
export const UNFIT_PHRASES: Readonly<Record<Unfit, string>> = {
  "rate-not-reached": `under ${ACHIEVED_SHARE_MIN * 100} % of the requests were sent in time`,
  "sender-late": "the sender fell behind its schedule",
  "requests-dropped": "requests were dropped before they were sent",
  "sender-busy": `the sender used more than ${SENDER_CPU_SHARE_MAX * 100} % of its core`,
  "foreign-load": `other programs used more than ${FOREIGN_CPU_SHARE_MAX * 100} % of the host's CPU`,
  steal: `other guests of the hardware took more than ${STEAL_SHARE_MAX * 100} % of the CPU time`,
};
