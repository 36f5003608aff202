import { gceMachine } from "../fleet/gce-instance.ts";
import { judgeIdleness } from "../idle/idleness.ts";
import { machineGates } from "../idle/machine-gates.ts";
import { stopGce } from "./gce-stop.ts";
import { monthEndWork } from "./month-end.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";

/** Compute Engine instances without GPU that do nothing: stopped through `desired_status`. */
export const gceIdle: Rule = { name: "gce-idle", resourceTypes: ["google_compute_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, profile, window } = context;
  const found = gceMachine(resource, context.prices);
  if (found.kind === "refused") return abstain(found.reason);
  // Those with GPUs are gpu-idle's.
  if (found.machine.gpu !== undefined) return [];
  const source = { profile, window, lookBack: policy.lookBack };
  const idleness = judgeIdleness(machineGates(policy.idle), source, policy.idle.minimumDays);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const works = monthEndWork(context, policy.idle.cpuMaximumPercent);
  if (works !== undefined) return abstain(works);
  return stopGce(context, { ...found, idleness });
}
