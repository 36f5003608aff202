import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const region = "us-central1";

const settings = (more: JsonObject) => ({
  settings: [{ tier: "db-custom-2-7680", disk_size: 100, ...more }],
});

/** us-central1: 0.0413 a vCPU-hour, 0.007 a GB-hour of memory, 0.17 a GB of SSD; regional is twice. */
const CLOUD_SQL: DeltaTable = {
  type: "google_sql_database_instance",
  region,
  base: { region, database_version: "POSTGRES_15", ...settings({}) },
  cases: [
    ["settings.tier", "db-custom-4-15360", "98.623", "730 h x (2 x 0.0413 + 7.5 GB x 0.007)"],
    ["settings.tier", "db-standard-4", "98.623", "730 h x (2 x 0.0413 + 7.5 GB x 0.007)"],
    ["settings.tier", "db-highmem-4", "154.833", "730 h x (2 x 0.0413 + 18.5 GB x 0.007)"],
    ["settings.tier", "db-lightweight-1", "-49.3115", "-730 h x (0.0413 + 3.75 GB x 0.007)"],
    ["settings.tier", "db-f1-micro", "-90.958", "730 h x (0.0105 - 2 x 0.0413 - 7.5 GB x 0.007)"],
    ["settings.tier", "db-g1-small", "-73.073", "730 h x (0.035 - 2 x 0.0413 - 7.5 GB x 0.007)"],
    [
      "settings.tier",
      "db-n1-standard-4",
      "98.623",
      "730 h x (0.2702 - 0.1351)",
      { database_version: "MYSQL_8_0", ...settings({ tier: "db-n1-standard-2" }) },
    ],
    [
      "settings.availability_type",
      "REGIONAL",
      "115.623",
      "730 h x (0.2702 - 0.1351) + 100 GB x 0.17",
      { database_version: "MYSQL_8_0", ...settings({ tier: "db-n1-standard-2" }) },
    ],
    [
      "settings.availability_type",
      "REGIONAL",
      "115.623",
      "730 h x (2 x 0.0413 + 7.5 GB x 0.007) + 100 GB x 0.17",
    ],
    ["settings.edition", "ENTERPRISE_PLUS", "unknown", "no Cloud SQL prices for the edition ENTERPRISE_PLUS"],
    ["settings.activation_policy", "NEVER", "-98.623", "-730 h x (2 x 0.0413 + 7.5 GB x 0.007)"],
    ["settings.disk_size", 200, "17", "100 GB x 0.17"],
    ["settings.disk_size", undefined, "-15.3", "(10 GB - 100 GB) x 0.17"],
    ["settings.disk_type", "PD_HDD", "unknown", "no price of cloud-sql-hdd-gb-month"],
    [
      "settings.ip_configuration.ipv4_enabled",
      true,
      "7.3",
      "730 h x 0.01",
      settings({ activation_policy: "NEVER" }),
    ],
    ["database_version", "SQLSERVER_2019_WEB", "unknown", "no Cloud SQL prices for SQLSERVER_2019_WEB"],
    ["usage: backup_storage_gb", 50, "4", "50 GB x 0.08"],
  ],
};

const CACHES: readonly DeltaTable[] = [
  {
    type: "google_redis_instance",
    region,
    base: { region, memory_size_gb: 4, tier: "BASIC" },
    cases: [
      ["memory_size_gb", 3, "-35.77", "-730 h x 0.049"],
      // The whole capacity falls into a cheaper tier.
      ["memory_size_gb", 5, "-44.53", "730 h x (5 GB x 0.027 - 4 GB x 0.049)"],
      ["memory_size_gb", 35, "444.57", "730 h x (35 GB x 0.023 - 4 GB x 0.049)"],
      ["memory_size_gb", 45, "481.07", "730 h x (45 GB x 0.019 - 4 GB x 0.049)"],
      ["memory_size_gb", 105, "1083.32", "730 h x (105 GB x 0.016 - 4 GB x 0.049)"],
      ["tier", "STANDARD_HA", "43.8", "730 h x 4 GB x (0.064 - 0.049)"],
      ["read_replicas_mode", "READ_REPLICAS_ENABLED", "unknown", "the price of read replicas"],
    ],
  },
  {
    type: "google_redis_cluster",
    region,
    base: { region, shard_count: 3, replica_count: 1, node_type: "REDIS_STANDARD_SMALL" },
    cases: [
      ["shard_count", 4, "208.05", "2 x 730 h x 0.1425"],
      ["replica_count", 2, "312.075", "3 x 730 h x 0.1425"],
      ["node_type", "REDIS_HIGHMEM_XLARGE", "3134.328", "6 x 730 h x (0.8581 - 0.1425)"],
      ["node_type", "REDIS_SHARED_CORE_NANO", "-484.866", "6 x 730 h x (0.0318 - 0.1425)"],
      ["usage: backup_storage_gb", 1000, "81.1103", "1000 GB x 0.0811103"],
      // How much the backups take is not known.
      ["automated_backup_config", [{ retention: "3024000s" }], "0", "0"],
      // The log's storage is left out, and said to be.
      ["persistence_config", [{ mode: "AOF" }], "0", "0"],
    ],
  },
];

const WAREHOUSE: readonly DeltaTable[] = [
  {
    type: "google_bigquery_dataset",
    region,
    base: { location: region },
    usage: { monthly_queries_tb: 10 },
    cases: [
      ["usage: monthly_queries_tb", 30, "125", "20 TB x 6.25"],
      // Where the price is not known the line is left out, and said to be.
      ["location", "europe-west9", "-62.5", "-10 TB x 6.25"],
    ],
  },
  {
    type: "google_bigquery_table",
    region,
    base: { dataset_id: "d" },
    others: { "google_bigquery_dataset.d": { dataset_id: "d", location: region } },
    cases: [
      ["usage: monthly_active_storage_gb", 1000, "23", "1000 GB x 0.023"],
      ["usage: monthly_long_term_storage_gb", 1000, "16", "1000 GB x 0.016"],
      ["usage: monthly_streaming_inserts_mb", 1000, "0.05", "1000 MB x 0.00005"],
      ["usage: monthly_storage_write_api_gb", 1000, "25", "1000 GB x 0.025"],
      ["usage: monthly_storage_read_api_tb", 10, "11", "10 TB x 1.1"],
    ],
  },
  {
    type: "google_bigquery_table",
    region,
    base: { dataset_id: "d" },
    others: { "google_bigquery_dataset.e": { dataset_id: "e", location: "europe-west9" } },
    usage: { monthly_active_storage_gb: 1000 },
    cases: [
      // In a dataset of a location without prices the lines are left out, and said to be.
      ["dataset_id", "e", "-23", "-1000 GB x 0.023"],
    ],
  },
];

const BUCKETS: readonly DeltaTable[] = [
  {
    type: "google_storage_bucket",
    region,
    base: { location: "EU" },
    usage: { storage_gb: 100, monthly_class_a_operations: 20_000, monthly_class_b_operations: 20_000 },
    cases: [
      ["usage: storage_gb", 300, "5.2", "200 GB x 0.026"],
      ["usage: monthly_class_a_operations", 40_000, "0.1", "2 x 0.05"],
      ["usage: monthly_class_b_operations", 40_000, "0.008", "2 x 0.004"],
      // Operations of the colder classes have no price here: they are left out, and said to be.
      ["storage_class", "NEARLINE", "-1.208", "100 GB x (0.015 - 0.026) - 2 x 0.05 - 2 x 0.004"],
      ["storage_class", "COLDLINE", "-2.008", "100 GB x (0.007 - 0.026) - 2 x 0.05 - 2 x 0.004"],
      ["storage_class", "ARCHIVE", "-2.468", "100 GB x (0.0024 - 0.026) - 2 x 0.05 - 2 x 0.004"],
      ["location", "europe-west1", "-0.708", "100 GB x (0.02 - 0.026) - 2 x 0.05 - 2 x 0.004"],
    ],
  },
  {
    type: "google_container_registry",
    region,
    base: { location: "EU" },
    usage: { storage_gb: 100 },
    cases: [
      ["usage: storage_gb", 300, "5.2", "200 GB x 0.026"],
      ["usage: monthly_class_a_operations", 20_000, "0.1", "2 x 0.05"],
      ["usage: monthly_class_b_operations", 20_000, "0.008", "2 x 0.004"],
      ["location", "ASIA", "-2.6", "-100 GB x 0.026"],
    ],
  },
];

/** Databases, caches, warehouses and buckets. */
export const GOOGLE_DATA_DELTAS: readonly DeltaTable[] = [CLOUD_SQL, ...CACHES, ...WAREHOUSE, ...BUCKETS];
