import { COMPUTE_OPTIMIZER } from "./peers/compute-optimizer.ts";
import { FLEXERA_CROSS_FAMILY } from "./peers/flexera-cross-family.ts";
import { KRR } from "./peers/krr.ts";
import { ONE_SIZE_DOWN } from "./peers/one-size-down.ts";
import { OPTSCALE } from "./peers/optscale.ts";
import { VPA } from "./peers/vpa.ts";
import type { SizingRule } from "./sizing-rule.ts";

/** The published rules of other tools. Google's machine type recommender is not among them: its rule is not published. */
export const PEER_RULES: readonly SizingRule[] = [
  ...COMPUTE_OPTIMIZER,
  OPTSCALE,
  ...ONE_SIZE_DOWN,
  FLEXERA_CROSS_FAMILY,
  KRR,
  VPA,
];
