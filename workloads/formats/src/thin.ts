import { assert, type Workload } from "@apex/core";
import { indexOfDispersion, secondCounts } from "./burstiness.ts";
import { pickRows } from "./pick-rows.ts";

/**
 * Keeps a share of the requests and as much burstiness as there was. Dropping each request by a toss of its own pulls any
 * workload towards Poisson: with share p the index of dispersion D becomes p·D + (1 − p). So whole runs of neighbours
 * within a second are kept or dropped. With runs of n requests the index becomes p·D + (1 − p)·E[n²]/E[n], which is D
 * again when the size-biased run length E[n²]/E[n] is D; the run length is solved for that. The number kept is `share` in
 * expectation. A workload more regular than Poisson (D < 1) comes nearer to Poisson. `rng` gives numbers from 0 to below 1.
 */
export function thin(workload: Workload, share: number, rng: () => number): Workload {
  assert(share > 0 && share <= 1, `a share of ${share}`);
  if (share === 1) return workload;
  const counts = secondCounts(workload.timesMs);
  const length = runLength(
    counts.flatMap((stretch) => [...stretch]),
    indexOfDispersion(counts),
  );
  const rows = keptRows(workload.timesMs, length, share, rng);
  const origin = { ...workload.origin, share: workload.origin.share * share };
  return { ...pickRows(workload, rows), origin };
}

/** Runs have `requests` members, or one more with probability `longer`; at a second's end the rest. */
interface RunLength {
  readonly requests: number;
  readonly longer: number;
}

function runLength(counts: readonly number[], dispersion: number): RunLength {
  const longest = counts.reduce((most, count) => Math.max(most, count), 1);
  if (!(dispersion > 1)) return { requests: 1, longer: 0 };
  let low = 1;
  let high = longest;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (sizeBiased(counts, middle) <= dispersion) low = middle;
    else high = middle;
  }
  const below = sizeBiased(counts, low);
  const above = sizeBiased(counts, low + 1);
  const longer = above > below ? (dispersion - below) / (above - below) : 0;
  return { requests: low, longer: Math.min(1, Math.max(0, longer)) };
}

/** E[n²]/E[n] of the runs when each second is cut into runs of `length`. */
function sizeBiased(counts: readonly number[], length: number): number {
  let squares = 0;
  let total = 0;
  for (const count of counts) {
    squares += Math.floor(count / length) * length ** 2 + (count % length) ** 2;
    total += count;
  }
  return total === 0 ? 0 : squares / total;
}

function keptRows(timesMs: Float64Array, run: RunLength, share: number, rng: () => number): Uint32Array {
  const kept = new Uint32Array(timesMs.length);
  let length = 0;
  let second = Number.NaN;
  let size = 1;
  let left = 0;
  let isKept = false;
  timesMs.forEach((timeMs, row) => {
    const thisSecond = Math.floor(timeMs / 1000);
    if (thisSecond !== second) {
      second = thisSecond;
      left = 0;
      size = run.requests + (rng() < run.longer ? 1 : 0);
    }
    if (left === 0) {
      left = size;
      isKept = rng() < share;
    }
    left -= 1;
    if (isKept) kept[length++] = row;
  });
  return kept.slice(0, length);
}
