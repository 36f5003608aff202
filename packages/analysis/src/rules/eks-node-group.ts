import { decimal, nameOfResource, type Resource } from "@apex/core";
import { type Fleet, isBeside } from "../fleet/fleet.ts";
import type { ScalingGroup } from "../fleet/group.ts";
import { nodeGroup } from "../fleet/node-group.ts";
import { scalingGroupNames } from "../fleet/scaling-group-names.ts";
import { ignoredBy, leftAlone } from "../policy/ignore.ts";
import { monthlyDifference, savingsOf } from "./draft.ts";
import { type GroupNeed, groupNeed, whyPartlySeen } from "./group-capacity.ts";
import { judgeNodeFloor } from "./node-floor.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Managed node groups of EKS that never left their floor: a lower one, from which the Cluster Autoscaler removes the nodes
 * that it can empty. Pods are placed by what they request, which no node's metrics show: so no more than half of the nodes
 * go, memory must be measured, and other types, which replace the group, are not proposed.
 */
export const eksNodeGroup: Rule = {
  name: "eks-node-group",
  resourceTypes: ["aws_eks_node_group", "aws_autoscaling_group"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const nodes = nodesOf(context);
  if (nodes === undefined) return [];
  // Its tags are not those of the Auto Scaling group that EKS makes for it.
  const exception = ignoredBy(context.policy, "eks-node-group", nodes);
  if (exception !== undefined) return abstain(leftAlone(exception));
  const found = nodeGroup(context.fleet, nodes, context.prices);
  if (found.kind === "unknown") return abstain(found.reason);
  const group = found.value;
  if (group.machine.gpu !== undefined) return abstain("its nodes have GPUs, which pods take whole");
  if (group.minimum <= 1) return abstain(`its floor is ${group.minimum}, so no saving is certain`, true);
  const need = groupNeed(context, group);
  if (need.kind === "unknown") return abstain(need.reason);
  if (need.memory === undefined) {
    return abstain("memory of its nodes is not measured, and what pods request of it is not known either");
  }
  const partly = whyPartlySeen(need, group.minimum, "nodes");
  if (partly !== undefined) return abstain(partly);
  if (need.inService.most > group.minimum) {
    return abstain(
      `it scales: up to ${need.inService.most} nodes were in service above its floor of ${group.minimum}`,
      true,
    );
  }
  const instances = Math.max(need.instances, Math.ceil(group.minimum / 2));
  if (instances >= group.minimum) return abstain(`its demand with headroom takes ${need.instances} nodes`);
  return proposeFloor(context, { nodes, group, need, instances });
}

/** The node group that a context is about: by itself, or by the Auto Scaling group that it keeps its nodes in. */
function nodesOf({ resource, fleet }: RuleContext): Resource | undefined {
  if (resource.type === "aws_autoscaling_group") {
    return fleet
      .ofType("aws_eks_node_group")
      .find(
        (nodes) => isBeside(nodes, resource) && scalingGroupNames(nodes).includes(nameOfResource(resource)),
      );
  }
  return hasScalingGroup(fleet, resource) ? undefined : resource;
}

/** Whether the group that the metrics belong to is in the fleet, where the word is said. */
function hasScalingGroup(fleet: Fleet, nodes: Resource): boolean {
  const names = new Set(scalingGroupNames(nodes));
  return fleet
    .ofType("aws_autoscaling_group")
    .some((group) => names.has(nameOfResource(group)) && isBeside(group, nodes));
}

interface LowerFloor {
  readonly nodes: Resource;
  readonly group: ScalingGroup & { readonly kind: "group" };
  readonly need: GroupNeed & { readonly kind: "needed" };
  readonly instances: number;
}

function proposeFloor(context: RuleContext, change: LowerFloor): readonly Judgement[] {
  const { nodes, group, need, instances } = change;
  const floor = judgeNodeFloor(context, {
    need,
    machine: group.machine,
    nodes: instances,
    notes: [
      "Only the floor is lowered: the Cluster Autoscaler removes nodes whose pods fit elsewhere, and no others",
      "Another instance type would replace the node group, so none is proposed",
      ...need.notes,
    ],
    unknowns: [
      "autoscaler: whether a Cluster Autoscaler or Karpenter runs in the cluster is not known; without one nothing is saved",
      "placement: anti-affinity, daemon sets and disruption budgets were not looked at",
      "volumes of the nodes: not in the saving",
      ...need.unknowns,
      ...group.unknowns,
    ],
  });
  if (floor.kind === "risky") return abstain(floor.reason);
  const list = monthlyDifference(group.hourly, decimal(0), group.minimum - instances);
  return proposeIfWorthwhile(context, {
    part: "group",
    action: "set-capacity",
    from: `${group.minimum} nodes at least`,
    to: `${instances} nodes at least`,
    summary: `This node group never left its floor of ${group.minimum}; ${instances} nodes hold what its pods use`,
    changes: setAttribute(nodes, ["scaling_config", 0, "min_size"], { from: group.minimum, to: instances }),
    monthlySavings: savingsOf(list, context.cost?.commitmentCoverage, "as-it-scales"),
    effort: "low",
    restartRequired: false,
    rollback: `set min_size back to ${group.minimum}; new nodes start within minutes`,
    ...floor.draft,
    instancesAfter: instances,
  });
}
