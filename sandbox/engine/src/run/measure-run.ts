import type {
  ContainerUsage,
  EnvironmentUsage,
  HostCounters,
  ReplayResult,
  ReplaySchedule,
  RunMeasurement,
} from "@apex/core";
import { fidelity, type FidelityLimits } from "../judge/fidelity.ts";
import type { PlannedReplay } from "./validation-request.ts";

/** The counters around a replay. */
export interface CounterPair {
  readonly before: { readonly usage: EnvironmentUsage; readonly host: HostCounters };
  readonly after: { readonly usage: EnvironmentUsage; readonly host: HostCounters };
}

/** Everything that one replay left behind. */
export interface ReplayRecord {
  readonly replay: PlannedReplay;
  readonly ordinal: number;
  readonly schedule: ReplaySchedule;
  readonly result: ReplayResult;
  readonly counters: CounterPair;
  /** CPU limit of all containers, cores. */
  readonly cores: number;
  /** Requests of the warm-up that cost the service as much as any other; the twin's cost it nothing. */
  readonly warmupRequests: number;
}

const MS_PER_NS = 1e-6;

interface UsageDelta {
  readonly cpuMs: number;
  readonly throttledPeriodShare: number | null;
  readonly memoryPeakShare: number | null;
  readonly majorFaults: number | null;
  readonly oomKills: number;
  readonly exitedContainers: number;
}

/** Container by container: one that was not there before counts from zero. */
function containerPairs(
  counters: CounterPair,
): readonly (readonly [ContainerUsage | undefined, ContainerUsage])[] {
  const before = new Map(counters.before.usage.containers.map((usage) => [usage.container, usage]));
  return counters.after.usage.containers.map((usage) => [before.get(usage.container), usage]);
}

/** Σ of a counter's increase; `null` where the kernel has no such counter in any container. */
function increase(
  pairs: ReturnType<typeof containerPairs>,
  read: (usage: ContainerUsage) => number | null,
): number | null {
  let total = 0;
  for (const [before, after] of pairs) {
    const value = read(after);
    if (value === null) return null;
    total += Math.max(0, value - ((before && read(before)) ?? 0));
  }
  return total;
}

/** A kernel without that counter still tells by the state of the container that it killed. */
function killsOf(pairs: ReturnType<typeof containerPairs>): number {
  const killed = pairs.filter(([, { state }]) => state.kind === "oom-killed").length;
  return Math.max(killed, increase(pairs, (usage) => usage.oomKills ?? 0) ?? 0);
}

function usageDelta(counters: CounterPair): UsageDelta {
  const pairs = containerPairs(counters);
  const periods = increase(pairs, (usage) => usage.periods) ?? 0;
  const throttled = increase(pairs, (usage) => usage.throttledPeriods) ?? 0;
  const peaks = counters.after.usage.containers.map(({ memoryPeakBytes, memoryLimitBytes }) =>
    memoryPeakBytes === null || memoryLimitBytes <= 0 ? null : memoryPeakBytes / memoryLimitBytes,
  );
  const knownPeaks = peaks.filter((peak) => peak !== null);
  return {
    cpuMs: (increase(pairs, (usage) => usage.cpuNs) ?? 0) * MS_PER_NS,
    throttledPeriodShare: periods === 0 ? null : throttled / periods,
    memoryPeakShare: knownPeaks.length < peaks.length || peaks.length === 0 ? null : Math.max(...knownPeaks),
    majorFaults: increase(pairs, (usage) => usage.majorFaults),
    oomKills: killsOf(pairs),
    exitedContainers: pairs.filter(([, { state }]) => state.kind === "exited").length,
  };
}

interface HostShares {
  readonly foreignCpuShare: number;
  readonly stealShare: number;
}

/** A replay is over for the host when so many of its requests have ended: a few slow ones keep nothing busy. */
const LOADED_REQUESTS_SHARE = 0.99;

/**
 * Which share of a replay it was under load: as long as requests were sent and until nearly all of them had ended, the drain of
 * a backlog included. What the host did to the rest of it, it did to next to nobody.
 */
function loadedShare({ result, schedule }: ReplayRecord): number {
  if (!(result.durationMs > schedule.durationMs)) return 1;
  const total = result.intervals.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
  let ended = 0;
  for (const { startMs, completed, failed } of result.intervals) {
    ended += completed + failed;
    if (ended < LOADED_REQUESTS_SHARE * total) continue;
    const endedMs = startMs + result.intervalMs;
    return Math.min(1, Math.max(schedule.durationMs, endedMs) / result.durationMs);
  }
  return 1;
}

/**
 * What neither containers nor sender used, over all CPUs for as long as there was load. Counters are read at the ends alone, so that all
 * of it is taken to have fallen there. They tick in 10 ms, so that a little below zero is zero.
 */
function hostShares(record: ReplayRecord, ownMs: number): HostShares {
  const { before, after } = record.counters;
  const totalMs = (after.host.totalMs - before.host.totalMs) * loadedShare(record);
  if (!(totalMs > 0)) return { foreignCpuShare: 0, stealShare: 0 };
  return {
    foreignCpuShare: Math.max(0, after.host.busyMs - before.host.busyMs - ownMs) / totalMs,
    stealShare: Math.max(0, after.host.stealMs - before.host.stealMs) / totalMs,
  };
}

function failedRequests(result: ReplayResult): number {
  const unanswered = Object.values(result.failures).reduce((sum, count) => sum + count, 0);
  const serverErrors = Object.entries(result.statuses)
    .filter(([status]) => status.startsWith("5"))
    .reduce((sum, [, count]) => sum + count, 0);
  return unanswered + serverErrors;
}

function sentInTime({ result, schedule }: ReplayRecord): number {
  return result.intervals
    .filter(({ startMs }) => startMs < schedule.durationMs)
    .reduce((sum, { sent }) => sum + sent, 0);
}

/**
 * One replay as one vector of figures, gated. CPU is the work that was offered over what the limits could do while it was: all that the
 * containers really used, also after the last request was sent, over their limits for as long as requests were sent. A service
 * that needs longer than that has used all of its CPU; one slow request at the end changes nothing.
 */
export function measureRun(record: ReplayRecord, limits: FidelityLimits = {}): RunMeasurement {
  const { replay, result, schedule, counters, cores } = record;
  const { cpuMs, ...usage } = usageDelta(counters);
  // The counters saw the warm-up too.
  const replayShare = result.sent / Math.max(1, result.sent + record.warmupRequests);
  const scheduled = Math.max(1, result.scheduled);
  const errors = failedRequests(result);
  const measurement = {
    side: replay.side,
    ordinal: record.ordinal,
    ...(replay.pair === undefined ? {} : { pair: replay.pair }),
    loadFactor: replay.loadFactor,
    latency: result.latency,
    lateness: result.lateness,
    ...(result.senderLateness === undefined ? {} : { senderLateness: result.senderLateness }),
    scheduled: result.scheduled,
    sent: result.sent,
    dropped: result.dropped,
    errorShare: errors / scheduled,
    errors,
    statuses: result.statuses,
    waitedForConnection: result.waitedForConnection,
    durationMs: result.durationMs,
    achievedShare: Math.min(1, sentInTime(record) / scheduled),
    cpuShare: Math.min(1, (cpuMs * replayShare) / (cores * schedule.durationMs)),
    cpuSecondsPerRequest: (cpuMs * replayShare) / 1000 / Math.max(1, result.sent),
    ...usage,
    intervals: result.intervals,
    intervalMs: result.intervalMs,
    senderCpuShare: result.senderCpuMs / schedule.durationMs,
    ...hostShares(record, cpuMs + result.senderCpuMs),
  };
  return { ...measurement, unfit: fidelity(measurement, limits) };
}
