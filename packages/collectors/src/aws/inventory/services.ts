import type { AwsMetricService, AwsService } from "../aws-service.ts";
import { cloudWatch } from "../cloudwatch/cloudwatch.ts";
import { autoScalingGroups } from "./autoscaling-groups.ts";
import { ebsSnapshots } from "./ebs-snapshots.ts";
import { ebsVolumes } from "./ebs-volumes.ts";
import { ec2Addresses } from "./ec2-addresses.ts";
import { ec2Instances } from "./ec2-instances.ts";
import { ec2LaunchTemplates } from "./ec2-launch-templates.ts";
import { eksClusters } from "./eks-clusters.ts";
import { elastiCacheClusters } from "./elasticache-clusters.ts";
import { elbBalancers } from "./elb-balancers.ts";
import { elbClassic } from "./elb-classic.ts";
import { lambdaFunctions } from "./lambda-functions.ts";
import { natGateways } from "./nat-gateways.ts";
import { rdsDatabases } from "./rds-databases.ts";
import { s3Buckets } from "./s3-buckets.ts";

/** All that `apex collect aws` can ask for, in the order of its parts. */
export const AWS_SERVICES: readonly AwsService[] = [
  ec2Instances,
  ebsVolumes,
  ebsSnapshots,
  ec2Addresses,
  ec2LaunchTemplates,
  autoScalingGroups,
  elbBalancers,
  elbClassic,
  natGateways,
  rdsDatabases,
  elastiCacheClusters,
  eksClusters,
  lambdaFunctions,
  s3Buckets,
];

/** Where the metrics of what was found come from. */
export const AWS_METRIC_SERVICES: readonly AwsMetricService[] = [cloudWatch];
