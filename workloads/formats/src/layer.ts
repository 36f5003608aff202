import { rowFrom } from "./row-from.ts";

/** The recorded requests as they are laid over each other. */
export interface Layer {
  /** Ascending. */
  readonly timesMs: Float64Array;
  readonly startMs: number;
  readonly endMs: number;
  readonly rowsPerMs: number;
}

/** The rows of a stretch: one range, or two when it goes on at the layer's start. */
export function rowsWithin(
  layer: Layer,
  startMs: number,
  lengthMs: number,
): readonly (readonly [first: number, end: number])[] {
  const first = rowFrom(layer.timesMs, startMs);
  const endMs = startMs + lengthMs;
  if (endMs <= layer.endMs) return [[first, rowFrom(layer.timesMs, endMs)]];
  const wrapped = rowFrom(layer.timesMs, endMs - (layer.endMs - layer.startMs));
  return [
    [first, layer.timesMs.length],
    [0, Math.min(first, wrapped)],
  ];
}
