import { priceAwsDbInstance } from "./aws-db-instance.ts";
import { priceAwsRdsCluster, priceAwsRdsClusterInstance } from "./aws-rds-cluster.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** Databases, caches, search, queues and file systems of AWS. */
export const AWS_DATA_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  aws_db_instance: priceAwsDbInstance,
  aws_rds_cluster: priceAwsRdsCluster,
  aws_rds_cluster_instance: priceAwsRdsClusterInstance,
};
