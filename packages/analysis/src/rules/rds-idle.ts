import { judgeIdleness } from "../idle/idleness.ts";
import { NO_CONNECTION } from "../idle/machine-gates.ts";
import { rdsDatabase, stillPaidNotes, whyUnstoppable } from "./rds-database.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { blockNameFor, stopDraft } from "./stop-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Databases that nobody connected to: stopped through an `aws_rds_instance_state`. */
export const rdsIdle: Rule = {
  name: "rds-idle",
  resourceTypes: ["aws_db_instance", "aws_rds_cluster_instance"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window } = context;
  const found = rdsDatabase(context);
  if (found.kind === "refused") return abstain(found.reason);
  const source = { profile, window, lookBack: policy.lookBack };
  const idleness = judgeIdleness([NO_CONNECTION], source, policy.idle.databaseMinimumDays);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const unstoppable = whyUnstoppable(context);
  if (unstoppable !== undefined) return abstain(`nobody connected to it, but ${unstoppable}`);
  const draft = stopDraft(context, {
    noun: "database",
    from: found.shape.name,
    hourly: found.hourlyRunning,
    idleness,
    changes:
      resource.address === undefined
        ? []
        : [
            {
              kind: "add-resource",
              besideAddress: resource.address,
              type: "aws_rds_instance_state",
              name: blockNameFor(resource.address, "stopped"),
              attributes: { identifier: { ref: "identifier" }, state: "stopped" },
            },
          ],
    rollback: 'set the state to "available"',
    notes: [
      "Applying at least weekly keeps it stopped; a snapshot and removal ends it for good",
      "Its storage and backups stay and are billed as before",
      ...stillPaidNotes(found),
    ],
    unknowns: [
      "terraform apply: AWS starts it again after seven days, and the saving pauses until the next apply",
      "need: whether anyone asks for it on an occasion that did not fall into the look-back",
    ],
  });
  return proposeIfWorthwhile(context, draft);
}
