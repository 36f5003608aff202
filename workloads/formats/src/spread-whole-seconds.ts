import type { Workload } from "@apex/core";
import { orderByTime } from "./growing-column.ts";
import { pickRows } from "./pick-rows.ts";

/**
 * Spreads requests whose log stamps whole seconds evenly at random inside their second, in the order of the log. Sent as
 * stamped they would all fire at once, a burst that never was. `rng` gives numbers from 0 to below 1.
 */
export function spreadWholeSeconds(workload: Workload, rng: () => number): Workload {
  const { origin } = workload;
  const isWhole = origin.files.map((file) => file.stampResolutionMs === 1000);
  if (origin.isSpread || !isWhole.includes(true)) return workload;
  const timesMs = workload.timesMs.slice();
  const needsSpread = (row: number): boolean => isWhole[workload.files[row] ?? 0] === true;
  for (let first = 0; first < timesMs.length; ) {
    let end = first + 1;
    while (end < timesMs.length && workload.timesMs[end] === workload.timesMs[first]) end += 1;
    spreadRun(timesMs, rowsOf(first, end).filter(needsSpread), rng);
    first = end;
  }
  const order = orderByTime(timesMs.length, (row) => timesMs[row] ?? 0);
  return { ...pickRows({ ...workload, timesMs }, order), origin: { ...origin, isSpread: true } };
}

/** Sorted draws keep the order of the log among requests of one stamp. */
function spreadRun(timesMs: Float64Array, rows: Uint32Array, rng: () => number): void {
  const offsets = Float64Array.from(rows, () => rng() * 1000).sort();
  rows.forEach((row, index) => {
    timesMs[row] = (timesMs[row] ?? 0) + (offsets[index] ?? 0);
  });
}

function rowsOf(first: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, index) => first + index);
}
