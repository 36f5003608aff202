import { excerptStart, ordinaryStart } from "./excerpt-start.ts";
import { gather } from "./growing-column.ts";
import { type Layer, rowsWithin } from "./layer.ts";

/** Rows in the order in which they are sent, and when. */
export interface Superposed {
  readonly rows: Uint32Array;
  readonly offsetsMs: Float64Array;
}

/** What is made of a record. */
export interface Superposition {
  readonly lengthMs: number;
  /** Whole copies, and a share of one more. */
  readonly factor: number;
  /** Which of the stretches of an ordinary rate comes first. */
  readonly part: number;
  /** Which of these rising times to keep, so that a share of them is left: indices, rising. */
  readonly thin: (timesMs: Float64Array, share: number) => Uint32Array;
}

/** Below a thousandth of a copy there is nothing to thin but rounding of the factor. */
const REST_MIN = 1e-3;

/** The rows of a stretch and when they come after its start. */
function stretchOf(layer: Layer, startMs: number, lengthMs: number): Superposed {
  const windowMs = layer.endMs - layer.startMs;
  const ranges = rowsWithin(layer, startMs, lengthMs);
  const total = ranges.reduce((sum, [first, end]) => sum + end - first, 0);
  const rows = new Uint32Array(total);
  const offsetsMs = new Float64Array(total);
  let length = 0;
  ranges.forEach(([first, end], range) => {
    for (let row = first; row < end; row += 1, length += 1) {
      rows[length] = row;
      offsetsMs[length] = (layer.timesMs[row] ?? 0) - startMs + range * windowMs;
    }
  });
  return { rows, offsetsMs };
}

/**
 * Where each copy begins. The first is cut without a seam; the others are shifted against it by about equal steps around the window,
 * so that no two copies send the same request at the same moment. All are chosen on the whole record, never on what is left when it
 * is thinned: then both sides of a comparison get the same stretch, whatever shares of the load they carry.
 */
function startsOf(layer: Layer, copies: number, { lengthMs, part }: Superposition): readonly number[] {
  if (layer.endMs <= layer.startMs) return [];
  const base = excerptStart(layer, lengthMs, part);
  const stepMs = (layer.endMs - layer.startMs) / copies;
  const shifted = Array.from({ length: copies - 1 }, (_, index) => {
    const centreMs = base + stepMs * (index + 1);
    return ordinaryStart(layer, lengthMs, [centreMs - stepMs / 4, centreMs + stepMs / 4]);
  });
  return [base, ...shifted];
}

/** Copies of stretches of a record over each other as one stream, in time order; ties go by copy. */
export function superpose(layer: Layer, how: Superposition): Superposed {
  const whole = Math.floor(how.factor);
  const rest = how.factor - whole;
  const hasRest = rest >= REST_MIN || whole === 0;
  const parts = startsOf(layer, whole + (hasRest ? 1 : 0), how).map((startMs, copy) => {
    const { rows, offsetsMs } = stretchOf(layer, startMs, how.lengthMs);
    if (copy < whole) return { rows, offsetsMs };
    const kept = how.thin(
      offsetsMs.map((at) => startMs + at),
      Math.min(1, rest),
    );
    return {
      rows: gather(rows, kept, (length) => new Uint32Array(length)),
      offsetsMs: gather(offsetsMs, kept, (length) => new Float64Array(length)),
    };
  });
  return inTimeOrder(parts);
}

function inTimeOrder(parts: readonly Superposed[]): Superposed {
  const total = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const rows = new Uint32Array(total);
  const offsetsMs = new Float64Array(total);
  let length = 0;
  for (const part of parts) {
    rows.set(part.rows, length);
    offsetsMs.set(part.offsetsMs, length);
    length += part.rows.length;
  }
  const order = new Uint32Array(total).map((_, index) => index);
  order.sort((a, b) => (offsetsMs[a] ?? 0) - (offsetsMs[b] ?? 0) || a - b);
  return {
    rows: gather(rows, order, (size) => new Uint32Array(size)),
    offsetsMs: gather(offsetsMs, order, (size) => new Float64Array(size)),
  };
}
