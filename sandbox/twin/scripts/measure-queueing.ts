/**
 * The twin beside the machine that it stands for: Poisson arrivals of lognormal work, sent open loop, and the same arrivals
 * through an ideal queue with as many servers. Prints latencies of both, what was burned and what a request costs beside it.
 *
 *     node sandbox/twin/scripts/measure-queueing.ts [seconds per row, 10] [slots, 4] [cores per slot, 0.25] [work in ms, 2]
 */
import type { ReplayResult } from "@apex/core";
import { openReplayer } from "@apex/workloads-replay";
import { idealEnds } from "../src/testing/ideal-queue.ts";
import { poissonSchedule, seededLoad, type TwinSchedule } from "../src/testing/shape-schedule.ts";
import { startTwin } from "../src/testing/start-twin.ts";

const UTILISATIONS = [0.1, 0.3, 0.5, 0.7, 0.85, 0.95];
const SEED = 7;
const DISTRIBUTION = "lognormal, coefficient of variation 1";

const [seconds = 10, slots = 4, slotCores = 0.25, workMs = 2] = process.argv.slice(2).map(Number);

/** Latencies of the same requests on the ideal machine, ascending, milliseconds. */
function idealLatencies(schedule: TwinSchedule): number[] {
  const services = Array.from(schedule.workUs, (us) => us / 1000 / slotCores);
  const ends = idealEnds([...schedule.offsetsMs], services, slots);
  return ends.map((end, i) => end - (schedule.offsetsMs[i] ?? 0)).toSorted((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const pair = (ideal: number, measured: number | null) =>
  `${ideal.toFixed(1)} / ${measured?.toFixed(1) ?? "-"}`;

async function measure(utilisation: number): Promise<Record<string, string | number>> {
  const twin = await startTwin({ TWIN_SLOTS: String(slots), TWIN_SLOT_CORES: String(slotCores) });
  const schedule = poissonSchedule(
    seededLoad(SEED, (slots * slotCores * 1000) / workMs, 1000 * workMs),
    utilisation,
    1000 * seconds,
  );
  const sender = openReplayer();
  try {
    const result: ReplayResult = await sender.replay(schedule, {
      targets: [{ container: "twin", host: "127.0.0.1", port: twin.port }],
      timeoutMs: 60_000,
      connectionsMax: 1024,
      inFlightMax: 20_000,
      warmupRequests: 0,
    });
    const statistics = await twin.statistics();
    const ideal = idealLatencies(schedule);
    return {
      utilisation,
      requests: result.completed,
      "mean ms": pair(mean(ideal), result.latency.meanMs),
      p50: pair(quantile(ideal, 0.5), result.latency.p50Ms),
      p95: pair(quantile(ideal, 0.95), result.latency.p95Ms),
      p99: pair(quantile(ideal, 0.99), result.latency.p99Ms),
      "CPU / asked": (statistics.cpuUs / statistics.acceptedWorkUs).toFixed(3),
      "µs not burned": ((statistics.cpuUs - statistics.burnedUs) / statistics.completed).toFixed(0),
      "late p99": result.lateness.p99Ms?.toFixed(2) ?? "-",
    };
  } finally {
    await sender.close();
    await twin.stop();
  }
}

console.log(
  `${slots} slots of ${slotCores} cores, work ${workMs} ms (${DISTRIBUTION}), ${seconds} s each; ideal / measured`,
);
const rows: Record<string, string | number>[] = [];
for (const utilisation of UTILISATIONS) rows.push(await measure(utilisation));
console.table(rows);
