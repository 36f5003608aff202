import { priceAwsAutoscalingGroup } from "./aws-autoscaling-group.ts";
import { priceAwsEbsSnapshot } from "./aws-ebs-snapshot.ts";
import { priceAwsEbsVolume } from "./aws-ebs-volume.ts";
import { priceAwsInstance } from "./aws-instance.ts";
import { priceAwsEip, priceAwsElb, priceAwsLb, priceAwsNatGateway } from "./aws-network.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** Machines, disks, clusters and networks of AWS. */
export const AWS_COMPUTE_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  aws_alb: priceAwsLb,
  aws_autoscaling_group: priceAwsAutoscalingGroup,
  aws_ebs_snapshot: priceAwsEbsSnapshot,
  aws_ebs_volume: priceAwsEbsVolume,
  aws_eip: priceAwsEip,
  aws_elb: priceAwsElb,
  aws_instance: priceAwsInstance,
  aws_lb: priceAwsLb,
  aws_nat_gateway: priceAwsNatGateway,
};
