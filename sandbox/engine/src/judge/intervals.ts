/**
 * Two-sided confidence of the interval of a comparison; each of its ends errs with half of the rest. Half because a driver
 * that adds runs looks up to three times, and three looks at 2.5 % stay near 5 % (Pocock 1977 has 2.2 % for exactly 5 %).
 */
export const CONFIDENCE = 0.95;

/** Error of one end of a comparison's interval. */
const COMPARISON_TAIL = (1 - CONFIDENCE) / 2;

/** Error of one end of the interval of a single side's median: five runs give 1/32 without any assumption. */
const MEDIAN_TAIL = 1 - CONFIDENCE;

/** Lowest and highest value that the data do not rule out. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The middle value, or the mean of the two in the middle; `null` of nothing. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined) return null;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[sorted.length / 2 - 1] ?? upper) + upper) / 2;
}

/**
 * By which factor the candidate's runs exceed the baseline's: all factors that an exact permutation test of the rank sum,
 * over every arrangement of the runs (252 of five and five), does not reject. Its ends are order statistics of the pairwise
 * ratios (Hodges and Lehmann 1963), so a run gone astray cannot move them far. `null` with too few runs for the
 * confidence (four and four are the least) or a value that is not above 0.
 */
export function ratioInterval(candidate: readonly number[], baseline: readonly number[]): Interval | null {
  if ([...candidate, ...baseline].some((value) => !(value > 0))) return null;
  return rankInterval(candidate, baseline, (of, to) => of / to);
}

/** The same for the difference candidate − baseline, which a value of 0 does not spoil. */
export function shiftInterval(candidate: readonly number[], baseline: readonly number[]): Interval | null {
  return rankInterval(candidate, baseline, (of, to) => of - to);
}

function rankInterval(
  candidate: readonly number[],
  baseline: readonly number[],
  compare: (of: number, to: number) => number,
): Interval | null {
  const skipped = pairsBeyond(candidate.length, baseline.length);
  if (skipped === null) return null;
  const pairs = candidate.flatMap((of) => baseline.map((to) => compare(of, to))).toSorted((a, b) => a - b);
  const low = pairs[skipped];
  const high = pairs[pairs.length - 1 - skipped];
  return low === undefined || high === undefined ? null : { low, high };
}

/**
 * How many pairs lie outside of each end of the interval: the largest k with P(U < k) within the tail, U being the rank sum
 * statistic of Mann and Whitney, whose arrangements are counted exactly.
 */
function pairsBeyond(candidateRuns: number, baselineRuns: number): number | null {
  if (Math.min(candidateRuns, baselineRuns) < 1) return null;
  const counts = arrangements(candidateRuns, baselineRuns);
  const limit = COMPARISON_TAIL * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  let skipped = 0;
  for (const count of counts) {
    below += count;
    if (below > limit) break;
    skipped += 1;
  }
  return skipped === 0 ? null : skipped - 1;
}

/** At index u: the arrangements of n and m runs in which u of the n·m pairs are inverted (the Gaussian binomial coefficient). */
function arrangements(n: number, m: number): readonly number[] {
  let counts: number[] = [1];
  for (let step = 1; step <= n; step += 1) {
    counts = dividedBy(times(counts, m + step), step);
  }
  return counts;
}

/** The polynomial × (1 − xᵈ). */
function times(polynomial: readonly number[], degree: number): number[] {
  const product = [...polynomial, ...Array.from({ length: degree }, () => 0)];
  for (const [index, value] of polynomial.entries())
    product[index + degree] = (product[index + degree] ?? 0) - value;
  return product;
}

/** The polynomial ÷ (1 − xᵈ), which goes without remainder here. */
function dividedBy(polynomial: readonly number[], degree: number): number[] {
  const quotient = [...polynomial];
  for (let index = degree; index < quotient.length; index += 1) {
    quotient[index] = (quotient[index] ?? 0) + (quotient[index - degree] ?? 0);
  }
  return quotient.slice(0, quotient.length - degree);
}

/**
 * Where the median of one side's runs lies, whatever their distribution: order statistics by the sign test, each end right
 * with 95 % at least (five runs: lowest and highest, 96.9 % each). `null` under five runs.
 */
export function medianInterval(values: readonly number[]): Interval | null {
  const sorted = values.toSorted((a, b) => a - b);
  let skipped = 0;
  let below = 0;
  for (let chance = 2 ** -sorted.length; skipped < sorted.length; ) {
    below += chance;
    if (below > MEDIAN_TAIL) break;
    chance *= (sorted.length - skipped) / (skipped + 1);
    skipped += 1;
  }
  const low = sorted[skipped - 1];
  const high = sorted[sorted.length - skipped];
  return low === undefined || high === undefined ? null : { low, high };
}
