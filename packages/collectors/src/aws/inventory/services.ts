import type { AwsMetricService, AwsService } from "../aws-service.ts";
import { cloudWatch } from "../cloudwatch/cloudwatch.ts";
import { autoScalingGroups } from "./autoscaling-groups.ts";
import { ebsSnapshots } from "./ebs-snapshots.ts";
import { ebsVolumes } from "./ebs-volumes.ts";
import { ec2Addresses } from "./ec2-addresses.ts";
import { ec2Instances } from "./ec2-instances.ts";
import { ec2LaunchTemplates } from "./ec2-launch-templates.ts";

/** All that `apex collect aws` can ask for, in the order of its parts. */
export const AWS_SERVICES: readonly AwsService[] = [
  ec2Instances,
  ebsVolumes,
  ebsSnapshots,
  ec2Addresses,
  ec2LaunchTemplates,
  autoScalingGroups,
];

/** Where the metrics of what was found come from. */
export const AWS_METRIC_SERVICES: readonly AwsMetricService[] = [cloudWatch];
