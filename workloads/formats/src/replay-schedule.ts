import { assert, type InternedColumn, type ReplaySchedule, seededRng, type Workload } from "@apex/core";
import { gather } from "./growing-column.ts";
import type { Layer } from "./layer.ts";
import { requestWaits, requestWeights } from "./request-weights.ts";
import { spreadWholeSeconds } from "./spread-whole-seconds.ts";
import { superpose } from "./superpose.ts";
import { stretchThinner } from "./thin.ts";

/** How a recorded window becomes a replay. */
export interface ReplayScheduleOptions {
  /** Length of the replay; no longer than the window once its time is compressed. */
  readonly durationMs: number;
  /**
   * Requests to send for each recorded one. A part of one is thinned out of the record, keeping its bursts; more than one are
   * copies of the record, each shifted in time.
   */
  readonly rateFactor: number;
  /** Recorded milliseconds that pass in one of the replay; multiplies the rate. 1 when absent. */
  readonly timeCompression?: number;
  readonly seed: number;
  /**
   * Which of the stretches of about the window's rate is sent, from 0: another number gives one that shares as few requests with
   * the others as can be, and another choice where the record is thinned. 0 when absent.
   */
  readonly part?: number;
  /** For the twin. */
  readonly work?: ReplayWork;
}

/** What each request makes the twin do. */
export interface ReplayWork {
  /** CPU of one core, microseconds, on average over the schedule; requests that were heavy get more. */
  readonly meanUs: number;
  /**
   * Makes requests wait without CPU for what their recorded duration exceeds their CPU time: the CPU time of an average request
   * on the recorded machine, microseconds.
   */
  readonly recordedCpuUs?: number;
}

/** Requests of one schedule at most: its columns then take half a GiB. */
const REQUESTS_MAX = 10_000_000;

/** Methods that come with a body. */
const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** Recorded sizes count headers and uploads; more than this only measures the loopback. */
const BODY_BYTES_MAX = 1 << 20;

/**
 * Chooses what to send and when from a recorded window. The part that is cut out has the rate of the whole window as nearly as
 * any, so that what was measured over the window can be compared; it does not depend on the rate factor. The same workload, options
 * and seed give the same schedule.
 */
export function replaySchedule(workload: Workload, options: ReplayScheduleOptions): ReplaySchedule {
  const { rateFactor, timeCompression = 1, part = 0 } = options;
  assert(rateFactor > 0 && Number.isFinite(rateFactor), `a rate factor of ${rateFactor}`);
  assert(timeCompression > 0 && options.durationMs > 0, "a replay without length");
  const { startMs, endMs } = workload.window;
  const recordedMs = Math.min(options.durationMs * timeCompression, endMs - startMs);
  const requests = workload.timesMs.length * rateFactor * (recordedMs / Math.max(1, endMs - startMs));
  assert(requests <= REQUESTS_MAX, `a replay of ${Math.round(requests)} requests`);
  // One record for all parts, and a choice of its own for each of them.
  const spread = spreadWholeSeconds(workload, seededRng(options.seed));
  const { rows, offsetsMs } = superpose(layerOf(spread), {
    lengthMs: recordedMs,
    factor: rateFactor,
    part,
    thin: stretchThinner(spread.timesMs, seededRng(options.seed + 1 + part)),
  });
  if (timeCompression !== 1) {
    for (let index = 0; index < offsetsMs.length; index += 1)
      offsetsMs[index] = (offsetsMs[index] ?? 0) / timeCompression;
  }
  const durationMs = recordedMs / timeCompression;
  const methods = pick(spread.methods, rows);
  return {
    offsetsMs,
    methods,
    paths: pick(spread.paths, rows),
    bodyBytes: bodySizes(spread, rows, methods),
    ...workOf(spread, rows, options.work),
    durationMs,
    rate: durationMs === 0 ? 0 : (rows.length * 1000) / durationMs,
  };
}

function layerOf({ timesMs, window: { startMs, endMs } }: Workload): Layer {
  return { timesMs, startMs, endMs, rowsPerMs: timesMs.length / Math.max(1, endMs - startMs) };
}

function pick(column: InternedColumn, rows: Uint32Array): InternedColumn {
  return { values: column.values, codes: gather(column.codes, rows, (length) => new Uint32Array(length)) };
}

function bodySizes(workload: Workload, rows: Uint32Array, methods: InternedColumn): Uint32Array {
  const hasBody = methods.values.map((method) => WITH_BODY.has(method));
  return Uint32Array.from(rows, (row, index) => {
    const bytes = workload.requestBytes?.[row] ?? 0;
    return hasBody[methods.codes[index] ?? 0] === true && bytes > 0
      ? Math.min(BODY_BYTES_MAX, Math.round(bytes))
      : 0;
  });
}

function workOf(
  workload: Workload,
  rows: Uint32Array,
  work: ReplayWork | undefined,
): Pick<ReplaySchedule, "workUs" | "waitUs"> {
  if (work === undefined) return {};
  const weights = requestWeights(workload, rows);
  const workUs = weights.map((weight) => weight * work.meanUs);
  if (work.recordedCpuUs === undefined) return { workUs };
  return { workUs, waitUs: requestWaits(workload, rows, weights, work.recordedCpuUs) };
}
