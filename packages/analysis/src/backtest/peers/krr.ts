import { distributionOf, percentileOf } from "../../statistics/distribution.ts";
import { lastDays } from "../recorded-machine.ts";
import { keep, type SizingRule, smallestFor } from "../sizing-rule.ts";

/** Fewer points than these and it recommends nothing. */
const MINIMUM_POINTS = 100;

/** Robusta KRR's simple strategy: P95 of 336 hours, without headroom. */
export const KRR: SizingRule = {
  name: "krr",
  title: "Robusta KRR, simple",
  isOurs: false,
  source: "robusta-dev/krr d6baa74, robusta_krr/strategies/simple.py (defaults)",
  reading: "P95 of 14 days; the smallest size that holds it",
  choose: (history, _, sizes) => {
    const { values } = lastDays(history, 14);
    const distribution = distributionOf(values);
    if (distribution === undefined || values.length < MINIMUM_POINTS) return keep(history);
    return smallestFor((percentileOf(distribution, 95) / 100) * history.vcpu, history, sizes);
  },
};
