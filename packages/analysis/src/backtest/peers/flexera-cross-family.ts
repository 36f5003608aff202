import { lastDays } from "../recorded-machine.ts";
import { keep, type SizingRule, smallestFor } from "../sizing-rule.ts";

/** Its default safety factor. */
const SAFETY = 1.5;

/** Flexera's rightsizing across families: the peak of 30 days times 1.5. */
export const FLEXERA_CROSS_FAMILY: SizingRule = {
  name: "flexera-cross-family",
  title: "Flexera across families",
  isOurs: false,
  source: "flexera-public/policy_templates c4528fa, cost/aws/rightsize_ec2_instances_cross_family (defaults)",
  reading: "peak of 30 days × 1.5; the smallest size that holds it",
  choose: (history, _, sizes) => {
    const { values } = lastDays(history, 30);
    if (values.length === 0) return keep(history);
    const peak = values.reduce((most, value) => Math.max(most, value), 0);
    return smallestFor((peak / 100) * history.vcpu * SAFETY, history, sizes);
  },
};
