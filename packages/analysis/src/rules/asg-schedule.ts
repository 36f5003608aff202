import {
  addDecimals,
  decimal,
  divide,
  HOURS_PER_MONTH,
  type IntendedChange,
  multiply,
  type Resource,
  roundDecimal,
} from "@apex/core";
import { scalingGroup, type ScalingGroup } from "../fleet/group.ts";
import { cronOf, type OffBlock, switchTimesOf } from "../schedule/off-blocks.ts";
import { scheduleGates } from "../schedule/schedule-gates.ts";
import { weeklySchedule } from "../schedule/weekly-schedule.ts";
import { actionName, AS_IT_IS, scheduledActions, whyNotScaledIn } from "./group-actions.ts";
import { knowsOnlyMeans } from "./group-capacity.ts";
import { templateVolumesMonthly } from "./group-volumes.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { scheduleDraft, whyScheduled } from "./schedule-draft.ts";
import { blockNameFor } from "./stop-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Auto Scaling groups whose members all do nothing in the same hours of every week: no instances in those. */
export const asgSchedule: Rule = { name: "asg-schedule", resourceTypes: ["aws_autoscaling_group"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window, fleet } = context;
  const group = scalingGroup(fleet, resource, context.prices);
  // What cannot be read at all is asg-floor's to say, once.
  if (group.kind === "refused" || group.minimum === 0) return [];
  const scheduled = whyScheduled(resource) ?? whyActing(context) ?? whyFixed(resource);
  if (scheduled !== undefined) return abstain(scheduled);
  const source = { profile, window, lookBack: policy.lookBack };
  const schedule = weeklySchedule(scheduleGates(policy), source, policy);
  if (schedule.kind === "none") return abstain(schedule.reason, schedule.isRoutine);
  const volumes = templateVolumesMonthly(group.template, group.region, context.prices);
  const isMeanOfMembers = knowsOnlyMeans(profile);
  // Instances that are not started have no disk either.
  const disksHourly =
    volumes.kind === "known"
      ? roundDecimal(divide(volumes.value, decimal(HOURS_PER_MONTH)), PRICE_DIGITS)
      : decimal(0);
  const draft = scheduleDraft(context, {
    part: "group",
    noun: "group",
    from: `${group.minimum} instances at least`,
    hourly: multiply(addDecimals(group.hourly, disksHourly), decimal(group.minimum)),
    found: schedule,
    changes: changesFor(context, group, schedule.blocks),
    effort: "low",
    rollback: `remove the aws_autoscaling_schedule blocks and set desired_capacity to ${group.desired}`,
    notes: [
      `Counted for the ${group.minimum} instances of its floor`,
      "In the hours off the group has no instances: what sends it requests gets none answered, and what its instances hold is gone",
      "terraform apply in the hours off sets min_size and desired_capacity back until the next stop, unless they are under ignore_changes",
    ],
    unknowns: [
      ...(isMeanOfMembers
        ? ["differences between members: what is measured is the mean over the group"]
        : []),
      ...group.unknowns,
      ...(volumes.kind === "known" ? [] : [`volumes: ${volumes.reason}; they are not in the saving`]),
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

/** Processes without which no scheduled action has an effect. Source: Auto Scaling user guide, "Suspend and resume processes". */
const NEEDED_PROCESSES: ReadonlySet<string> = new Set(["ScheduledActions", "Terminate", "Launch"]);

/** Why a group would not follow a schedule: what it takes is switched off. */
function whyFixed(group: Resource): string | undefined {
  const fixed = whyNotScaledIn(group, NEEDED_PROCESSES);
  if (fixed === undefined) return undefined;
  return "suspended" in fixed
    ? `its process ${fixed.suspended} is suspended, which a schedule needs`
    : "its instances are protected from scaling in, so a schedule would stop none";
}

/** Scheduled actions that the group has already: ours would fight with them. */
function whyActing(context: RuleContext): string | undefined {
  const [action] = scheduledActions(context);
  return action === undefined ? undefined : `it has scheduled actions already (${actionName(action)})`;
}

/** Digits of an hourly price: a month divided by its hours has no end of them. */
const PRICE_DIGITS = 9;

function changesFor(
  { resource: { address }, policy }: RuleContext,
  group: ScalingGroup & { readonly kind: "group" },
  blocks: readonly OffBlock[],
): readonly IntendedChange[] {
  if (address === undefined) return [];
  const counts = { stop: 0, start: 0 };
  return switchTimesOf(blocks).map((time) => {
    counts[time.does] += 1;
    const suffix = counts[time.does] === 1 ? time.does : `${time.does}_${counts[time.does]}`;
    const name = blockNameFor(address, suffix);
    const sizes =
      time.does === "stop"
        ? { min_size: 0, desired_capacity: 0 }
        : { min_size: group.minimum, desired_capacity: Math.max(group.minimum, group.desired) };
    return {
      kind: "add-resource",
      besideAddress: address,
      type: "aws_autoscaling_schedule",
      name,
      attributes: {
        scheduled_action_name: name.replaceAll("_", "-"),
        autoscaling_group_name: { ref: "name" },
        recurrence: cronOf(time),
        time_zone: policy.schedule.timezone,
        ...sizes,
        max_size: AS_IT_IS,
      },
    };
  });
}
