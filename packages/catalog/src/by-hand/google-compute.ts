import { catalogued, gcp } from "./google-sources.ts";
import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

/** Disks and addresses that cost the same in the three regions. Regional disks are kept in two zones. */
const SAME_IN_ALL = {
  "regional-pd-standard-gb-month": catalogued("0.08"),
  "regional-pd-balanced-gb-month": catalogued("0.20"),
  "regional-pd-ssd-gb-month": catalogued("0.34"),
  // Of a snapshot that is stored in the region itself. It was 0.026 before 2023.
  "pd-snapshot-gb-month": catalogued("0.05"),
} as const satisfies Readonly<Record<string, UnitPrice>>;

const DISKS = {
  "pd-standard-gb-month": catalogued("0.04"),
  "pd-balanced-gb-month": catalogued("0.10"),
  "pd-ssd-gb-month": catalogued("0.17"),
  "pd-extreme-gb-month": catalogued("0.125"),
  "local-ssd-gb-month": catalogued("0.08"),
  "external-ipv4-in-use-hour": catalogued("0.005"),
  "external-ipv4-unused-hour": catalogued("0.01"),
} as const satisfies Readonly<Record<string, UnitPrice>>;

/** What Compute Engine sells that is no machine. */
export const GOOGLE_COMPUTE_UNITS = {
  "us-central1": {
    ...SAME_IN_ALL,
    "pd-standard-gb-month": gcp("0.04"),
    "pd-ssd-gb-month": gcp("0.17"),
    "pd-balanced-gb-month": gcp("0.10"),
    "pd-extreme-gb-month": gcp("0.125"),
    "pd-extreme-iops-month": gcp("0.065"),
    "hyperdisk-extreme-gb-month": gcp("0.125"),
    "hyperdisk-extreme-iops-month": gcp("0.032"),
    "local-ssd-gb-month": gcp("0.08"),
    "image-gb-month": gcp("0.05"),
    "machine-image-gb-month": gcp("0.05"),
    "external-ipv4-in-use-hour": gcp("0.005"),
    "external-ipv4-unused-hour": gcp("0.01"),
    "external-ipv4-spot-hour": gcp("0.0025"),
  },
  "us-east1": { ...SAME_IN_ALL, ...DISKS, "hyperdisk-extreme-gb-month": catalogued("0.141") },
  "europe-west1": { ...SAME_IN_ALL, ...DISKS, "hyperdisk-extreme-gb-month": catalogued("0.138") },
  // Addresses of the global load balancers, and those that machines have, which cost the same everywhere.
  global: {
    "external-ipv4-unused-hour": gcp("0.01"),
    "external-ipv4-in-use-hour": catalogued("0.005"),
    "external-ipv4-spot-hour": gcp("0.0025"),
  },
  // Where snapshots are kept unless something else is asked for: the multi-region nearest to the disk.
  us: { "pd-snapshot-gb-month": catalogued("0.065") },
  eu: { "pd-snapshot-gb-month": catalogued("0.075") },
  asia: { "pd-snapshot-gb-month": catalogued("0.083") },
} as const satisfies UnitPriceSheet;
