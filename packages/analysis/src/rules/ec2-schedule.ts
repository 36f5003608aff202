import type { Resource } from "@apex/core";
import { isTrueAt, textAt } from "../fleet/attributes.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { gpuScheduleGates, scheduleGates } from "../schedule/schedule-gates.ts";
import { weeklySchedule } from "../schedule/weekly-schedule.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { noEdit } from "./no-edit.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { SCHEDULER_NEEDS_ROLE, scheduleDraft, whyScheduled } from "./schedule-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * EC2 instances that do nothing in the same hours of every week: off in those. Recommended without an edit: whatever stops
 * and starts them needs an IAM role, and no rule hands out permissions.
 */
export const ec2Schedule: Rule = { name: "ec2-schedule", resourceTypes: ["aws_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window } = context;
  const found = ec2Machine(context);
  // What cannot be read at all is ec2-idle's to say, once.
  if (found.kind === "refused") return [];
  const { machine } = found;
  const scheduled = whyScheduled(resource);
  if (scheduled !== undefined) return abstain(scheduled);
  const gates = machine.gpu === undefined ? scheduleGates(policy) : gpuScheduleGates(policy, profile);
  const source = { profile, window, lookBack: policy.lookBack };
  const schedule = weeklySchedule(gates, source, policy);
  if (schedule.kind === "none") return abstain(schedule.reason, schedule.isRoutine);
  if (machine.localNvmeGb > 0) {
    return abstain(
      `it is idle in ${schedule.hoursOff} of 168 hours of every week, but every stop would wipe its ${machine.localNvmeGb} GB of local disks`,
    );
  }
  const draft = scheduleDraft(context, {
    part: "machine",
    noun: "instance",
    from: machine.name,
    hourly: found.hourly,
    found: schedule,
    changes: [],
    effort: "medium",
    rollback: "remove the schedule and start the instance",
    notes: [
      noEdit(SCHEDULER_NEEDS_ROLE),
      "Its volumes and addresses stay and are billed as before; what it holds in memory is gone after every stop",
      ...(hasPassingAddress(context.fleet, resource)
        ? ["Its public address is not an Elastic IP and changes with every start"]
        : []),
    ],
    unknowns: [
      "start: whether everything on it comes up by itself after a boot is not known",
      ...found.unknowns,
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

function hasPassingAddress(fleet: Fleet, { id, attributes }: Resource): boolean {
  const address = textAt(attributes, "public_ip");
  if (address === undefined && !isTrueAt(attributes, "associate_public_ip_address")) return false;
  return !fleet
    .ofType("aws_eip")
    .some(
      ({ attributes: eip }) =>
        textAt(eip, "instance") === id || (address !== undefined && textAt(eip, "public_ip") === address),
    );
}
