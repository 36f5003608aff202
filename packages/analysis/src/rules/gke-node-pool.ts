import { decimal, type IntendedChange } from "@apex/core";
import { type GkeNodePool, clusterAround, gkeNodePool } from "../fleet/gke-node-pool.ts";
import { monthlyDifference, savingsOf } from "./draft.ts";
import { afterSustainedUse, withSustainedUse } from "./gce-sustained-use.ts";
import { type GroupNeed, groupNeed, whyPartlySeen } from "./group-capacity.ts";
import { noEdit } from "./no-edit.ts";
import { judgeNodeFloor } from "./node-floor.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Node pools of GKE that never left their floor: a lower one, from which the cluster autoscaler removes the nodes that it can
 * empty; and pools of a fixed size that autoscaling would make smaller. Pods are placed by what they request, which no node's
 * metrics show: so no more than half of the nodes go, and memory must be measured.
 */
export const gkeNodePoolFloor: Rule = {
  name: "gke-node-pool",
  resourceTypes: ["google_container_node_pool"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const found = gkeNodePool(context.fleet, context.resource, context.prices);
  if (found.kind === "unknown") return abstain(found.reason);
  const pool = found.value;
  const isFixed = pool.floor.kind === "fixed";
  const floorText = (floor: number): string => `its floor is ${floor}, so no saving is certain`;
  if (!isFixed && pool.group.minimum <= pool.zones) return abstain(floorText(pool.group.minimum), true);
  const need = groupNeed(context, pool.group);
  if (need.kind === "unknown") return abstain(need.reason);
  if (need.memory === undefined)
    return abstain("memory of its nodes is not measured, and what pods request of it is not known either");
  const minimum = pool.floor.count === undefined ? need.inService.fewest : pool.group.minimum;
  if (minimum <= pool.zones) return abstain(floorText(minimum), true);
  const partly = whyPartlySeen(need, minimum, "nodes");
  if (partly !== undefined) return abstain(partly);
  if (need.inService.most > minimum + pool.surge) {
    const found = `up to ${need.inService.most} nodes were in service`;
    return abstain(
      isFixed
        ? `its size is changed by hand: ${found} above its ${minimum}`
        : `it scales: ${found} above its floor of ${minimum}`,
      true,
    );
  }
  const nodes = wholeZones(Math.max(need.instances, Math.ceil(minimum / 2)), pool);
  if (nodes >= minimum)
    return abstain(`its demand with headroom takes ${need.instances} nodes${inZones(pool)}`);
  return proposeFloor(context, { pool, need, minimum, nodes });
}

/** A floor that is written for each zone is a multiple of their number, and so is a fixed size. */
function wholeZones(nodes: number, { floor, zones }: GkeNodePool): number {
  return floor.kind === "all-zones" ? nodes : Math.ceil(nodes / zones) * zones;
}

function inZones({ floor, zones }: GkeNodePool): string {
  return floor.kind === "all-zones" || zones === 1 ? "" : ` in ${zones} zones`;
}

interface LowerFloor {
  readonly pool: GkeNodePool;
  readonly need: GroupNeed & { readonly kind: "needed" };
  /** Nodes of all zones together, now and after. */
  readonly minimum: number;
  readonly nodes: number;
}

function proposeFloor(context: RuleContext, change: LowerFloor): readonly Judgement[] {
  const { pool, need, minimum, nodes } = change;
  const { machine, hourly } = pool.group;
  const floor = judgeNodeFloor(context, {
    need,
    machine,
    nodes,
    notes: notesOf(context, change),
    unknowns: [
      "placement: anti-affinity, daemon sets, disruption budgets and pods that their disks bind to a zone were not looked at",
      "boot disks of the nodes: not in the saving",
      "sustained-use discounts: the saving is what is left after those of a full month",
      ...need.unknowns,
    ],
  });
  if (floor.kind === "risky") return abstain(floor.reason);
  const fewer = minimum - nodes;
  const none = decimal(0);
  const coverage = context.cost?.commitmentCoverage;
  const list = savingsOf(monthlyDifference(hourly, none, fewer), coverage, "as-it-scales");
  const discounted = monthlyDifference(afterSustainedUse(hourly, machine.family), none, fewer);
  const isFixed = pool.floor.kind === "fixed";
  return proposeIfWorthwhile(context, {
    part: "group",
    action: "set-capacity",
    from: isFixed ? `${minimum} nodes${inZones(pool)}` : `${minimum} nodes at least${inZones(pool)}`,
    to: `${nodes} nodes at least${inZones(pool)}`,
    summary: isFixed
      ? `This node pool is fixed at ${minimum} nodes; with autoscaling ${nodes} hold what its pods use`
      : `This node pool never left its floor of ${minimum}; ${nodes} nodes hold what its pods use`,
    changes: changesFor(context, change),
    monthlySavings: withSustainedUse(list, discounted, coverage),
    effort: isFixed ? "medium" : "low",
    restartRequired: false,
    rollback: `set the fewest nodes back to ${minimum}; new nodes start within minutes`,
    ...floor.draft,
    instancesAfter: nodes,
  });
}

/** A floor is one number in the block. Source: hashicorp/google, google_container_node_pool: `autoscaling` changes in place. */
function changesFor({ resource }: RuleContext, { pool, nodes }: LowerFloor): readonly IntendedChange[] {
  const { floor, zones } = pool;
  if (floor.kind === "fixed") return [];
  return floor.kind === "all-zones"
    ? setAttribute(resource, ["autoscaling", 0, "total_min_node_count"], { from: floor.count, to: nodes })
    : setAttribute(resource, ["autoscaling", 0, "min_node_count"], {
        from: floor.count,
        to: nodes / zones,
      });
}

function notesOf({ fleet, resource }: RuleContext, { pool, need }: LowerFloor): readonly string[] {
  const cluster = clusterAround(fleet, resource);
  const isFixed = pool.floor.kind === "fixed";
  return [
    "Only the floor is lowered: the cluster autoscaler removes nodes whose pods fit elsewhere, and no others",
    "CPU and memory are in percent of what pods can have of a node; what GKE keeps for itself is not in it",
    ...need.notes,
    ...(isFixed
      ? [
          noEdit(
            "a smaller fixed size would leave pods pending whose requests do not fit, and nobody would add a node; give it an autoscaling block in place of node_count",
          ),
        ]
      : cluster === undefined
        ? []
        : [
            noEdit(
              `it is written inside ${cluster.address}, and what pools in that block can change without making the cluster anew is not certain; a google_container_node_pool of its own can be changed`,
            ),
          ]),
  ];
}
