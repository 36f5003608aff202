import { scalingGroup } from "../fleet/group.ts";
import { proposeCapacity } from "./asg-capacity-draft.ts";
import { whySizeStays } from "./group-actions.ts";
import { groupNeed, whyPartlySeen } from "./group-capacity.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";

/** Auto Scaling groups with a range that never left their floor: a lower floor. */
export const asgFloor: Rule = { name: "asg-floor", resourceTypes: ["aws_autoscaling_group"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const group = scalingGroup(context.fleet, context.resource, context.prices);
  if (group.kind === "refused") return abstain(group.reason);
  if (group.minimum >= group.maximum) return [];
  const stays = whySizeStays(context);
  if (stays !== undefined) return abstain(stays);
  const need = groupNeed(context, group);
  if (need.kind === "unknown") return abstain(need.reason);
  const partly = whyPartlySeen(need, group.minimum, "instances");
  if (partly !== undefined) return abstain(partly);
  if (need.inService.most > group.minimum) {
    return abstain(
      `it scales: up to ${need.inService.most} instances were in service above its floor of ${group.minimum}`,
    );
  }
  const busiest = (need.cpu.demand / need.inService.most) * 100;
  const limit = context.policy.autoscaling.floorCpuMaximumPercent;
  if (busiest > limit) {
    return abstain(
      `its floor is used: ${need.cpu.label} of CPU is ${busiest.toFixed(1)} %, above ${limit} %`,
    );
  }
  if (need.instances >= group.minimum)
    return abstain(`its demand with headroom takes ${need.instances} instances`);
  return proposeCapacity(context, {
    group,
    need,
    instances: need.instances,
    keepsFixed: false,
    summary: `This group never left its floor of ${group.minimum} at ${busiest.toFixed(1)} % CPU; ${need.instances} instances hold its demand`,
  });
}
