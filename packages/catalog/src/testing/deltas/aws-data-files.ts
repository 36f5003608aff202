import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const EFS_USE: JsonObject = {
  storage_gb: 200,
  infrequent_access_storage_gb: 100,
  monthly_infrequent_access_read_gb: 50,
  monthly_infrequent_access_write_gb: 50,
};

const EFS: readonly DeltaTable[] = [
  {
    type: "aws_efs_file_system",
    base: { throughput_mode: "bursting" },
    usage: EFS_USE,
    cases: [
      ["availability_zone_name", "us-east-1a", "-28", "200 GB x (0.16 - 0.3)"],
      [
        "lifecycle_policy.transition_to_ia",
        "AFTER_30_DAYS",
        "3.5",
        "100 GB x 0.025 + (50 GB + 50 GB) x 0.01",
      ],
      // 200 GB bring 10 MB/s.
      [
        "throughput_mode",
        "provisioned",
        "540",
        "(100 - 200 / 20) x 6",
        { provisioned_throughput_in_mibps: 100 },
      ],
      [
        "throughput_mode",
        "elastic",
        "-0.9",
        "100 GB x (0.016 - 0.025)",
        { lifecycle_policy: [{ transition_to_ia: "AFTER_7_DAYS" }] },
      ],
      [
        "provisioned_throughput_in_mibps",
        200,
        "600",
        "100 MB/s x 6",
        { throughput_mode: "provisioned", provisioned_throughput_in_mibps: 100 },
      ],
      ["usage: storage_gb", 300, "30", "100 GB x 0.3"],
      // More storage brings more throughput, of which less is paid.
      [
        "usage: storage_gb",
        400,
        "0",
        "200 GB x 0.3 - 200 / 20 x 6",
        { throughput_mode: "provisioned", provisioned_throughput_in_mibps: 100 },
      ],
      [
        "usage: infrequent_access_storage_gb",
        200,
        "2.5",
        "100 GB x 0.025",
        { lifecycle_policy: [{ transition_to_ia: "AFTER_7_DAYS" }] },
      ],
      [
        "usage: monthly_infrequent_access_read_gb",
        100,
        "0.5",
        "50 GB x 0.01",
        { lifecycle_policy: [{ transition_to_ia: "AFTER_7_DAYS" }] },
      ],
      [
        "usage: monthly_infrequent_access_write_gb",
        100,
        "0.5",
        "50 GB x 0.01",
        { lifecycle_policy: [{ transition_to_ia: "AFTER_7_DAYS" }] },
      ],
    ],
  },
  {
    type: "aws_efs_file_system",
    base: { throughput_mode: "provisioned", provisioned_throughput_in_mibps: 100 },
    region: "eu-west-1",
    cases: [["provisioned_throughput_in_mibps", 200, "660", "100 MB/s x 6.6"]],
  },
];

const BACKUPS: JsonObject = { backup_storage_gb: 1000 };

const FSX: readonly DeltaTable[] = [
  {
    type: "aws_fsx_windows_file_system",
    base: {
      deployment_type: "SINGLE_AZ_1",
      storage_type: "SSD",
      storage_capacity: 300,
      throughput_capacity: 32,
    },
    usage: BACKUPS,
    cases: [
      ["deployment_type", "MULTI_AZ_1", "103.6", "300 GB x (0.23 - 0.13) + 32 MB/s x (4.5 - 2.2)"],
      ["deployment_type", "SINGLE_AZ_2", "0", "0"],
      ["deployment_type", "toString", "unknown", "has no known price"],
      ["storage_type", "HDD", "-35.1", "300 GB x (0.013 - 0.13)"],
      ["storage_capacity", 600, "39", "300 GB x 0.13"],
      ["throughput_capacity", 64, "70.4", "32 MB/s x 2.2"],
      [
        "disk_iops_configuration.mode",
        "USER_PROVISIONED",
        "unknown",
        "IOPS",
        { disk_iops_configuration: [{ mode: "AUTOMATIC", iops: 5000 }] },
      ],
      [
        "disk_iops_configuration.iops",
        901,
        "unknown",
        "IOPS",
        { disk_iops_configuration: [{ mode: "USER_PROVISIONED", iops: 900 }] },
      ],
      ["usage: backup_storage_gb", 2000, "50", "1000 GB x 0.05"],
    ],
  },
  {
    type: "aws_fsx_openzfs_file_system",
    base: {
      deployment_type: "SINGLE_AZ_1",
      storage_type: "SSD",
      storage_capacity: 300,
      throughput_capacity: 64,
      disk_iops_configuration: [{ mode: "USER_PROVISIONED", iops: 1000 }],
    },
    usage: BACKUPS,
    cases: [
      ["deployment_type", "MULTI_AZ_1", "unknown", "has no known price"],
      ["storage_type", "INTELLIGENT_TIERING", "unknown", "has no known price"],
      // 3 IOPS come with each GiB: 1,000 of which 900 are included before, all after.
      ["storage_capacity", 400, "8.4", "100 GB x 0.09 - 100 IOPS x 0.006"],
      ["throughput_capacity", 128, "16.64", "64 MB/s x 0.26"],
      ["disk_iops_configuration.iops", 2000, "6", "1000 IOPS x 0.006"],
      ["disk_iops_configuration.mode", "AUTOMATIC", "-0.6", "-100 IOPS x 0.006"],
      ["usage: backup_storage_gb", 2000, "50", "1000 GB x 0.05"],
    ],
  },
  {
    type: "aws_fsx_ontap_file_system",
    base: {
      deployment_type: "SINGLE_AZ_1",
      storage_capacity: 1024,
      throughput_capacity: 128,
      disk_iops_configuration: [{ mode: "USER_PROVISIONED", iops: 4000 }],
    },
    usage: BACKUPS,
    cases: [
      [
        "deployment_type",
        "MULTI_AZ_1",
        "205.216",
        "1024 GB x (0.25 - 0.125) + 128 MB/s x (1.2 - 0.72) + 928 IOPS x (0.034 - 0.017)",
      ],
      ["deployment_type", "MULTI_AZ_2", "unknown", "has no known price"],
      ["storage_type", "HDD", "0", "0"],
      ["storage_capacity", 2048, "112.224", "1024 GB x 0.125 - 928 IOPS x 0.017"],
      ["throughput_capacity", 256, "92.16", "128 MB/s x 0.72"],
      [
        "throughput_capacity_per_ha_pair",
        256,
        "92.16",
        "128 MB/s x 0.72",
        { throughput_capacity: null, throughput_capacity_per_ha_pair: 128 },
      ],
      ["disk_iops_configuration.iops", 5000, "17", "1000 IOPS x 0.017"],
      ["disk_iops_configuration.mode", "AUTOMATIC", "-15.776", "-928 IOPS x 0.017"],
      ["usage: backup_storage_gb", 2000, "50", "1000 GB x 0.05"],
    ],
  },
  {
    type: "aws_fsx_lustre_file_system",
    base: {
      deployment_type: "PERSISTENT_1",
      storage_type: "SSD",
      per_unit_storage_throughput: 50,
      storage_capacity: 1200,
    },
    usage: BACKUPS,
    cases: [
      // Scratch file systems have no backups.
      ["deployment_type", "SCRATCH_2", "-50", "1200 GB x (0.14 - 0.14) - 1000 GB x 0.05"],
      ["deployment_type", "PERSISTENT_2", "unknown", "PERSISTENT_2 SSD 50 has no known price"],
      ["storage_type", "HDD", "unknown", "PERSISTENT_1 HDD 50 has no known price"],
      ["per_unit_storage_throughput", 200, "180", "1200 GB x (0.29 - 0.14)"],
      [
        "per_unit_storage_throughput",
        500,
        "234",
        "1200 GB x (0.34 - 0.145)",
        { deployment_type: "PERSISTENT_2", per_unit_storage_throughput: 125 },
      ],
      [
        "drive_cache_type",
        "READ",
        "96",
        "6000 GB x (0.041 - 0.025)",
        {
          storage_type: "HDD",
          per_unit_storage_throughput: 12,
          storage_capacity: 6000,
          drive_cache_type: "NONE",
        },
      ],
      ["storage_capacity", 2400, "168", "1200 GB x 0.14"],
      ["metadata_configuration.mode", "USER_PROVISIONED", "unknown", "metadata IOPS"],
      ["usage: backup_storage_gb", 2000, "50", "1000 GB x 0.05"],
    ],
  },
];

const BUCKET_USE: JsonObject = {
  standard: { storage_gb: 1000, monthly_tier_1_requests: 0, monthly_tier_2_requests: 0 },
  intelligent_tiering: {},
  standard_infrequent_access: {},
  one_zone_infrequent_access: {},
  glacier_flexible_retrieval: {},
  glacier_deep_archive: {},
};

const S3: DeltaTable = {
  type: "aws_s3_bucket",
  base: {},
  usage: BUCKET_USE,
  cases: [
    ["usage: standard.storage_gb", 2000, "23", "1000 GB x 0.023"],
    ["usage: standard.storage_gb", 52_200, "1176.6", "50200 GB x 0.023 + 1000 GB x 0.022"],
    ["usage: standard.monthly_tier_1_requests", 1_000_000, "5", "1000 x 0.005"],
    ["usage: standard.monthly_tier_2_requests", 1_000_000, "0.4", "1000 x 0.0004"],
    ["usage: intelligent_tiering.frequent_access_storage_gb", 1000, "23", "1000 GB x 0.023"],
    ["usage: intelligent_tiering.infrequent_access_storage_gb", 1000, "12.5", "1000 GB x 0.0125"],
    ["usage: intelligent_tiering.monitored_objects", 2000, "0.005", "2 x 0.0025"],
    ["usage: intelligent_tiering.monthly_tier_1_requests", 1000, "0.005", "1 x 0.005"],
    ["usage: intelligent_tiering.monthly_tier_2_requests", 1000, "0.0004", "1 x 0.0004"],
    ["usage: standard_infrequent_access.storage_gb", 1000, "12.5", "1000 GB x 0.0125"],
    ["usage: standard_infrequent_access.monthly_tier_1_requests", 1000, "0.01", "1 x 0.01"],
    ["usage: standard_infrequent_access.monthly_tier_2_requests", 1000, "0.001", "1 x 0.001"],
    ["usage: standard_infrequent_access.monthly_lifecycle_transition_requests", 1000, "0.01", "1 x 0.01"],
    ["usage: standard_infrequent_access.monthly_data_retrieval_gb", 100, "1", "100 GB x 0.01"],
    ["usage: one_zone_infrequent_access.storage_gb", 1000, "10", "1000 GB x 0.01"],
    ["usage: one_zone_infrequent_access.monthly_tier_1_requests", 1000, "0.01", "1 x 0.01"],
    ["usage: one_zone_infrequent_access.monthly_tier_2_requests", 1000, "0.001", "1 x 0.001"],
    ["usage: one_zone_infrequent_access.monthly_lifecycle_transition_requests", 1000, "0.01", "1 x 0.01"],
    ["usage: one_zone_infrequent_access.monthly_data_retrieval_gb", 100, "1", "100 GB x 0.01"],
    ["usage: glacier_flexible_retrieval.storage_gb", 1000, "3.6", "1000 GB x 0.0036"],
    ["usage: glacier_flexible_retrieval.monthly_tier_1_requests", 1000, "0.03", "1 x 0.03"],
    ["usage: glacier_flexible_retrieval.monthly_tier_2_requests", 1000, "0.0004", "1 x 0.0004"],
    ["usage: glacier_flexible_retrieval.monthly_lifecycle_transition_requests", 1000, "0.03", "1 x 0.03"],
    ["usage: glacier_flexible_retrieval.monthly_standard_data_retrieval_gb", 100, "1", "100 GB x 0.01"],
    ["usage: glacier_deep_archive.storage_gb", 1000, "0.99", "1000 GB x 0.00099"],
    ["usage: glacier_deep_archive.monthly_tier_1_requests", 1000, "0.05", "1 x 0.05"],
    ["usage: glacier_deep_archive.monthly_tier_2_requests", 1000, "0.0004", "1 x 0.0004"],
    ["usage: glacier_deep_archive.monthly_lifecycle_transition_requests", 1000, "0.05", "1 x 0.05"],
    ["usage: glacier_deep_archive.monthly_standard_data_retrieval_gb", 100, "2", "100 GB x 0.02"],
    ["usage: intelligent_tiering.archive_access_storage_gb", 1000, "3.6", "1000 GB x 0.0036"],
    ["usage: intelligent_tiering.deep_archive_access_storage_gb", 1000, "0.99", "1000 GB x 0.00099"],
    ["usage: glacier_flexible_retrieval.monthly_expedited_data_retrieval_gb", 100, "3", "100 GB x 0.03"],
    ["usage: glacier_flexible_retrieval.monthly_expedited_data_retrieval_requests", 1000, "10", "1 x 10"],
    ["usage: glacier_deep_archive.monthly_standard_data_retrieval_requests", 1000, "0.1", "1 x 0.1"],
    ["usage: glacier_deep_archive.monthly_bulk_data_retrieval_gb", 100, "0.25", "100 GB x 0.0025"],
    ["usage: glacier_deep_archive.monthly_bulk_data_retrieval_requests", 1000, "0.025", "1 x 0.025"],
  ],
};

/** File systems and buckets. */
export const AWS_FILE_DELTAS: readonly DeltaTable[] = [...EFS, ...FSX, S3];
