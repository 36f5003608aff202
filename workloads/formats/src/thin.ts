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
  const rows = keptRows(workload.timesMs, runLengthOf(workload.timesMs), share, rng);
  const origin = { ...workload.origin, share: workload.origin.share * share };
  return { ...pickRows(workload, rows), origin };
}

/** How often a stretch is thinned anew at most, and rows that may be looked at for it. */
const DRAWS_MAX = 256;
const DRAWN_ROWS_MAX = 4_000_000;

/** A number of kept requests this near to what is meant needs no other draw. */
const NEAR_SHARE = 0.005;

/**
 * Thins stretches of a record with the record's burstiness, as {@link thin} does: a function from rising times to the indices that
 * are kept. Of a short stretch the number kept would be far from the share by chance, and the rate with it; so it is drawn anew
 * until it is near, which chooses among draws and never among stretches.
 */
export function stretchThinner(
  recordMs: Float64Array,
  rng: () => number,
): (timesMs: Float64Array, share: number) => Uint32Array {
  // Only looked at where there is something to thin.
  let run: RunLength | undefined;
  return (timesMs, share) => {
    run ??= runLengthOf(recordMs);
    const meant = timesMs.length * share;
    const draws = Math.min(DRAWS_MAX, Math.ceil(DRAWN_ROWS_MAX / Math.max(1, timesMs.length)));
    let best = keptRows(timesMs, run, share, rng);
    for (let draw = 1; draw < draws; draw += 1) {
      if (Math.abs(best.length - meant) <= Math.max(0.5, NEAR_SHARE * meant)) break;
      const other = keptRows(timesMs, run, share, rng);
      if (Math.abs(other.length - meant) < Math.abs(best.length - meant)) best = other;
    }
    return best;
  };
}

function runLengthOf(timesMs: Float64Array): RunLength {
  const counts = secondCounts(timesMs);
  return runLength(
    counts.flatMap((stretch) => [...stretch]),
    indexOfDispersion(counts),
  );
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
