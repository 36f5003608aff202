import { catalogued, gcp, gcpGlobal } from "./google-sources.ts";
import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

/** Buckets of one of the three regions. */
const BUCKETS = {
  "gcs-standard-gb-month": catalogued("0.02"),
  "gcs-nearline-gb-month": catalogued("0.01"),
  "gcs-coldline-gb-month": catalogued("0.004"),
  "gcs-archive-gb-month": catalogued("0.0012"),
} as const satisfies Readonly<Record<string, UnitPrice>>;

/** Buckets of a multi-region. */
const MULTI_REGION_BUCKETS = {
  "gcs-standard-gb-month": gcp("0.026"),
  "gcs-nearline-gb-month": catalogued("0.015"),
  "gcs-coldline-gb-month": catalogued("0.007"),
  "gcs-archive-gb-month": catalogued("0.0024"),
  "gcs-standard-class-a-10k-requests": gcp("0.05"),
  "gcs-standard-class-b-10k-requests": gcp("0.004"),
} as const satisfies Readonly<Record<string, UnitPrice>>;

/** Databases, caches, warehouses and buckets. */
export const GOOGLE_DATA_UNITS = {
  "us-central1": {
    ...BUCKETS,
    "cloud-sql-vcpu-hour": gcp("0.0413"),
    "cloud-sql-memory-gb-hour": gcp("0.007"),
    "cloud-sql-f1-micro-hour": gcp("0.0105"),
    "cloud-sql-g1-small-hour": gcp("0.035"),
    // Regional instances of these tiers are not quite twice the price in the list.
    "cloud-sql-n1-standard-1-hour": gcp("0.0676"),
    "cloud-sql-n1-standard-2-hour": gcp("0.1351"),
    "cloud-sql-n1-standard-4-hour": gcp("0.2702"),
    "cloud-sql-n1-standard-8-hour": gcp("0.5404"),
    "cloud-sql-n1-standard-16-hour": gcp("1.0812"),
    "cloud-sql-n1-standard-32-hour": gcp("2.162"),
    "cloud-sql-n1-standard-64-hour": gcp("4.3239"),
    "cloud-sql-n1-standard-96-hour": gcp("6.4859"),
    "cloud-sql-n1-standard-1-regional-hour": gcp("0.1351"),
    "cloud-sql-n1-standard-2-regional-hour": gcp("0.2702"),
    "cloud-sql-n1-standard-4-regional-hour": gcp("0.5404"),
    "cloud-sql-n1-standard-8-regional-hour": gcp("1.0808"),
    "cloud-sql-n1-standard-16-regional-hour": gcp("2.1623"),
    "cloud-sql-n1-standard-32-regional-hour": gcp("4.3239"),
    "cloud-sql-n1-standard-64-regional-hour": gcp("8.6478"),
    "cloud-sql-n1-standard-96-regional-hour": gcp("12.9717"),
    "cloud-sql-ssd-gb-month": gcp("0.17"),
    "cloud-sql-backup-gb-month": gcp("0.08"),
    "cloud-sql-ipv4-idle-hour": gcp("0.01"),
    "redis-basic-m1-gb-hour": gcp("0.049"),
    "redis-basic-m2-gb-hour": gcp("0.027"),
    "redis-basic-m3-gb-hour": gcp("0.023"),
    "redis-basic-m4-gb-hour": gcp("0.019"),
    "redis-basic-m5-gb-hour": gcp("0.016"),
    "redis-standard-m1-gb-hour": gcp("0.064"),
    "redis-standard-m2-gb-hour": gcp("0.054"),
    "redis-standard-m3-gb-hour": gcp("0.046"),
    "redis-standard-m4-gb-hour": gcp("0.035"),
    "redis-standard-m5-gb-hour": gcp("0.03"),
    "redis-cluster-backup-gb-month": gcp("0.0811103"),
    "redis-cluster-shared-core-nano-hour": gcp("0.0318"),
    "redis-cluster-standard-small-hour": gcp("0.1425"),
    "redis-cluster-highmem-medium-hour": gcp("0.1923"),
    "redis-cluster-highmem-xlarge-hour": gcp("0.8581"),
    "bigquery-query-tb": gcp("6.25"),
    "bigquery-active-gb-month": gcp("0.023"),
    "bigquery-long-term-gb-month": gcp("0.016"),
    "bigquery-streaming-mb": gcp("0.00005"),
    "bigquery-write-api-gb": gcp("0.025"),
    "bigquery-read-api-tb": gcp("1.1"),
  },
  "us-east1": BUCKETS,
  "europe-west1": BUCKETS,
  us: MULTI_REGION_BUCKETS,
  eu: MULTI_REGION_BUCKETS,
  global: {
    "artifact-registry-gb-month": gcpGlobal("0.10"),
  },
} as const satisfies UnitPriceSheet;
