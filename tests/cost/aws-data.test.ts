import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pricePlan } from "@apex/catalog";
import { planDirectory } from "@apex/sandbox-terraform";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Every priced data service once, with references between them that are known only after apply. */
const CONFIGURATION = `
provider "aws" { region = "us-east-1" }

resource "aws_db_instance" "shop" {
  engine                  = "mysql"
  engine_version          = "8.4"
  instance_class          = "db.m5.large"
  allocated_storage       = 400
  storage_type            = "gp3"
  iops                    = 14000
  multi_az                = true
  backup_retention_period = 7
  username                = "shop"
  password                = "not-a-secret"
}
resource "aws_db_instance" "copy" {
  replicate_source_db = aws_db_instance.shop.identifier
  instance_class      = "db.m5.large"
}
resource "aws_db_proxy" "shop" {
  name           = "shop"
  engine_family  = "MYSQL"
  role_arn       = "arn:aws:iam::123456789012:role/proxy"
  vpc_subnet_ids = ["subnet-1", "subnet-2"]
  auth { auth_scheme = "SECRETS" }
}
resource "aws_db_proxy_target" "shop" {
  db_proxy_name          = aws_db_proxy.shop.name
  target_group_name      = "default"
  db_instance_identifier = aws_db_instance.shop.identifier
}
resource "aws_rds_cluster" "ledger" {
  engine       = "aurora-postgresql"
  storage_type = "aurora-iopt1"
  serverlessv2_scaling_configuration {
    min_capacity = 0.5
    max_capacity = 8
  }
}
resource "aws_rds_cluster_instance" "ledger" {
  for_each           = { a = "db.r6g.large", b = "db.serverless" }
  cluster_identifier = aws_rds_cluster.ledger.id
  engine             = aws_rds_cluster.ledger.engine
  instance_class     = each.value
}
resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id     = "sessions"
  description              = "sessions"
  engine                   = "valkey"
  node_type                = "cache.m5.large"
  num_node_groups          = 2
  replicas_per_node_group  = 1
  snapshot_retention_limit = 5
}
resource "aws_elasticache_cluster" "pages" {
  cluster_id      = "pages"
  engine          = "memcached"
  node_type       = "cache.m5.large"
  num_cache_nodes = 2
}
resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  cluster_config {
    instance_type            = "r6g.large.search"
    instance_count           = 3
    dedicated_master_enabled = true
    dedicated_master_type    = "m6g.large.search"
    dedicated_master_count   = 3
  }
  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = 100
    throughput  = 200
  }
}
resource "aws_elasticsearch_domain" "old" {
  domain_name = "old"
  cluster_config { instance_type = "m5.large.elasticsearch" }
  ebs_options {
    ebs_enabled = true
    volume_size = 10
  }
}
resource "aws_redshift_cluster" "facts" {
  cluster_identifier = "facts"
  node_type          = "ra3.xlplus"
  number_of_nodes    = 2
}
resource "aws_msk_cluster" "events" {
  cluster_name           = "events"
  kafka_version          = "3.8.x"
  number_of_broker_nodes = 3
  broker_node_group_info {
    instance_type   = "kafka.m7g.large"
    client_subnets  = ["subnet-1", "subnet-2", "subnet-3"]
    security_groups = ["sg-1"]
    storage_info {
      ebs_storage_info {
        volume_size = 100
        provisioned_throughput {
          enabled           = true
          volume_throughput = 250
        }
      }
    }
  }
}
resource "aws_msk_serverless_cluster" "events" {
  cluster_name = "events-serverless"
  vpc_config { subnet_ids = ["subnet-1", "subnet-2"] }
  client_authentication {
    sasl {
      iam { enabled = true }
    }
  }
}
resource "aws_mq_broker" "orders" {
  broker_name        = "orders"
  engine_type        = "RabbitMQ"
  engine_version     = "3.13"
  host_instance_type = "mq.m5.xlarge"
  deployment_mode    = "CLUSTER_MULTI_AZ"
  user {
    username = "orders"
    password = "not-a-secret"
  }
}
resource "aws_docdb_cluster" "catalogue" { cluster_identifier = "catalogue" }
resource "aws_docdb_cluster_instance" "catalogue" {
  cluster_identifier = aws_docdb_cluster.catalogue.id
  instance_class     = "db.t3.medium"
}
resource "aws_neptune_cluster" "graph" {
  cluster_identifier      = "graph"
  storage_type            = "iopt1"
  backup_retention_period = 5
}
resource "aws_neptune_cluster_instance" "graph" {
  cluster_identifier = aws_neptune_cluster.graph.id
  instance_class     = "db.r5.large"
}
resource "aws_dynamodb_table" "carts" {
  name           = "carts"
  hash_key       = "id"
  read_capacity  = 10
  write_capacity = 10
  stream_enabled = true
  stream_view_type = "NEW_IMAGE"
  attribute {
    name = "id"
    type = "S"
  }
  global_secondary_index {
    name            = "by-id"
    hash_key        = "id"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 5
  }
  replica { region_name = "eu-west-1" }
  point_in_time_recovery { enabled = true }
}
resource "aws_efs_file_system" "home" {
  throughput_mode                 = "provisioned"
  provisioned_throughput_in_mibps = 100
  lifecycle_policy { transition_to_ia = "AFTER_30_DAYS" }
}
resource "aws_fsx_windows_file_system" "share" {
  storage_capacity    = 300
  throughput_capacity = 32
  deployment_type     = "MULTI_AZ_1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  preferred_subnet_id = "subnet-1"
}
resource "aws_fsx_openzfs_file_system" "build" {
  storage_capacity    = 300
  throughput_capacity = 64
  deployment_type     = "SINGLE_AZ_1"
  subnet_ids          = ["subnet-1"]
  disk_iops_configuration {
    mode = "USER_PROVISIONED"
    iops = 1000
  }
}
resource "aws_fsx_ontap_file_system" "data" {
  storage_capacity    = 1024
  throughput_capacity = 128
  deployment_type     = "SINGLE_AZ_1"
  subnet_ids          = ["subnet-1"]
  preferred_subnet_id = "subnet-1"
}
resource "aws_fsx_lustre_file_system" "scratch" {
  storage_capacity            = 1200
  deployment_type             = "PERSISTENT_2"
  per_unit_storage_throughput = 125
  subnet_ids                  = ["subnet-1"]
}
resource "aws_kinesis_stream" "clicks" {
  name             = "clicks"
  shard_count      = 2
  retention_period = 48
}
resource "aws_kinesis_stream_consumer" "clicks" {
  name       = "clicks"
  stream_arn = aws_kinesis_stream.clicks.arn
}
resource "aws_sqs_queue" "jobs" { fifo_queue = true }
resource "aws_sns_topic" "news" {}
resource "aws_s3_bucket" "assets" {}
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-cost-aws-data-"));
  await writeFile(join(folder, "main.tf"), CONFIGURATION);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the data services of a real plan are priced by the attributes of the real schema", async () => {
  const { plan, diagnostics } = await planDirectory({ directory: folder }, { trust: true });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const { resources } = pricePlan(plan!, "after");
  const costs = Object.fromEntries(
    resources.map((each) => [each.address, each.monthlyCost ?? `unknown: ${each.unpriced}`]),
  );
  expect(costs).toMatchInlineSnapshot(`
    {
      "aws_db_instance.copy": "170.83",
      "aws_db_instance.shop": "421.66",
      "aws_db_proxy.shop": "21.9",
      "aws_db_proxy_target.shop": "0",
      "aws_docdb_cluster.catalogue": "0",
      "aws_docdb_cluster_instance.catalogue": "56.94",
      "aws_dynamodb_table.carts": "18.1989",
      "aws_efs_file_system.home": "600",
      "aws_elasticache_cluster.pages": "227.76",
      "aws_elasticache_replication_group.sessions": "364.416",
      "aws_elasticsearch_domain.old": "105.01",
      "aws_fsx_lustre_file_system.scratch": "174",
      "aws_fsx_ontap_file_system.data": "220.16",
      "aws_fsx_openzfs_file_system.build": "44.24",
      "aws_fsx_windows_file_system.share": "213",
      "aws_kinesis_stream.clicks": "51.1",
      "aws_kinesis_stream_consumer.clicks": "21.9",
      "aws_mq_broker.orders": "1261.44",
      "aws_msk_cluster.events": "536.76",
      "aws_msk_serverless_cluster.events": "547.5",
      "aws_neptune_cluster.graph": "0",
      "aws_neptune_cluster_instance.graph": "342.37",
      "aws_opensearch_domain.search": "697.05",
      "aws_rds_cluster.ledger": "0",
      "aws_rds_cluster_instance.ledger["a"]": "246.74",
      "aws_rds_cluster_instance.ledger["b"]": "58.4",
      "aws_redshift_cluster.facts": "1585.56",
      "aws_s3_bucket.assets": "0",
      "aws_sns_topic.news": "0",
      "aws_sqs_queue.jobs": "0",
    }
  `);
}, 60_000);
