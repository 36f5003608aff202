import type { DeltaTable } from "../delta-cases.ts";

const region = "us-central1";

function logging(type: string): DeltaTable {
  return {
    type,
    region,
    base: { name: "logs" },
    cases: [["usage: monthly_logging_data_gb", 100, "50", "100 GB x 0.5"]],
  };
}

const WATCHING: readonly DeltaTable[] = [
  ...["billing_account", "folder", "organization", "project"].flatMap((level) => [
    logging(`google_logging_${level}_bucket_config`),
    logging(`google_logging_${level}_sink`),
  ]),
  {
    type: "google_monitoring_metric_descriptor",
    region,
    base: { type: "custom.googleapis.com/orders" },
    cases: [
      ["usage: monthly_monitoring_data_mb", 1000, "258", "1000 MiB x 0.258"],
      [
        "usage: monthly_monitoring_data_mb",
        500_000,
        "63700",
        "100000 MiB x 0.258 + 150000 MiB x 0.151 + 250000 MiB x 0.061",
      ],
      ["usage: monthly_api_calls", 1_000_000, "10", "1000 x 0.01"],
    ],
  },
];

const MESSAGES: readonly DeltaTable[] = [
  {
    type: "google_pubsub_topic",
    region,
    base: { name: "orders" },
    cases: [["usage: monthly_message_data_tb", 10, "400", "10 TiB x 40"]],
  },
  {
    type: "google_pubsub_subscription",
    region,
    base: { name: "orders" },
    cases: [
      ["usage: monthly_message_data_tb", 10, "400", "10 TiB x 40"],
      ["usage: storage_gb", 20, "5.4", "20 GiB x 0.27"],
      ["usage: snapshot_storage_gb", 30, "8.1", "30 GiB x 0.27"],
    ],
  },
];

const FUNCTION_USAGE = { request_duration_ms: 240, monthly_function_invocations: 10_000_000 };

const FUNCTIONS: readonly DeltaTable[] = [
  {
    // 10 million calls of 300 ms, billed in steps of 100: 3,000,000 s with 0.25 GB and 0.4 GHz.
    type: "google_cloudfunctions_function",
    region,
    base: { region, available_memory_mb: 256 },
    usage: FUNCTION_USAGE,
    cases: [
      ["available_memory_mb", 512, "13.875", "3,000,000 s x (0.4 GHz x 0.00001 + 0.25 GB x 0.0000025)"],
      ["usage: request_duration_ms", 300, "0", "0"],
      ["usage: request_duration_ms", 301, "4.625", "1,000,000 s x (0.4 GHz x 0.00001 + 0.25 GB x 0.0000025)"],
      [
        "usage: monthly_function_invocations",
        20_000_000,
        "17.875",
        "3,000,000 s x (0.4 GHz x 0.00001 + 0.25 GB x 0.0000025) + 10,000,000 x 0.0000004",
      ],
      ["usage: monthly_outbound_data_gb", 100, "12", "100 GB x 0.12"],
    ],
  },
];

const SECRET = "projects/p/secrets/key";

const KEYS: readonly DeltaTable[] = [
  {
    type: "google_kms_crypto_key",
    region,
    base: { name: "key", version_template: [{ protection_level: "SOFTWARE" }] },
    usage: { key_versions: 10 },
    cases: [
      ["usage: key_versions", 20, "0.6", "10 x 0.06"],
      ["usage: monthly_key_operations", 1_000_000, "3", "100 x 0.03"],
      // Keys of hardware have no price here: they are left out, and said to be.
      ["version_template.protection_level", "HSM", "-0.6", "-10 x 0.06"],
    ],
  },
  {
    type: "google_secret_manager_secret",
    region,
    base: { secret_id: "key" },
    cases: [
      ["usage: active_secret_versions", 10, "0.6", "10 x 0.06"],
      [
        "usage: active_secret_versions",
        10,
        "1.2",
        "2 x 10 x 0.06",
        {
          replication: [
            { user_managed: [{ replicas: [{ location: "us-east1" }, { location: "europe-west1" }] }] },
          ],
        },
      ],
      ["usage: monthly_access_operations", 20_000, "0.06", "2 x 0.03"],
      ["usage: monthly_rotation_notifications", 100, "5", "100 x 0.05"],
    ],
  },
  {
    type: "google_secret_manager_secret_version",
    region,
    base: { secret: SECRET },
    others: { "google_secret_manager_secret.key": { id: SECRET, secret_id: "key" } },
    cases: [
      ["(all)", undefined, "0.06", "1 x 0.06"],
      ["secret", "projects/p/secrets/other", "unknown", "in how many places its secret is kept is not known"],
      [
        "google_secret_manager_secret.key: replication",
        [{ user_managed: [{ replicas: [{ location: "us-central1" }, { location: "us-east1" }] }] }],
        "0.06",
        "1 x 0.06",
      ],
      ["usage: monthly_access_operations", 20_000, "0.06", "2 x 0.03"],
    ],
  },
  {
    type: "google_artifact_registry_repository",
    region,
    base: { location: region, format: "DOCKER" },
    cases: [["usage: storage_gb", 100, "10", "100 GB x 0.10"]],
  },
];

/** Functions, keys, messages and what watches them. */
export const GOOGLE_SERVICE_DELTAS: readonly DeltaTable[] = [...WATCHING, ...MESSAGES, ...FUNCTIONS, ...KEYS];
