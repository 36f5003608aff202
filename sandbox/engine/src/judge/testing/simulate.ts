import { type RunMeasurement, seededRng, type Side } from "@apex/core";
import { fidelity } from "../fidelity.ts";
import { buildRun, distributionOf, inFlight } from "./build-run.ts";
import { normal } from "./normal.ts";

/** A simulated service: Poisson arrivals, a queue, `slots` servers, lognormal service times (M/G/k). */
export interface SimulatedService {
  readonly slots: number;
  /** Offered work over what the slots can do; at 1 and above the queue grows without end. */
  readonly utilisation: number;
  /** Standard deviation over mean of a service time. */
  readonly serviceCv?: number;
}

/** How the replays are done. */
export interface SimulatedReplays {
  /** Mean service time of the baseline, milliseconds. */
  readonly serviceMs: number;
  /** Requests of one replay. */
  readonly requests: number;
  /** Standard deviation of the speed of a whole replay: what a host does from run to run. */
  readonly driftShare: number;
  /** By how much the host slows down from the first replay to the tenth. */
  readonly trendShare?: number;
}

const TIMEOUT_MS = 10_000;
const INTERVALS = 12;
/** Replays over which the trend of the host goes. */
const RUNS_OF_TREND = 10;

/** A validation's replays in the order ABBA…, `pairs` of each side. Deterministic for a seed. */
export function simulateRuns(
  seed: number,
  services: Readonly<Record<Side, SimulatedService>>,
  replays: SimulatedReplays & { readonly pairs: number; readonly firstPair?: number },
): readonly RunMeasurement[] {
  const first = replays.firstPair ?? 0;
  // The rate is the baseline's: both sides get the same arrivals in every replay.
  const { slots, utilisation } = services.baseline;
  const gapMs = replays.serviceMs / (slots * utilisation);
  const arrivals = arrivalsMs(seededRng(seed), replays.requests, gapMs);
  return Array.from({ length: 2 * replays.pairs }, (_, index) => {
    const ordinal = 2 * first + index + 1;
    const pair = Math.floor((ordinal - 1) / 2);
    const isBaseline = (ordinal % 2 === 1) === (pair % 2 === 0);
    const side: Side = isBaseline ? "baseline" : "candidate";
    const rng = seededRng(seed * 1_000 + ordinal);
    const trend = 1 + ((replays.trendShare ?? 0) * (ordinal - 1)) / RUNS_OF_TREND;
    const service = services[side];
    const meanMs =
      gapMs * service.slots * service.utilisation * trend * Math.exp(replays.driftShare * normal(rng));
    return simulateRun(arrivals, { ...service, meanMs, rng, side, ordinal });
  });
}

function arrivalsMs(rng: () => number, count: number, gapMs: number): Float64Array {
  let at = 0;
  return Float64Array.from({ length: count }, () => {
    at -= gapMs * Math.log(1 - rng());
    return at;
  });
}

interface OneRun extends SimulatedService {
  readonly meanMs: number;
  readonly rng: () => number;
  readonly side: Side;
  readonly ordinal: number;
}

function simulateRun(arrivals: Float64Array, run: OneRun): RunMeasurement {
  const cv = run.serviceCv ?? 1;
  const sigma = Math.sqrt(Math.log(1 + cv * cv));
  const freeAt = new Float64Array(run.slots);
  const ends = new Float64Array(arrivals.length);
  const latencies = new Float64Array(arrivals.length);
  let busyMs = 0;
  let errors = 0;
  const durationMs = arrivals.at(-1) ?? 0;
  for (const [index, arrival] of arrivals.entries()) {
    const service = run.meanMs * Math.exp(sigma * normal(run.rng) - (sigma * sigma) / 2);
    const slot = freeAt.indexOf(Math.min(...freeAt));
    const start = Math.max(arrival, freeAt[slot] ?? 0);
    freeAt[slot] = start + service;
    ends[index] = start + service;
    busyMs += Math.max(0, Math.min(durationMs, start + service) - Math.min(durationMs, start));
    const latencyMs = start + service - arrival;
    latencies[index] = Math.min(TIMEOUT_MS, latencyMs);
    if (latencyMs > TIMEOUT_MS) errors += 1;
  }
  const intervalMs = durationMs / INTERVALS;
  const flying = inFlightAt(arrivals, ends, intervalMs);
  const intervals = inFlight(flying).map((interval, index) => ({ ...interval, startMs: index * intervalMs }));
  const measured = buildRun({
    side: run.side,
    ordinal: run.ordinal,
    latency: distributionOf(latencies),
    scheduled: arrivals.length,
    sent: arrivals.length,
    errors,
    errorShare: errors / arrivals.length,
    durationMs,
    cpuShare: busyMs / (run.slots * durationMs),
    intervals,
    intervalMs,
  });
  return { ...measured, unfit: fidelity(measured) };
}

/** In flight at the end of each interval. */
function inFlightAt(arrivals: Float64Array, ends: Float64Array, intervalMs: number): readonly number[] {
  const counts = Array.from({ length: INTERVALS }, () => 0);
  for (const [request, arrival] of arrivals.entries()) {
    const last = Math.min(INTERVALS, Math.floor((ends[request] ?? 0) / intervalMs));
    for (let index = Math.floor(arrival / intervalMs); index < last; index += 1) {
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  return counts;
}
