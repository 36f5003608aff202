import { judgeIdleness } from "../idle/idleness.ts";
import { gpuGates, machineGates } from "../idle/machine-gates.ts";
import { whyNotEveryGpu } from "../rightsizing/gpu-use.ts";
import { partsOf } from "../utilization/series.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { stopEc2 } from "./ec2-stop.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";

/** EC2 instances with GPUs of which neither a GPU nor anything else does anything: stopped, never terminated. */
export const gpuIdle: Rule = { name: "gpu-idle", resourceTypes: ["aws_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const found = ec2Machine(context);
  // What cannot be read at all is ec2-idle's to say, once.
  if (found.kind === "refused" || found.machine.gpu === undefined) return [];
  const { policy, profile, window } = context;
  const gates = [...gpuGates(policy.idle, profile), ...machineGates(policy.idle)];
  const idleness = judgeIdleness(
    gates,
    { profile, window, lookBack: policy.lookBack },
    policy.idle.minimumDays,
  );
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const parts = new Set(gates.flatMap((gate) => partsOf(profile, gate.metrics[0])));
  const mismatch = whyNotEveryGpu(found.machine.gpu, parts.size === 0 ? [""] : [...parts]);
  if (mismatch !== undefined) return abstain(mismatch);
  return stopEc2(context, { ...found, idleness });
}
