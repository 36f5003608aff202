import type { Interval } from "./intervals.ts";

/** Halvings of 0–1: beyond the precision of a double. */
const BISECTIONS = 60;
/** Terms of the continued fraction at most; it converges in about √max(a, b). */
const TERMS_MAX = 10_000;
const EPSILON = 1e-14;
/** Keeps Lentz's method away from 0. */
const TINY = 1e-300;

/**
 * Where a share lies of which `hits` in `trials` were seen: the exact interval of Clopper and Pearson (1934), each end
 * erring with `tail` at most. Nothing seen in n trials leaves about 3/n at 5 %. Without trials everything is possible.
 */
export function clopperPearson(hits: number, trials: number, tail: number): Interval {
  if (!(trials > 0)) return { low: 0, high: 1 };
  const seen = Math.min(Math.max(0, hits), trials);
  return {
    low: seen === 0 ? 0 : solve((share) => incompleteBeta(share, seen, trials - seen + 1) - tail),
    high: seen === trials ? 1 : solve((share) => incompleteBeta(share, seen + 1, trials - seen) - (1 - tail)),
  };
}

/** Where a rising function crosses 0 between 0 and 1. */
function solve(rising: (share: number) => number): number {
  let low = 0;
  let high = 1;
  for (let round = 0; round < BISECTIONS; round += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz's method; DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * continuedFraction(x, a, b)) / a;
}

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= TERMS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Lanczos' coefficients for g = 7, n = 9 (Godfrey 2001): relative error below 1e-14. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x ≥ 1. */
function logGamma(x: number): number {
  const shifted = x - 1;
  let sum = LANCZOS[0] ?? 1;
  for (let index = 1; index < LANCZOS.length; index += 1) sum += (LANCZOS[index] ?? 0) / (shifted + index);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}
