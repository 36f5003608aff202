import type { DeltaTable } from "../delta-cases.ts";
import { AWS_CLOUDFRONT_DELTAS } from "./aws-cloudfront.ts";
import { AWS_CLUSTER_DELTAS } from "./aws-clusters.ts";
import { AWS_GROUP_DELTAS } from "./aws-groups.ts";
import { AWS_MACHINE_HOURS_DELTAS } from "./aws-machine-hours.ts";
import { AWS_MACHINE_DELTAS } from "./aws-machines.ts";
import { AWS_CONNECTION_DELTAS, AWS_NETWORK_DELTAS } from "./aws-network.ts";
import { AWS_SERVICE_DELTAS } from "./aws-services.ts";
import { AWS_WORKFLOW_DELTAS } from "./aws-workflows.ts";

/** Every type of AWS_COMPUTE_PRICERS. */
export const AWS_COMPUTE_DELTAS: readonly DeltaTable[] = [
  ...AWS_MACHINE_DELTAS,
  ...AWS_MACHINE_HOURS_DELTAS,
  ...AWS_GROUP_DELTAS,
  ...AWS_CLUSTER_DELTAS,
  ...AWS_NETWORK_DELTAS,
  ...AWS_CLOUDFRONT_DELTAS,
  ...AWS_CONNECTION_DELTAS,
  ...AWS_SERVICE_DELTAS,
  ...AWS_WORKFLOW_DELTAS,
];
