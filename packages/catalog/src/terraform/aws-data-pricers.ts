import { priceAwsDbInstance } from "./aws-db-instance.ts";
import { priceAwsDbProxy } from "./aws-db-proxy.ts";
import { priceAwsDynamodbTable, priceAwsDynamodbTableReplica } from "./aws-dynamodb-table.ts";
import { priceAwsEfsFileSystem } from "./aws-efs-file-system.ts";
import { priceAwsElasticacheCluster, priceAwsElasticacheReplicationGroup } from "./aws-elasticache.ts";
import { priceAwsFsxLustre, priceAwsFsxOntap, priceAwsFsxOpenzfs, priceAwsFsxWindows } from "./aws-fsx.ts";
import {
  priceAwsDocdbCluster,
  priceAwsDocdbClusterInstance,
  priceAwsDocdbClusterSnapshot,
  priceAwsNeptuneCluster,
  priceAwsNeptuneClusterInstance,
  priceAwsNeptuneClusterSnapshot,
} from "./aws-graph-and-document.ts";
import { priceAwsMqBroker } from "./aws-mq-broker.ts";
import { priceAwsMskCluster, priceAwsMskServerlessCluster } from "./aws-msk-cluster.ts";
import { priceAwsOpensearchDomain } from "./aws-opensearch-domain.ts";
import {
  priceAwsKinesisStream,
  priceAwsKinesisStreamConsumer,
  priceAwsSnsTopic,
  priceAwsSqsQueue,
} from "./aws-queues.ts";
import { priceAwsRdsCluster, priceAwsRdsClusterInstance } from "./aws-rds-cluster.ts";
import { priceAwsRedshiftCluster } from "./aws-redshift-cluster.ts";
import { priceAwsS3Bucket } from "./aws-s3-bucket.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** Databases, caches, search, queues, file systems and buckets of AWS. */
export const AWS_DATA_PRICERS: Readonly<Record<string, ResourcePricer>> = {
  aws_db_instance: priceAwsDbInstance,
  aws_db_proxy: priceAwsDbProxy,
  aws_docdb_cluster: priceAwsDocdbCluster,
  aws_docdb_cluster_instance: priceAwsDocdbClusterInstance,
  aws_docdb_cluster_snapshot: priceAwsDocdbClusterSnapshot,
  aws_dynamodb_table: priceAwsDynamodbTable,
  aws_dynamodb_table_replica: priceAwsDynamodbTableReplica,
  aws_efs_file_system: priceAwsEfsFileSystem,
  aws_elasticache_cluster: priceAwsElasticacheCluster,
  aws_elasticache_replication_group: priceAwsElasticacheReplicationGroup,
  aws_elasticsearch_domain: priceAwsOpensearchDomain,
  aws_fsx_lustre_file_system: priceAwsFsxLustre,
  aws_fsx_ontap_file_system: priceAwsFsxOntap,
  aws_fsx_openzfs_file_system: priceAwsFsxOpenzfs,
  aws_fsx_windows_file_system: priceAwsFsxWindows,
  aws_kinesis_stream: priceAwsKinesisStream,
  aws_kinesis_stream_consumer: priceAwsKinesisStreamConsumer,
  aws_mq_broker: priceAwsMqBroker,
  aws_msk_cluster: priceAwsMskCluster,
  aws_msk_serverless_cluster: priceAwsMskServerlessCluster,
  aws_neptune_cluster: priceAwsNeptuneCluster,
  aws_neptune_cluster_instance: priceAwsNeptuneClusterInstance,
  aws_neptune_cluster_snapshot: priceAwsNeptuneClusterSnapshot,
  aws_opensearch_domain: priceAwsOpensearchDomain,
  aws_rds_cluster: priceAwsRdsCluster,
  aws_rds_cluster_instance: priceAwsRdsClusterInstance,
  aws_redshift_cluster: priceAwsRedshiftCluster,
  aws_s3_bucket: priceAwsS3Bucket,
  aws_sns_topic: priceAwsSnsTopic,
  aws_sqs_queue: priceAwsSqsQueue,
};
