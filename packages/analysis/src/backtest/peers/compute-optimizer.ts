import { distributionOf, percentileOf } from "../../statistics/distribution.ts";
import { lastDays } from "../recorded-machine.ts";
import { keep, type SizingRule, smallestFor } from "../sizing-rule.ts";

/** Compute Optimizer asks for 30 hours of samples in its look-back of 14 days (its documentation, "Requirements"). */
const MINIMUM_HOURS = 30;

function rule(name: string, title: string, percentile: number, headroom: number): SizingRule {
  return {
    name: `compute-optimizer-${name}`,
    title: `Compute Optimizer, ${title}`,
    isOurs: false,
    source: "AWS Compute Optimizer API 2019-11-01, rightsizing preferences",
    reading: `P${percentile} of 14 days / (1 − ${headroom}); the smallest size that holds it; ${MINIMUM_HOURS} hours of samples at least`,
    choose: (history, _, sizes) => {
      const seen = lastDays(history, 14);
      const distribution = distributionOf(seen.values);
      const hours = (seen.values.length * seen.periodMs) / 3_600_000;
      if (distribution === undefined || hours < MINIMUM_HOURS) return keep(history);
      const demand = (percentileOf(distribution, percentile) / 100) * history.vcpu;
      return smallestFor(demand / (1 - headroom), history, sizes);
    },
  };
}

/** The four presets of its console. */
export const COMPUTE_OPTIMIZER: readonly SizingRule[] = [
  rule("maximum-savings", "max. savings", 90, 0),
  rule("balanced", "balanced", 95, 0.3),
  rule("default", "default", 99.5, 0.2),
  rule("maximum-performance", "max. performance", 99.5, 0.3),
];
