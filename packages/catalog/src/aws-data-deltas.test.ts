import { AWS_DATA_PRICERS } from "./terraform/aws-data-pricers.ts";
import { AWS_DATA_DELTAS } from "./testing/deltas/aws-data.ts";
import { testDeltas } from "./testing/test-deltas.ts";

testDeltas({
  tables: AWS_DATA_DELTAS,
  types: Object.keys(AWS_DATA_PRICERS),
  neutral: {
    "aws_db_instance: identifier": "what a state and a replica point at",
    "aws_rds_cluster: cluster_identifier": "what its instances point at",
    "aws_docdb_cluster: cluster_identifier": "what its instances point at",
    "aws_neptune_cluster: cluster_identifier": "what its instances point at",
    "aws_elasticache_replication_group: replication_group_id": "what its clusters point at",
    "aws_db_instance: dedicated_log_volume": "it has no price: left out, and said to be",
    "aws_db_instance: performance_insights_retention_period": "it has no price: left out, and said to be",
    "aws_rds_cluster_instance: performance_insights_retention_period":
      "it has no price: left out, and said to be",
    "aws_rds_cluster: db_cluster_instance_class":
      "Multi-AZ clusters have synced prices only, tried by a test of their own",
    "aws_rds_cluster: engine_version": "extended support, tried by a test of its own",
    "aws_rds_cluster: engine_lifecycle_support": "extended support, tried by a test of its own",
  },
});
