import { scalingGroup } from "../fleet/group.ts";
import { proposeCapacity } from "./asg-capacity-draft.ts";
import { whySizeStays } from "./group-actions.ts";
import { groupNeed, whyPartlySeen } from "./group-capacity.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";

/**
 * Auto Scaling groups whose minimum is their maximum: with a scaling policy a range down to what the demand takes,
 * without one a smaller fixed size.
 */
export const asgFixedSize: Rule = { name: "asg-fixed-size", resourceTypes: ["aws_autoscaling_group"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const group = scalingGroup(context.fleet, context.resource, context.prices);
  // What cannot be read at all is asg-floor's to say, once.
  if (group.kind === "refused" || group.minimum !== group.maximum || group.minimum === 0) return [];
  const stays = whySizeStays(context);
  if (stays !== undefined) return abstain(stays);
  const need = groupNeed(context, group);
  if (need.kind === "unknown") return abstain(need.reason);
  const partly = whyPartlySeen(need, group.minimum, "instances");
  if (partly !== undefined) return abstain(partly);
  if (need.instances >= group.minimum)
    return abstain(`its demand with headroom takes ${need.instances} instances`);
  const to = group.hasScalingPolicy
    ? `a range from ${need.instances} lets its scaling policy work`
    : `${need.instances} hold its demand`;
  return proposeCapacity(context, {
    group,
    need,
    instances: need.instances,
    keepsFixed: !group.hasScalingPolicy,
    summary: `This group is fixed at ${group.minimum} instances; ${to}`,
  });
}
