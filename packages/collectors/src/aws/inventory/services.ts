import type { AwsMetricService, AwsService } from "../aws-service.ts";
import { cloudWatch } from "../cloudwatch/cloudwatch.ts";
import { computeOptimizer } from "../compute-optimizer/compute-optimizer.ts";
import { costExplorer } from "../cost-explorer/cost-explorer.ts";
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

/** What an account has, in the order of its parts. */
const INVENTORY: readonly AwsService[] = [
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

/** What decides which services are asked. */
export interface ServiceOptions {
  /** A server in place of AWS: such servers have neither bills nor opinions, unless those are asked for by name. */
  readonly endpointUrl?: string | undefined;
  /** Exports of the bill: with one of them Cost Explorer would tell less of the same, for money. */
  readonly billingExports?: readonly string[] | undefined;
  /** Deliveries of billing exports that lie in the collection, by the detail of their remark: not read again. */
  readonly loadedBills?: ReadonlySet<string> | undefined;
  /** The most pages of Cost Explorer that may be paid for, an account. */
  readonly costExplorerPages?: number | undefined;
}

/** All that `apex collect aws` can ask for, by the names of `--services`. */
export function allServices({ costExplorerPages }: ServiceOptions = {}): readonly AwsService[] {
  const limits = costExplorerPages === undefined ? {} : { maximumPages: costExplorerPages };
  return [...INVENTORY, costExplorer(limits), computeOptimizer];
}

/** What is asked where no service is named. */
export function usualServices(options: ServiceOptions): readonly AwsService[] {
  if (options.endpointUrl !== undefined) return INVENTORY;
  const { billingExports = [], loadedBills = new Set(), costExplorerPages } = options;
  // What an earlier round loaded from an export would be replaced by less, or counted beside it.
  const isExported = billingExports.length > 0 || loadedBills.size > 0;
  const isBillWanted = !isExported && costExplorerPages !== 0;
  return allServices(options).filter(({ name }) => isBillWanted || name !== "cost-explorer");
}

/** Where the metrics of what was found come from. */
export const AWS_METRIC_SERVICES: readonly AwsMetricService[] = [cloudWatch];
