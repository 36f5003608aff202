import type { DeltaTable } from "../delta-cases.ts";
import { GOOGLE_COMPUTE_DELTAS } from "./google-compute.ts";
import { GOOGLE_DATA_DELTAS } from "./google-data.ts";
import { GOOGLE_DISK_DELTAS } from "./google-disks.ts";
import { GOOGLE_KUBERNETES_DELTAS } from "./google-kubernetes.ts";
import { GOOGLE_NETWORK_DELTAS } from "./google-network.ts";
import { GOOGLE_SERVICE_DELTAS } from "./google-services.ts";

/** Every type of GOOGLE_PRICERS. */
export const GOOGLE_DELTAS: readonly DeltaTable[] = [
  ...GOOGLE_COMPUTE_DELTAS,
  ...GOOGLE_DISK_DELTAS,
  ...GOOGLE_KUBERNETES_DELTAS,
  ...GOOGLE_DATA_DELTAS,
  ...GOOGLE_NETWORK_DELTAS,
  ...GOOGLE_SERVICE_DELTAS,
];
