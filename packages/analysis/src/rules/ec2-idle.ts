import { judgeIdleness } from "../idle/idleness.ts";
import { machineGates } from "../idle/machine-gates.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { stopEc2 } from "./ec2-stop.ts";
import { monthEndWork } from "./month-end.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";

/** EC2 instances without GPU that do nothing: stopped, never terminated. */
export const ec2Idle: Rule = { name: "ec2-idle", resourceTypes: ["aws_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const found = ec2Machine(context);
  if (found.kind === "refused") return abstain(found.reason);
  if (found.machine.gpu !== undefined || found.machine.accelerator !== undefined) return [];
  const { policy, profile, window } = context;
  const source = { profile, window, lookBack: policy.lookBack };
  const idleness = judgeIdleness(machineGates(policy.idle), source, policy.idle.minimumDays);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const works = monthEndWork(context, policy.idle.cpuMaximumPercent);
  if (works !== undefined) return abstain(works);
  return stopEc2(context, { ...found, idleness });
}
