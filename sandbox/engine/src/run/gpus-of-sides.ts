import type { Fit, HostFacts, Side } from "@apex/core";
import { gpusPerReplica } from "../fit/gpus-per-replica.ts";

/**
 * GPUs of each container: the machines' own where this host has enough for either side, else none for both, so that no side
 * has what the other lacks for this host's sake alone.
 */
export function gpusOfSides(
  fit: Pick<Fit, Side>,
  host: HostFacts,
  kind: "twin" | "image",
): Readonly<Record<Side, number>> {
  const own = {
    baseline: gpusPerReplica(fit.baseline, host, kind),
    candidate: gpusPerReplica(fit.candidate, host, kind),
  };
  const isWhole = own.baseline === fit.baseline.service.gpus && own.candidate === fit.candidate.service.gpus;
  return isWhole ? own : { baseline: 0, candidate: 0 };
}
