import { isRegular, type Points } from "./points.ts";

/** How the times of a block are written. */
export const TIME_ENCODINGS = {
  /** Nothing: start, step and count tell them. */
  regular: 0,
  /** A bit for each step from the first to the last point: 1 where there is one. */
  grid: 1,
  /** Each as a float64. */
  plain: 2,
} as const;

/** Times as bytes, and what is needed to read them. */
export interface EncodedTimes {
  readonly encoding: number;
  /** Milliseconds between steps; 0 for plain times. */
  readonly stepMs: number;
  readonly bytes: Uint8Array;
}

/** A grid is worth its bits while it takes less room than plain times: 64 bits each. */
const GRID_STEPS_PER_POINT_MAX = 64;

const NOTHING = new Uint8Array(0);

/** Writes the times of a block in the shortest way that gives back every one exactly. */
export function encodeTimes({ timestampsMs, periodMs }: Points): EncodedTimes {
  const count = timestampsMs.length;
  const first = timestampsMs[0] ?? 0;
  const last = timestampsMs[count - 1] ?? 0;
  const stepMs = count < 2 ? periodMs : (timestampsMs[1] ?? 0) - first;
  if (isRegular(timestampsMs, stepMs)) return { encoding: TIME_ENCODINGS.regular, stepMs, bytes: NOTHING };
  const steps = (last - first) / periodMs + 1;
  if (Number.isInteger(steps) && steps <= count * GRID_STEPS_PER_POINT_MAX) {
    const bits = gridOf(timestampsMs, periodMs, steps);
    if (bits !== undefined) return { encoding: TIME_ENCODINGS.grid, stepMs: periodMs, bytes: bits };
  }
  const bytes = new Uint8Array(timestampsMs.buffer, timestampsMs.byteOffset, timestampsMs.byteLength);
  return { encoding: TIME_ENCODINGS.plain, stepMs: 0, bytes };
}

/** `undefined` where a time is between two steps. */
function gridOf(timestampsMs: Float64Array, stepMs: number, steps: number): Uint8Array | undefined {
  const bits = new Uint8Array(Math.ceil(steps / 8));
  const first = timestampsMs[0] ?? 0;
  for (let index = 0; index < timestampsMs.length; index++) {
    const step = ((timestampsMs[index] ?? 0) - first) / stepMs;
    if (!Number.isInteger(step)) return undefined;
    bits[step >>> 3] = (bits[step >>> 3] ?? 0) | (1 << (step & 7));
  }
  return bits;
}

/** What tells the times of a block. */
export interface TimesHead {
  readonly encoding: number;
  readonly stepMs: number;
  readonly startMs: number;
  readonly points: number;
}

/** Reads times back; `undefined` when the bytes do not hold as many as the head says. */
export function decodeTimes(head: TimesHead, bytes: Uint8Array): Float64Array | undefined {
  const { points, startMs, stepMs } = head;
  switch (head.encoding) {
    case TIME_ENCODINGS.regular:
      return regularTimes(startMs, stepMs, points);
    case TIME_ENCODINGS.grid:
      return timesOfGrid(head, bytes);
    case TIME_ENCODINGS.plain:
      return bytes.byteLength === points * 8 ? new Float64Array(bytes.slice().buffer) : undefined;
    default:
      return undefined;
  }
}

function regularTimes(startMs: number, stepMs: number, points: number): Float64Array {
  const times = new Float64Array(points);
  for (let index = 0; index < points; index++) times[index] = startMs + index * stepMs;
  return times;
}

function timesOfGrid({ startMs, stepMs, points }: TimesHead, bits: Uint8Array): Float64Array | undefined {
  const times = new Float64Array(points);
  let count = 0;
  for (let step = 0; step < bits.length * 8; step++) {
    if (((bits[step >>> 3] ?? 0) & (1 << (step & 7))) === 0) continue;
    if (count === points) return undefined;
    times[count++] = startMs + step * stepMs;
  }
  return count === points ? times : undefined;
}
