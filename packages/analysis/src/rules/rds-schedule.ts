import { NO_CONNECTION } from "../idle/machine-gates.ts";
import { weeklySchedule } from "../schedule/weekly-schedule.ts";
import { rdsDatabase, stillPaidNotes, whyUnstoppable } from "./rds-database.ts";
import { noEdit } from "./no-edit.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { SCHEDULER_NEEDS_ROLE, scheduleDraft, whyScheduled } from "./schedule-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Databases to which nobody is connected in the same hours of every week: off in those. Recommended without an edit, as for
 * EC2: what stops and starts them needs an IAM role.
 */
export const rdsSchedule: Rule = {
  name: "rds-schedule",
  resourceTypes: ["aws_db_instance", "aws_rds_cluster_instance"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window } = context;
  const found = rdsDatabase(context);
  // What cannot be read at all is rds-idle's to say, once.
  if (found.kind === "refused") return [];
  const scheduled = whyScheduled(resource);
  if (scheduled !== undefined) return abstain(scheduled);
  const source = { profile, window, lookBack: policy.lookBack };
  const schedule = weeklySchedule([NO_CONNECTION], source, policy);
  if (schedule.kind === "none") return abstain(schedule.reason, schedule.isRoutine);
  const unstoppable = whyUnstoppable(context);
  if (unstoppable !== undefined) {
    return abstain(
      `nobody connects to it in ${schedule.hoursOff} of 168 hours of every week, but ${unstoppable}`,
    );
  }
  const draft = scheduleDraft(context, {
    part: "machine",
    noun: "database",
    from: found.shape.name,
    hourly: found.hourlyRunning,
    found: schedule,
    changes: [],
    effort: "medium",
    rollback: "remove the schedule and start the database",
    notes: [
      noEdit(SCHEDULER_NEEDS_ROLE),
      "Its storage and backups stay and are billed as before; its cache is cold after every start",
      ...stillPaidNotes(found),
    ],
    unknowns: [
      ...found.unknowns,
      "maintenance and backup windows: whether they lie in the hours off was not looked at; a stopped database gets neither",
    ],
  });
  return proposeIfWorthwhile(context, draft);
}
