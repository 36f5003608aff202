import { textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { judgeIdleness } from "../idle/idleness.ts";
import { NO_CONNECTION } from "../idle/machine-gates.ts";
import { cloudSqlDatabase } from "./cloud-sql-database.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { stopDraft } from "./stop-draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Cloud SQL instances that nobody connected to: stopped through their activation policy. Not considered: replicas, which
 * cannot be stopped, and editions and engines without a known price.
 */
export const cloudSqlIdle: Rule = {
  name: "cloud-sql-idle",
  resourceTypes: ["google_sql_database_instance"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window } = context;
  const found = cloudSqlDatabase(context);
  if (found.kind === "refused") return abstain(found.reason);
  const source = { profile, window, lookBack: policy.lookBack };
  const idleness = judgeIdleness([NO_CONNECTION], source, policy.idle.databaseMinimumDays);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const unstoppable = whyUnstoppable(context, found.isReplica);
  if (unstoppable !== undefined) return abstain(`nobody connected to it, but ${unstoppable}`);
  const draft = stopDraft(context, {
    noun: "database",
    from: found.tierName,
    hourly: found.hourly,
    idleness,
    changes: setAttribute(resource, ["settings", 0, "activation_policy"], {
      from: textAt(resource.attributes, "settings", 0, "activation_policy") ?? null,
      to: "NEVER",
    }),
    rollback: 'set the activation policy to "ALWAYS"',
    notes: [
      "Its storage, backups and addresses stay and are billed as before; an address of its own costs more while it is stopped",
    ],
    unknowns: [
      "need: whether anyone asks for it on an occasion that did not fall into the look-back",
      "read pools and external replicas: whether any other server follows it is not known",
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

/** Source: Cloud SQL documentation, "Start, stop, and restart instances". */
function whyUnstoppable({ resource, fleet }: RuleContext, isReplica: boolean): string | undefined {
  if (isReplica) return "a read replica cannot be stopped";
  const replicas = resource.attributes["replica_names"];
  // A replica that was made since is not yet in the state of its source.
  const followers = dependents(fleet, [resource.type], "master_instance_name", [resource]).filter(
    (follower) => (follower.account ?? resource.account) === (resource.account ?? follower.account),
  );
  return (Array.isArray(replicas) && replicas.length > 0) || followers.length > 0
    ? "an instance with read replicas cannot be stopped"
    : undefined;
}
