import { gcp, gcpGlobal } from "./google-sources.ts";
import type { UnitPriceSheet } from "./unit-price.ts";

/** Kubernetes, functions, keys, messages and what watches them. Where tiers follow, the price is the first one's. */
export const GOOGLE_SERVICE_UNITS = {
  "us-central1": {
    "gke-autopilot-vcpu-hour": gcp("0.0445"),
    "gke-autopilot-memory-gb-hour": gcp("0.0049225"),
    "gke-autopilot-ephemeral-gb-hour": gcp("0.0000548"),
    "cloud-function-ghz-second": gcp("0.00001"),
    "cloud-function-gb-second": gcp("0.0000025"),
    "cloud-function-invocation": gcp("0.0000004"),
    "cloud-function-egress-gb": gcp("0.12"),
  },
  global: {
    "gke-cluster-hour": gcpGlobal("0.10"),
    "kms-software-key-version-month": gcpGlobal("0.06"),
    "kms-10k-operations": gcpGlobal("0.03"),
    "pubsub-message-tib": gcpGlobal("40"),
    "pubsub-retained-gib-month": gcpGlobal("0.27"),
    "pubsub-snapshot-gib-month": gcpGlobal("0.27"),
    "logging-gb": gcpGlobal("0.5"),
    "monitoring-first-100000-mib": gcpGlobal("0.258"),
    "monitoring-next-150000-mib": gcpGlobal("0.151"),
    "monitoring-further-mib": gcpGlobal("0.061"),
    "monitoring-1k-calls": gcpGlobal("0.01"),
    "secret-version-month": gcpGlobal("0.06"),
    "secret-10k-accesses": gcpGlobal("0.03"),
    "secret-rotation": gcpGlobal("0.05"),
  },
} as const satisfies UnitPriceSheet;
