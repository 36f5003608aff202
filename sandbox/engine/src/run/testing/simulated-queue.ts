import { type ReplayInterval, type ReplayResult, type ReplaySchedule } from "@apex/core";
import { distributionOf } from "../../judge/testing/build-run.ts";

/** One simulated container's servers. */
export interface SimulatedServers {
  readonly slots: number;
  /** Cores that one slot burns per second of wall time. */
  readonly slotCores: number;
}

/** What a simulated replay came to. */
export interface SimulatedReplay {
  readonly result: ReplayResult;
  /** CPU of each container, microseconds. */
  readonly cpuUs: readonly number[];
}

const INTERVAL_MS = 250;

/** What a real sender's lateness looks like on a quiet host. */
const LATENESS_MS = 0.1;

function intervalsOf(
  sentAt: Float64Array,
  doneAt: Float64Array,
  durationMs: number,
): readonly ReplayInterval[] {
  const length = Math.ceil(durationMs / INTERVAL_MS);
  return Array.from({ length }, (_, index) => {
    const [startMs, endMs] = [index * INTERVAL_MS, (index + 1) * INTERVAL_MS];
    const within = (times: Float64Array) => times.filter((at) => at >= startMs && at < endMs).length;
    const open = sentAt.filter((at, row) => at < endMs && (doneAt[row] ?? 0) >= endMs).length;
    return {
      startMs,
      sent: within(sentAt),
      completed: within(doneAt),
      failed: 0,
      inFlight: open,
      p50Ms: null,
      p99Ms: null,
    };
  });
}

/** First come, first served, to containers in turn; a request takes its CPU over its slot's cores. */
export function simulateReplay(
  schedule: ReplaySchedule,
  containers: readonly SimulatedServers[],
  costs: { readonly overheadUs: number; readonly defaultWorkUs: number; readonly timeoutMs: number },
): SimulatedReplay {
  const free = containers.map(({ slots }) => new Float64Array(slots));
  const cpuUs = containers.map(() => 0);
  const doneAt = new Float64Array(schedule.offsetsMs.length);
  const latencies: number[] = [];
  let timeouts = 0;
  schedule.offsetsMs.forEach((atMs, row) => {
    const index = row % containers.length;
    const [slots, container] = [free[index], containers[index]];
    if (slots === undefined || container === undefined) return;
    const needUs = (schedule.workUs?.[row] ?? costs.defaultWorkUs) + costs.overheadUs;
    const slot = slots.indexOf(Math.min(...slots));
    const startMs = Math.max(atMs, slots[slot] ?? 0);
    const endMs = startMs + needUs / 1000 / container.slotCores;
    slots[slot] = endMs;
    cpuUs[index] = (cpuUs[index] ?? 0) + needUs;
    const latencyMs = endMs - atMs + (schedule.waitUs?.[row] ?? 0) / 1000;
    doneAt[row] = atMs + Math.min(latencyMs, costs.timeoutMs);
    if (latencyMs > costs.timeoutMs) timeouts += 1;
    latencies.push(Math.min(latencyMs, costs.timeoutMs));
  });
  const count = schedule.offsetsMs.length;
  const endMs = doneAt.reduce((last, at) => Math.max(last, at), schedule.durationMs);
  const result: ReplayResult = {
    scheduled: count,
    sent: count,
    completed: count - timeouts,
    dropped: 0,
    failures: { timeout: timeouts, refused: 0, reset: 0, "bad-response": 0 },
    statuses: { "200": count - timeouts },
    latency: distributionOf(latencies),
    lateness: distributionOf(latencies.map(() => LATENESS_MS)),
    durationMs: endMs,
    intervals: intervalsOf(schedule.offsetsMs, doneAt, endMs),
    intervalMs: INTERVAL_MS,
    receivedBytes: count * 100,
    sentBytes: count * 100,
    connectionsOpened: 8,
    waitedForConnection: 0,
    senderCpuMs: schedule.durationMs * 0.05,
  };
  return { result, cpuUs };
}
