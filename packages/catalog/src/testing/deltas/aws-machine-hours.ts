import type { DeltaTable } from "../delta-cases.ts";

/** What a machine pays by the hour beside itself ends when it does, us-east-1. */
export const AWS_MACHINE_HOURS_DELTAS: readonly DeltaTable[] = [
  {
    type: "aws_instance",
    base: { instance_type: "r3.xlarge", ebs_optimized: true },
    cases: [["usage: monthly_hrs", 100, "-222.39", "(100 - 730) h x (0.333 + 0.02)"]],
  },
  {
    type: "aws_instance",
    base: { instance_type: "m5.large", associate_public_ip_address: true },
    cases: [["usage: monthly_hrs", 100, "-63.63", "(100 - 730) h x (0.096 + 0.005)"]],
  },
];
