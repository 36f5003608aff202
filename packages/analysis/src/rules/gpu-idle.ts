import { judgeIdleness } from "../idle/idleness.ts";
import { gpuGates, machineGates } from "../idle/machine-gates.ts";
import { whyNotEveryGpu } from "../rightsizing/gpu-use.ts";
import { partsOf } from "../utilization/series.ts";
import { GPU_RESOURCE_TYPES, gpuMachine } from "./gpu-machine.ts";
import { monthEndWork } from "./month-end.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";

/** Instances with GPUs, of EC2 and Compute Engine, of which neither a GPU nor anything else does anything: stopped, never terminated. */
export const gpuIdle: Rule = { name: "gpu-idle", resourceTypes: GPU_RESOURCE_TYPES, judge };

function judge(context: RuleContext): readonly Judgement[] {
  const found = gpuMachine(context);
  if (found === undefined) return [];
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
  const works = monthEndWork(context, policy.idle.cpuMaximumPercent);
  if (works !== undefined) return abstain(works);
  return found.stop(idleness);
}
