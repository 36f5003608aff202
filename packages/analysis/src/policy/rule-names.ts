/** Every rule there is, in the order in which reports list them; the registry is tested to hold exactly these. */
export const RULE_NAMES = [
  "ec2-idle",
  "ec2-schedule",
  "ec2-resize",
  "ec2-generation",
  "ec2-graviton",
  "ec2-burstable",
  "asg-floor",
  "asg-fixed-size",
  "asg-schedule",
  "asg-resize",
  "ebs-unattached",
  "ebs-gp2-to-gp3",
  "ebs-iops",
  "ebs-snapshot-old",
  "rds-idle",
  "rds-schedule",
  "rds-resize",
  "rds-generation",
  "gpu-idle",
  "gpu-over-provisioned",
  "elasticache-idle",
  "elasticache-resize",
  "lambda-memory",
  "eip-idle",
  "lb-idle",
  "nat-idle",
  "gce-idle",
  "gce-resize",
] as const;

/** One of {@link RULE_NAMES}: as a recommendation names it and as `apex.yaml` switches it. */
export type RuleName = (typeof RULE_NAMES)[number];
