import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const CACHE: JsonObject = {
  engine: "redis",
  node_type: "cache.m5.large",
  num_cache_nodes: 1,
  snapshot_retention_limit: 1,
};
const SNAPSHOTS = { snapshot_storage_size_gb: 100 };

const CACHES: readonly DeltaTable[] = [
  {
    type: "aws_elasticache_cluster",
    base: CACHE,
    usage: SNAPSHOTS,
    others: {
      "aws_elasticache_replication_group.g": {
        replication_group_id: "g",
        engine: "redis",
        node_type: "cache.r5.large",
      },
    },
    cases: [
      ["node_type", "cache.m5.xlarge", "113.15", "730 h x (0.311 - 0.156)"],
      ["node_type", "cache.m9.large", "unknown", "no price of cache.m9.large"],
      // Valkey is 20 % cheaper; Memcached costs what Redis does.
      ["engine", "valkey", "-22.776", "730 h x (0.1248 - 0.156)"],
      ["engine", "memcached", "0", "730 h x (0.156 - 0.156)"],
      ["num_cache_nodes", 3, "227.76", "2 nodes x 730 h x 0.156"],
      ["snapshot_retention_limit", 5, "8.5", "100 GB x 0.085"],
      ["usage: snapshot_storage_size_gb", 200, "8.5", "100 GB x 0.085", { snapshot_retention_limit: 5 }],
      // As a member of a group it has the group's type.
      ["replication_group_id", "g", "43.8", "730 h x (0.216 - 0.156)"],
      [
        "aws_elasticache_replication_group.g: node_type",
        "cache.m5.large",
        "-87.6",
        "2 x 730 h x (0.156 - 0.216)",
        { replication_group_id: "g" },
      ],
    ],
  },
  {
    type: "aws_elasticache_replication_group",
    base: {
      engine: "redis",
      node_type: "cache.m5.large",
      num_cache_clusters: 2,
      snapshot_retention_limit: 1,
    },
    usage: SNAPSHOTS,
    cases: [
      ["node_type", "cache.r6gd.xlarge", "912.5", "2 nodes x 730 h x (0.781 - 0.156)"],
      ["engine", "valkey", "-45.552", "2 nodes x 730 h x (0.1248 - 0.156)"],
      ["num_cache_clusters", 3, "113.88", "730 h x 0.156"],
      ["snapshot_retention_limit", 5, "8.5", "100 GB x 0.085"],
      ["usage: snapshot_storage_size_gb", 0, "-8.5", "-100 GB x 0.085", { snapshot_retention_limit: 5 }],
    ],
  },
  {
    type: "aws_elasticache_replication_group",
    base: { engine: "redis", node_type: "cache.m5.large", num_node_groups: 2, replicas_per_node_group: 1 },
    cases: [
      ["num_node_groups", 3, "227.76", "1 shard x 2 nodes x 730 h x 0.156"],
      ["replicas_per_node_group", 2, "227.76", "2 shards x 1 node x 730 h x 0.156"],
    ],
  },
];

const DOMAIN: JsonObject = {
  cluster_config: [
    {
      instance_type: "m5.large.search",
      instance_count: 3,
      dedicated_master_enabled: true,
      dedicated_master_type: "c5.large.search",
      dedicated_master_count: 3,
      warm_enabled: false,
      warm_type: "ultrawarm1.medium.search",
      warm_count: 2,
    },
  ],
  ebs_options: [{ ebs_enabled: true, volume_type: "gp3", volume_size: 100, iops: 3000, throughput: 125 }],
};
const IO1: JsonObject = {
  ebs_options: [{ ebs_enabled: true, volume_type: "io1", volume_size: 100, iops: 1000 }],
};
const WARM: JsonObject = {
  cluster_config: [
    {
      instance_type: "m5.large.search",
      instance_count: 1,
      warm_enabled: true,
      warm_type: "ultrawarm1.medium.search",
      warm_count: 2,
    },
  ],
};

function searchDomain(type: string): DeltaTable {
  return {
    type,
    base: DOMAIN,
    cases: [
      ["cluster_config.instance_type", "r5.large.search", "96.36", "3 nodes x 730 h x (0.186 - 0.142)"],
      [
        "cluster_config.instance_type",
        "r5.large.elasticsearch",
        "96.36",
        "3 nodes x 730 h x (0.186 - 0.142)",
      ],
      ["cluster_config.instance_type", "z9.large.search", "unknown", "no price of z9.large.search"],
      // One node more has one volume more.
      ["cluster_config.instance_count", 4, "115.86", "730 h x 0.142 + 100 GB x 0.122"],
      ["cluster_config.dedicated_master_enabled", false, "-273.75", "-3 nodes x 730 h x 0.125"],
      [
        "cluster_config.dedicated_master_type",
        "c5.xlarge.search",
        "275.94",
        "3 nodes x 730 h x (0.251 - 0.125)",
      ],
      ["cluster_config.dedicated_master_count", 5, "182.5", "2 nodes x 730 h x 0.125"],
      ["cluster_config.warm_enabled", true, "347.48", "2 nodes x 730 h x 0.238"],
      ["cluster_config.warm_count", 3, "173.74", "730 h x 0.238", WARM],
      [
        "cluster_config.warm_type",
        "ultrawarm1.large.search",
        "3565.32",
        "2 nodes x 730 h x (2.68 - 0.238)",
        WARM,
      ],
      ["ebs_options.ebs_enabled", false, "-36.6", "-3 x 100 GB x 0.122"],
      ["ebs_options.volume_size", 200, "36.6", "3 x 100 GB x 0.122"],
      ["ebs_options.volume_type", "gp2", "3.9", "3 x 100 GB x (0.135 - 0.122)"],
      ["ebs_options.volume_type", "standard", "-16.5", "3 x 100 GB x (0.067 - 0.122)"],
      // 3,000 IOPS are given with gp3 and paid with io1.
      ["ebs_options.volume_type", "io1", "806.1", "3 x (100 GB x (0.169 - 0.122) + 3000 IOPS x 0.088)"],
      ["ebs_options.throughput", 200, "14.4", "3 x 75 MB/s x 0.064"],
      [
        "ebs_options.throughput",
        240,
        "0",
        "0",
        { ebs_options: [{ ebs_enabled: true, volume_type: "gp3", volume_size: 180 }] },
      ],
      ["ebs_options.iops", 2000, "264", "3 x 1000 IOPS x 0.088", IO1],
      ["ebs_options.iops", 4000, "unknown", "the price of gp3 IOPS above 3000 per node"],
    ],
  };
}

const WAREHOUSE_USE: JsonObject = {
  managed_storage_gb: 1000,
  excess_concurrency_scaling_secs: 1000,
  spectrum_data_scanned_tb: 1,
  backup_storage_gb: 51_200,
};

const REDSHIFT: DeltaTable = {
  type: "aws_redshift_cluster",
  base: { node_type: "ra3.xlplus", number_of_nodes: 2, multi_az: false },
  usage: WAREHOUSE_USE,
  cases: [
    // The seconds of concurrency scaling cost by the node type as well.
    ["node_type", "ra3.4xlarge", "3174.64", "2 nodes x 730 h x (3.26 - 1.086) + 1000 s x (0.0009 - 0.0003)"],
    [
      "node_type",
      "dc2.large",
      "-1244.79",
      "2 nodes x 730 h x (0.25 - 1.086) + 1000 s x (0.00007 - 0.0003) - 1000 GB x 0.024",
    ],
    ["number_of_nodes", 3, "792.78", "730 h x 1.086"],
    ["multi_az", true, "1585.56", "2 nodes x 730 h x 1.086"],
    ["publicly_accessible", true, "0", "0, and left out"],
    ["usage: managed_storage_gb", 2000, "24", "1000 GB x 0.024"],
    ["usage: excess_concurrency_scaling_secs", 0, "-0.3", "-1000 s x 0.0003"],
    ["usage: spectrum_data_scanned_tb", 2, "5", "1 TB x 5"],
    // Beyond 50 TB a GB costs less, beyond 500 TB more less again.
    ["usage: backup_storage_gb", 52_200, "22", "1000 GB x 0.022"],
    ["usage: backup_storage_gb", 564_200, "11285", "512000 GB x 0.022 + 1000 GB x 0.021"],
  ],
};

const BROKER_VOLUME: JsonObject = {
  number_of_broker_nodes: 3,
  storage_mode: "LOCAL",
  broker_node_group_info: [
    {
      instance_type: "kafka.m5.large",
      storage_info: [
        {
          ebs_storage_info: [
            { volume_size: 100, provisioned_throughput: [{ enabled: true, volume_throughput: 250 }] },
          ],
        },
      ],
    },
  ],
};
const VOLUME = "broker_node_group_info.storage_info.ebs_storage_info";

const MSK: readonly DeltaTable[] = [
  {
    type: "aws_msk_cluster",
    base: BROKER_VOLUME,
    cases: [
      ["number_of_broker_nodes", 6, "549.9", "3 x (730 h x 0.21 + 100 GB x 0.1 + 250 MB/s x 0.08)"],
      ["broker_node_group_info.instance_type", "kafka.m7g.large", "-13.14", "3 x 730 h x (0.204 - 0.21)"],
      // Express brokers have no volumes: storage is paid by use.
      [
        "broker_node_group_info.instance_type",
        "express.m7g.large",
        "343.62",
        "3 x (730 h x (0.408 - 0.21) - 100 GB x 0.1 - 250 MB/s x 0.08)",
      ],
      ["broker_node_group_info.instance_type", "kafka.m9.large", "unknown", "no price of kafka.m9.large"],
      [`${VOLUME}.volume_size`, 200, "30", "3 x 100 GB x 0.1"],
      [`${VOLUME}.provisioned_throughput.enabled`, false, "-60", "-3 x 250 MB/s x 0.08"],
      [`${VOLUME}.provisioned_throughput.volume_throughput`, 500, "60", "3 x 250 MB/s x 0.08"],
      ["storage_mode", "TIERED", "0", "0"],
    ],
  },
  {
    type: "aws_msk_cluster",
    base: BROKER_VOLUME,
    region: "eu-west-1",
    cases: [
      ["number_of_broker_nodes", 6, "611.46", "3 x (730 h x 0.234 + 100 GB x 0.11 + 250 MB/s x 0.088)"],
    ],
  },
  { type: "aws_msk_serverless_cluster", base: {}, cases: [] },
];

const MQ: DeltaTable = {
  type: "aws_mq_broker",
  base: {
    engine_type: "RabbitMQ",
    deployment_mode: "SINGLE_INSTANCE",
    host_instance_type: "mq.m5.xlarge",
    storage_type: "ebs",
  },
  usage: { storage_size_gb: 10 },
  cases: [
    // Three brokers, each with its storage.
    ["deployment_mode", "CLUSTER_MULTI_AZ", "842.96", "730 h x (1.728 - 0.576) + 2 x 10 GB x 0.1"],
    // The provider takes its words in any case.
    ["deployment_mode", "single_instance", "0", "0"],
    ["deployment_mode", "cluster_multi_az", "842.96", "730 h x (1.728 - 0.576) + 2 x 10 GB x 0.1"],
    ["host_instance_type", "mq.m5.huge", "unknown", "no price of mq.m5.huge"],
    ["engine_type", "ActiveMQ", "unknown", "no price of mq.m5.xlarge for Amazon MQ (ActiveMQ Single-AZ)"],
    ["engine_type", "IBM MQ", "unknown", "the broker engine IBM MQ has no prices"],
    [
      "storage_type",
      "efs",
      "2",
      "10 GB x (0.3 - 0.1)",
      { engine_type: "ActiveMQ", host_instance_type: "mq.t2.micro" },
    ],
    ["usage: storage_size_gb", 20, "1", "10 GB x 0.1"],
    ["usage: storage_size_gb", 20, "3", "3 x 10 GB x 0.1", { deployment_mode: "CLUSTER_MULTI_AZ" }],
  ],
};

/** Caches, search, warehouses and brokers. */
export const AWS_STORE_DELTAS: readonly DeltaTable[] = [
  ...CACHES,
  searchDomain("aws_opensearch_domain"),
  searchDomain("aws_elasticsearch_domain"),
  REDSHIFT,
  ...MSK,
  MQ,
];
