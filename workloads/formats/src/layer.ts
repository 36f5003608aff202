/** The recorded requests as they are laid over each other. */
export interface Layer {
  /** Ascending. */
  readonly timesMs: Float64Array;
  readonly startMs: number;
  readonly endMs: number;
  readonly rowsPerMs: number;
}

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

/** The rows of a stretch: one range, or two when it goes on at the layer's start. */
export function rowsWithin(
  layer: Layer,
  startMs: number,
  lengthMs: number,
): readonly (readonly [first: number, end: number])[] {
  const first = rowsBefore(layer.timesMs, startMs);
  const endMs = startMs + lengthMs;
  if (endMs <= layer.endMs) return [[first, rowsBefore(layer.timesMs, endMs)]];
  const wrapped = rowsBefore(layer.timesMs, endMs - (layer.endMs - layer.startMs));
  return [
    [first, layer.timesMs.length],
    [0, Math.min(first, wrapped)],
  ];
}
