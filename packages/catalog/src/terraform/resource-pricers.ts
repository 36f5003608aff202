import type { PricedParts } from "../pricing/priced-parts.ts";
import { priceAwsAutoscalingGroup } from "./aws-autoscaling-group.ts";
import { priceAwsDbInstance } from "./aws-db-instance.ts";
import { priceAwsEbsSnapshot } from "./aws-ebs-snapshot.ts";
import { priceAwsEbsVolume } from "./aws-ebs-volume.ts";
import { priceAwsInstance } from "./aws-instance.ts";
import { priceAwsEip, priceAwsElb, priceAwsLb, priceAwsNatGateway } from "./aws-network.ts";
import { priceAwsRdsCluster, priceAwsRdsClusterInstance } from "./aws-rds-cluster.ts";
import { priceGoogleComputeAddress } from "./google-compute-address.ts";
import { priceGoogleComputeDisk } from "./google-compute-disk.ts";
import { priceGoogleComputeInstance } from "./google-compute-instance.ts";
import { priceGoogleComputeSnapshot } from "./google-compute-snapshot.ts";
import { priceGoogleContainerNodePool } from "./google-container-node-pool.ts";
import { priceGoogleInstanceGroupManager } from "./google-instance-group-manager.ts";
import { priceGoogleSqlDatabaseInstance } from "./google-sql-database-instance.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Reads a resource's attributes and prices what they mean. */
export type ResourcePricer = (resource: ResourceView, view: PlanView) => PricedParts;

/** Every resource type that is priced, by Terraform's name. */
export const RESOURCE_PRICERS: ReadonlyMap<string, ResourcePricer> = new Map<string, ResourcePricer>([
  ["aws_alb", priceAwsLb],
  ["aws_autoscaling_group", priceAwsAutoscalingGroup],
  ["aws_db_instance", priceAwsDbInstance],
  ["aws_ebs_snapshot", priceAwsEbsSnapshot],
  ["aws_ebs_volume", priceAwsEbsVolume],
  ["aws_eip", priceAwsEip],
  ["aws_elb", priceAwsElb],
  ["aws_instance", priceAwsInstance],
  ["aws_lb", priceAwsLb],
  ["aws_nat_gateway", priceAwsNatGateway],
  ["aws_rds_cluster", priceAwsRdsCluster],
  ["aws_rds_cluster_instance", priceAwsRdsClusterInstance],
  ["google_compute_address", priceGoogleComputeAddress],
  ["google_compute_disk", priceGoogleComputeDisk],
  ["google_compute_instance", priceGoogleComputeInstance],
  ["google_compute_instance_group_manager", priceGoogleInstanceGroupManager],
  ["google_compute_region_instance_group_manager", priceGoogleInstanceGroupManager],
  ["google_compute_snapshot", priceGoogleComputeSnapshot],
  ["google_container_node_pool", priceGoogleContainerNodePool],
  ["google_sql_database_instance", priceGoogleSqlDatabaseInstance],
]);
