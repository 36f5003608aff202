import { decimal } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import { gceMachine } from "../fleet/gce-instance.ts";
import { judgeIdleness } from "../idle/idleness.ts";
import { machineGates } from "../idle/machine-gates.ts";
import { monthlyDifference } from "./draft.ts";
import { afterSustainedUse, withSustainedUse } from "./gce-sustained-use.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { stopDraft } from "./stop-draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/** Compute Engine instances that do nothing: stopped through `desired_status`. */
export const gceIdle: Rule = { name: "gce-idle", resourceTypes: ["google_compute_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window } = context;
  const found = gceMachine(resource, context.prices);
  if (found.kind === "refused") return abstain(found.reason);
  if (found.machine.gpu !== undefined) return abstain("it has GPUs, which are not judged on GCE yet");
  const source = { profile, window, lookBack: policy.lookBack };
  const idleness = judgeIdleness(machineGates(policy.idle), source, policy.idle.minimumDays);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const draft = stopDraft(context, {
    noun: "instance",
    from: found.machine.name,
    hourly: found.hourly,
    idleness,
    changes: setAttribute(resource, ["desired_status"], {
      from: textAt(resource.attributes, "desired_status") ?? null,
      to: "TERMINATED",
    }),
    rollback: 'set desired_status to "RUNNING"; TERMINATED is Compute Engine\'s word for stopped',
    notes: ["Its disks and static addresses stay and are billed as before"],
    unknowns: [
      "inbound connections: not measured; a machine that only waits to be asked looks idle",
      "sustained-use discounts: not counted in the list saving",
    ],
  });
  const discounted = monthlyDifference(afterSustainedUse(found.hourly, found.machine.family), decimal(0));
  const monthlySavings = withSustainedUse(draft.monthlySavings, discounted, context.cost?.commitmentCoverage);
  return proposeIfWorthwhile(context, { ...draft, monthlySavings });
}
