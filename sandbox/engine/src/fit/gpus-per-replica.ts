import type { FittedService, HostFacts } from "@apex/core";

/** The GPUs of a machine, where this host has enough for all replicas; else none, which the limits of the report say. */
export function gpusPerReplica(side: FittedService, host: HostFacts, kind: "twin" | "image"): number {
  const wanted = side.service.gpus;
  return kind === "image" && wanted > 0 && wanted * side.replicas <= host.gpus ? wanted : 0;
}
