import { TWIN_DEMAND_US_MAX, type Workload } from "@apex/core";

/** Columns that tell heavy requests from light ones, the best first. */
const WEIGHT_COLUMNS = ["durationsMs", "completionTokens", "responseBytes"] as const;

/** A column tells weights when it knows at least this share of the rows. */
const KNOWN_SHARE_MIN = 0.9;

/**
 * A recorded duration also holds waiting, and a size says little of CPU: no request counts for less or more than this beside the
 * average one.
 */
const WEIGHT_MIN = 0.1;
const WEIGHT_MAX = 10;

/** The part of a request's CPU that does not grow with the bytes of its answer. */
const FIXED_SHARE_OF_BYTES = 0.5;

/** Rounds of clamping and putting the mean back to 1; the rest is below a thousandth by then. */
const ROUNDS = 8;

/** How heavy each row is beside the average one: from recorded durations, tokens or sizes, else all alike. Mean 1. */
export function requestWeights(workload: Workload, rows: Uint32Array): Float64Array {
  for (const name of WEIGHT_COLUMNS) {
    const column = workload[name];
    if (column === undefined) continue;
    const values = Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
    const known = values.filter((value) => value >= 0);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    if (known.length < KNOWN_SHARE_MIN * rows.length || !(mean > 0)) continue;
    const fixed = name === "responseBytes" ? FIXED_SHARE_OF_BYTES : 0;
    return clampedAroundOne(values.map((value) => (value >= 0 ? fixed + (1 - fixed) * (value / mean) : 1)));
  }
  return new Float64Array(rows.length).fill(1);
}

/** Clamps and keeps the mean at 1. The last step is the mean's, which work is measured by. */
function clampedAroundOne(weights: Float64Array): Float64Array {
  for (let round = 0; round < ROUNDS; round += 1) {
    let sum = 0;
    weights.forEach((weight, row) => {
      const clamped = Math.min(WEIGHT_MAX, Math.max(WEIGHT_MIN, weight));
      weights[row] = clamped;
      sum += clamped;
    });
    const mean = sum / weights.length;
    weights.forEach((weight, row) => {
      weights[row] = weight / mean;
    });
  }
  return weights;
}

/**
 * What each row's recorded duration exceeds its CPU time by, microseconds; 0 where the duration is not known. At most what the twin
 * accepts: a request that waits longer than that is given up long before.
 */
export function requestWaits(
  workload: Workload,
  rows: Uint32Array,
  weights: Float64Array,
  cpuUs: number,
): Float64Array {
  return Float64Array.from(rows, (row, index) => {
    const durationUs = (workload.durationsMs?.[row] ?? 0) * 1000;
    return Math.min(TWIN_DEMAND_US_MAX, Math.max(0, durationUs - cpuUs * (weights[index] ?? 1)) || 0);
  });
}
