import { DAY_MS } from "@apex/core";
import { type History, lastDays } from "../recorded-machine.ts";
import { keep, type SizingRule, smallestFor } from "../sizing-rule.ts";

/** Buckets of its CPU histogram grow by 5 %, the first is 0.01 cores wide. */
const FIRST_BUCKET = 0.01;
const GROWTH = 1.05;

const TARGET_SHARE = 0.9;
const SAFETY_MARGIN = 1.15;
const HALF_LIFE_MS = DAY_MS;

/**
 * The end of the bucket that holds the percentile of the decaying histogram, in vCPU. The n-th bucket starts at
 * first × (growthⁿ − 1) / (growth − 1).
 */
function decayingPercentile(history: History): number | undefined {
  const weights = new Map<number, number>();
  let total = 0;
  for (const [index, at] of history.timestampsMs.entries()) {
    const cores = ((history.values[index] ?? 0) / 100) * history.vcpu;
    const bucket = Math.floor(Math.log(1 + (cores * (GROWTH - 1)) / FIRST_BUCKET) / Math.log(GROWTH));
    const weight = 2 ** ((at - history.nowMs) / HALF_LIFE_MS);
    weights.set(bucket, (weights.get(bucket) ?? 0) + weight);
    total += weight;
  }
  let seen = 0;
  for (const [bucket, weight] of [...weights].toSorted(([a], [b]) => a - b)) {
    seen += weight;
    if (seen >= TARGET_SHARE * total) return (FIRST_BUCKET * (GROWTH ** (bucket + 1) - 1)) / (GROWTH - 1);
  }
  return undefined;
}

/** The target of Kubernetes' Vertical Pod Autoscaler: P90 of eight days that fade by half each day, plus 15 %. */
export const VPA: SizingRule = {
  name: "vpa",
  title: "Kubernetes VPA, target",
  isOurs: false,
  source: "kubernetes/autoscaler 55c37cd, vertical-pod-autoscaler/pkg/recommender (defaults)",
  reading: "P90 of 8 days with a half-life of 24 h, × 1.15; the smallest size that holds it",
  choose: (history, _, sizes) => {
    const target = decayingPercentile(lastDays(history, 8));
    return target === undefined ? keep(history) : smallestFor(target * SAFETY_MARGIN, history, sizes);
  },
};
