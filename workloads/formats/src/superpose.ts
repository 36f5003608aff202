import { gather } from "./growing-column.ts";

/** Rows and times of one copy of the record, or of the thinned rest. */
export interface Layer {
  readonly timesMs: Float64Array;
  /** Index into the workload of each row. */
  readonly rows: Uint32Array;
  readonly startMs: number;
  readonly endMs: number;
  /** Rows per millisecond that it is meant to have: a thinned layer has them only in expectation. */
  readonly rowsPerMs: number;
}

/** Rows in the order in which they are sent, and when. */
export interface Superposed {
  readonly rows: Uint32Array;
  readonly offsetsMs: Float64Array;
}

/** Places that are looked at for the part with the most ordinary rate. */
const STARTS_TRIED = 256;

/** Rows before a time, by bisection. */
function rowsBefore(timesMs: Float64Array, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a part of a layer begins; it may go on at the layer's start when it reaches its end. */
interface Part {
  readonly layer: Layer;
  readonly startMs: number;
  readonly lengthMs: number;
}

/** The rows of a part: one range, or two when it wraps around. */
function rangesOf(part: Part): readonly (readonly [first: number, end: number])[] {
  const { layer, startMs, lengthMs } = part;
  const first = rowsBefore(layer.timesMs, startMs);
  const endMs = startMs + lengthMs;
  if (endMs <= layer.endMs) return [[first, rowsBefore(layer.timesMs, endMs)]];
  const wrapped = rowsBefore(layer.timesMs, endMs - (layer.endMs - layer.startMs));
  return [
    [first, layer.timesMs.length],
    [0, Math.min(first, wrapped)],
  ];
}

function countOf(part: Part): number {
  return rangesOf(part).reduce((sum, [first, end]) => sum + end - first, 0);
}

/** The part that starts in [fromMs, toMs] and whose number of rows is nearest to what is meant. */
function ordinaryPart(layer: Layer, lengthMs: number, [fromMs, toMs]: readonly [number, number]): Part {
  const windowMs = layer.endMs - layer.startMs;
  const ordinary = layer.rowsPerMs * lengthMs;
  let best: Part | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < STARTS_TRIED; index += 1) {
    const at = fromMs + ((toMs - fromMs) * index) / STARTS_TRIED;
    const startMs = layer.startMs + ((at - layer.startMs) % windowMs);
    const part = { layer, startMs, lengthMs };
    const distance = Math.abs(countOf(part) - ordinary);
    if (distance < bestDistance) [best, bestDistance] = [part, distance];
  }
  return best ?? { layer, startMs: layer.startMs, lengthMs };
}

/**
 * Lays parts of several layers over each other. The first is cut without a seam; the others are shifted against it by about equal
 * steps around the window, so that no two copies send the same request at the same moment.
 */
function partsOf(layers: readonly Layer[], lengthMs: number): readonly Part[] {
  const [first, ...others] = layers;
  if (first === undefined || first.endMs <= first.startMs) return [];
  const base = ordinaryPart(first, lengthMs, [first.startMs, first.endMs - lengthMs]);
  const stepMs = (first.endMs - first.startMs) / layers.length;
  const shifted = others.map((layer, index) => {
    const centreMs = base.startMs + stepMs * (index + 1);
    return ordinaryPart(layer, lengthMs, [centreMs - stepMs / 4, centreMs + stepMs / 4]);
  });
  return [base, ...shifted];
}

/** The layers as one stream of `lengthMs`, in time order; ties go by layer. */
export function superpose(layers: readonly Layer[], lengthMs: number): Superposed {
  const parts = partsOf(layers, lengthMs);
  const total = parts.reduce((sum, part) => sum + countOf(part), 0);
  const rows = new Uint32Array(total);
  const offsetsMs = new Float64Array(total);
  let length = 0;
  for (const part of parts) {
    const windowMs = part.layer.endMs - part.layer.startMs;
    rangesOf(part).forEach(([first, end], range) => {
      for (let row = first; row < end; row += 1, length += 1) {
        rows[length] = part.layer.rows[row] ?? 0;
        offsetsMs[length] = (part.layer.timesMs[row] ?? 0) - part.startMs + range * windowMs;
      }
    });
  }
  const order = new Uint32Array(total).map((_, index) => index);
  order.sort((a, b) => (offsetsMs[a] ?? 0) - (offsetsMs[b] ?? 0) || a - b);
  return {
    rows: gather(rows, order, (size) => new Uint32Array(size)),
    offsetsMs: gather(offsetsMs, order, (size) => new Float64Array(size)),
  };
}
