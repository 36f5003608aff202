import type { PricedParts } from "../pricing/priced-parts.ts";
import {
  combineParts,
  essentialPartMissing,
  partMissing,
  partsOfUnknownCount,
} from "../pricing/priced-parts.ts";
import { tieredUsage, unitLine, usageLine, type UsageTier } from "../pricing/unit-lines.ts";
import { decimal, divide, type Decimal, multiply } from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { type GoogleUsage, locationOf, paidByUse, usageLines } from "./google-usage.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import type { ResourcePricer } from "./resource-pricer.ts";
import { pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** A line of the quantity of a key of the usage file; of so many `per` unit, where the price is not for one. */
function line(
  name: string,
  unit: string,
  price: GoogleUsage["price"],
  use: string | readonly [key: string, per: number],
): GoogleUsage {
  const [key, per] = typeof use === "string" ? [use, 1] : use;
  return { name, unit, price, keys: [key], per };
}

const LOGGING = paidByUse([line("Logs ingested", "GB", "logging-gb", "monthly_logging_data_gb")], "global");

/** What is paid by use alone. */
export const GOOGLE_PAID_BY_USE: Readonly<Record<string, ResourcePricer>> = {
  google_artifact_registry_repository: paidByUse(
    [line("Storage", "GB-months", "artifact-registry-gb-month", "storage_gb")],
    "global",
  ),
  google_bigquery_dataset: paidByUse(
    [line("Queries (on demand)", "TB", "bigquery-query-tb", "monthly_queries_tb")],
    "location",
  ),
  google_compute_image: paidByUse([line("Storage", "GB-months", "image-gb-month", "storage_gb")], "region"),
  google_compute_machine_image: paidByUse(
    [line("Storage", "GB-months", "machine-image-gb-month", "storage_gb")],
    "region",
  ),
  google_dns_record_set: paidByUse(
    [line("Queries", "million queries", "dns-million-queries", ["monthly_queries", 1_000_000])],
    "global",
  ),
  google_logging_billing_account_bucket_config: LOGGING,
  google_logging_billing_account_sink: LOGGING,
  google_logging_folder_bucket_config: LOGGING,
  google_logging_folder_sink: LOGGING,
  google_logging_organization_bucket_config: LOGGING,
  google_logging_organization_sink: LOGGING,
  google_logging_project_bucket_config: LOGGING,
  google_logging_project_sink: LOGGING,
  google_pubsub_subscription: paidByUse(
    [
      line("Messages delivered", "TiB", "pubsub-message-tib", "monthly_message_data_tb"),
      line("Acknowledged messages kept", "GiB-months", "pubsub-retained-gib-month", "storage_gb"),
      line("Snapshots of the backlog", "GiB-months", "pubsub-snapshot-gib-month", "snapshot_storage_gb"),
    ],
    "global",
  ),
  google_pubsub_topic: paidByUse(
    [line("Messages published", "TiB", "pubsub-message-tib", "monthly_message_data_tb")],
    "global",
  ),
};

const METRIC_TIERS: readonly UsageTier[] = [
  { name: "Metrics (first 100,000 MiB)", price: "monitoring-first-100000-mib", holds: decimal(100_000) },
  { name: "Metrics (next 150,000 MiB)", price: "monitoring-next-150000-mib", holds: decimal(150_000) },
  { name: "Metrics (over 250,000 MiB)", price: "monitoring-further-mib" },
];

/** `google_monitoring_metric_descriptor`: what is written of the metric, in tiers, and read calls. */
export function priceGoogleMetricDescriptor(resource: ResourceView, view: PlanView): PricedParts {
  const at = { region: "global", prices: view.prices };
  const written = usageAt(resource, ["monthly_monitoring_data_mb"]);
  return combineParts(
    tieredUsage(METRIC_TIERS, { unit: "MiB", quantity: written }, at),
    usageLines(
      [line("Read calls", "1k calls", "monitoring-1k-calls", ["monthly_api_calls", 1000])],
      resource,
      at,
    ),
  );
}

const TABLE_LINES: readonly GoogleUsage[] = [
  line("Active storage", "GB-months", "bigquery-active-gb-month", "monthly_active_storage_gb"),
  line("Long-term storage", "GB-months", "bigquery-long-term-gb-month", "monthly_long_term_storage_gb"),
  line("Streaming inserts", "MB", "bigquery-streaming-mb", "monthly_streaming_inserts_mb"),
  line("Storage write API", "GB", "bigquery-write-api-gb", "monthly_storage_write_api_gb"),
  line("Storage read API", "TB", "bigquery-read-api-tb", "monthly_storage_read_api_tb"),
];

/** `google_bigquery_table`, which lies where its dataset does. */
export function priceGoogleBigqueryTable(resource: ResourceView, view: PlanView): PricedParts {
  const dataset = follow(view, resource, {
    types: ["google_bigquery_dataset"],
    references: [{ path: ["dataset_id"], targetAttribute: "dataset_id" }],
  });
  const at = dataset.kind === "found" ? dataset.resource : resource;
  return usageLines(TABLE_LINES, resource, { region: locationOf(at, view), prices: view.prices });
}

/** `google_kms_crypto_key`: its versions, of the software kind, and operations. */
export function priceGoogleKmsKey(resource: ResourceView, view: PlanView): PricedParts {
  const level = textAt(resource.values, ["version_template", 0, "protection_level"]) ?? "SOFTWARE";
  if (level !== "SOFTWARE") return partMissing(`no price of key versions of the protection level ${level}`);
  return usageLines(
    [
      line("Key versions", "version-months", "kms-software-key-version-month", "key_versions"),
      line("Operations", "10k operations", "kms-10k-operations", ["monthly_key_operations", 10_000]),
    ],
    resource,
    { region: "global", prices: view.prices },
  );
}

/** The GHz of the memory sizes that first-generation functions have. Source: Cloud Run functions pricing, compute time. */
const FUNCTION_GHZ: Readonly<Record<number, string>> = {
  128: "0.2",
  256: "0.4",
  512: "0.8",
  1024: "1.4",
  2048: "2.4",
  4096: "4.8",
  8192: "4.8",
};

/** What a function gets when no memory is given. Source: documentation of google_cloudfunctions_function. */
const FUNCTION_MEMORY_MB = 256;

/** Functions pay in steps of so many milliseconds. */
const FUNCTION_STEP_MS = 100;

/** The seconds that a function runs in a month, each call rounded up to the step. */
function functionSeconds(resource: ResourceView): Decimal | undefined {
  const calls = usageAt(resource, ["monthly_function_invocations"]);
  const duration = numberAt(resource.usage, ["request_duration_ms"]);
  if (calls === undefined || duration === undefined) return undefined;
  const billed = Math.ceil(duration / FUNCTION_STEP_MS) * FUNCTION_STEP_MS;
  return divide(multiply(calls, decimal(billed)), decimal(1000));
}

/** `google_cloudfunctions_function`, of the first generation: what its calls take, by the memory that it has. */
export function priceGoogleCloudFunction(resource: ResourceView, view: PlanView): PricedParts {
  const at = pricePlace(view, resource);
  const memoryMb = numberAt(resource.values, ["available_memory_mb"]) ?? FUNCTION_MEMORY_MB;
  const ghz = FUNCTION_GHZ[memoryMb];
  if (ghz === undefined) return essentialPartMissing(`no price of functions with ${memoryMb} MB`);
  const seconds = functionSeconds(resource);
  const memory = divide(decimal(memoryMb), decimal(1024));
  return combineParts(
    usageLine(
      {
        name: "CPU",
        unit: "GHz-seconds",
        price: "cloud-function-ghz-second",
        quantity: seconds && multiply(seconds, decimal(ghz)),
      },
      at,
    ),
    usageLine(
      {
        name: "Memory",
        unit: "GB-seconds",
        price: "cloud-function-gb-second",
        quantity: seconds && multiply(seconds, memory),
      },
      at,
    ),
    usageLines(
      [
        line("Invocations", "invocations", "cloud-function-invocation", "monthly_function_invocations"),
        line("Data sent out", "GB", "cloud-function-egress-gb", "monthly_outbound_data_gb"),
      ],
      resource,
      at,
    ),
  );
}

const SECRET_ACCESSES = line("Accesses", "10k requests", "secret-10k-accesses", [
  "monthly_access_operations",
  10_000,
]);

/** In how many places a secret is kept: those that it names, else one that Google chooses. */
function placesOfSecret({ values }: ResourceView): number {
  return Math.max(1, blocksAt(values, ["replication", 0, "user_managed", 0, "replicas"]).length);
}

/** `google_secret_manager_secret`: its versions in each place that they are kept in, accesses and rotations. */
export function priceGoogleSecret(resource: ResourceView, view: PlanView): PricedParts {
  const at = { region: "global", prices: view.prices };
  const versions = usageAt(resource, ["active_secret_versions"]);
  return combineParts(
    usageLine(
      {
        name: "Active versions",
        unit: "version-months",
        price: "secret-version-month",
        quantity: versions && multiply(versions, decimal(placesOfSecret(resource))),
      },
      at,
    ),
    usageLines(
      [
        SECRET_ACCESSES,
        line("Rotations told", "rotations", "secret-rotation", "monthly_rotation_notifications"),
      ],
      resource,
      at,
    ),
  );
}

/** The same of a version's secret; `undefined` where it is not in the plan. */
function secretPlaces(version: ResourceView, view: PlanView): number | undefined {
  const secret = follow(view, version, {
    types: ["google_secret_manager_secret"],
    references: ["id", "name", "secret_id"].map((targetAttribute) => ({ path: ["secret"], targetAttribute })),
  });
  return secret.kind === "found" ? placesOfSecret(secret.resource) : undefined;
}

/** `google_secret_manager_secret_version`: itself, in each place that its secret is kept in, and accesses. */
export function priceGoogleSecretVersion(resource: ResourceView, view: PlanView): PricedParts {
  const at = { region: "global", prices: view.prices };
  const places = secretPlaces(resource, view);
  const version = { name: "Active version", unit: "version-months", price: "secret-version-month" } as const;
  const isKept = places !== undefined;
  return combineParts(
    isKept
      ? unitLine({ ...version, quantity: decimal(places) }, at)
      : partsOfUnknownCount(
          unitLine({ ...version, quantity: decimal(1) }, at),
          "in how many places its secret is kept is not known; prices are per place",
        ),
    usageLines([SECRET_ACCESSES], resource, at),
  );
}
