import type { ScalingGroup } from "../fleet/group.ts";
import { machineRequirements } from "../rightsizing/machine-requirements.ts";
import { templateVolumes } from "./group-volumes.ts";
import type { RuleContext } from "./rule.ts";

/** What network and disks ask of the number of instances. */
export interface GroupIo {
  /** Instances that carry what was measured, with headroom; 0 where nothing was. */
  readonly instances: number;
  /** Dimensions that were measured, and that fewer instances take more of each without anyone knowing how much. */
  readonly known: readonly string[];
  readonly unchecked: readonly string[];
}

/**
 * Network and disks of a group, whose metrics are means over its members: the work of all members, each of which can do
 * what its machine and its volumes can. `members` is how many were in service at most.
 */
export function groupIo(
  { profile, window, policy }: RuleContext,
  group: ScalingGroup & { readonly kind: "group" },
  members: number,
): GroupIo {
  const volumes = templateVolumes(group.template);
  const means = { ...profile, series: profile.series.filter((series) => series.statistic === "average") };
  const requirements = machineRequirements({
    machine: group.machine,
    profile: means,
    window,
    policy,
    volumes,
  });
  const known = new Set<string>();
  const unchecked = new Set<string>();
  let instances = 0;
  for (const { dimension, demand, capacityOf } of requirements) {
    if (dimension === "cpu" || dimension === "memory") continue;
    const ofMachine = capacityOf(group.machine);
    const ofVolumes = volumeLimit(dimension, volumes);
    if (demand.kind !== "measured" || ofMachine === null || ofMachine <= 0) unchecked.add(dimension);
    else {
      known.add(dimension);
      instances = Math.max(
        instances,
        Math.ceil((demand.demand.need * members) / Math.min(ofMachine, ofVolumes)),
      );
    }
  }
  // In and out are one dimension, known when both are.
  return { instances, known: [...known].filter((one) => !unchecked.has(one)), unchecked: [...unchecked] };
}

function volumeLimit(dimension: string, volumes: ReturnType<typeof templateVolumes>): number {
  if (dimension === "ebs-iops") return volumes?.iops ?? Number.POSITIVE_INFINITY;
  return dimension === "ebs-throughput"
    ? (volumes?.throughputMbps ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}
