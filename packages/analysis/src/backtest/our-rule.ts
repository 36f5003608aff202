import { decimal, type TimeWindow } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { demandFor } from "../rightsizing/demand-for.ts";
import { rightsize } from "../rightsizing/rightsize.ts";
import { readMetric } from "../utilization/series.ts";
import type { History, RecordedMachine } from "./recorded-machine.ts";
import { keep, type SizingChoice, type SizingRule } from "./sizing-rule.ts";

/** A policy of ours as a rule to replay: the engine that sizes live machines, on CPU alone. */
export function ourRule(policy: Policy, name: string, title: string): SizingRule {
  const { cpuPercentile, cpuHeadroom, respectRecurringPeaks } = policy.sizing;
  const respected = respectRecurringPeaks ? "weekly peaks and lasting rises" : "lasting rises";
  return {
    name,
    title,
    isOurs: true,
    source: "packages/analysis/src/policy/policy.ts",
    reading: `P${cpuPercentile} of ${policy.lookBack.days} days / (1 − ${cpuHeadroom}), ${respected} respected; the smallest size that holds it`,
    choose: (history, machine, sizes) => choose(history, machine, { policy, sizes }),
  };
}

function choose(
  history: History,
  { id, vcpu, series }: RecordedMachine,
  { policy, sizes }: { readonly policy: Policy; readonly sizes: readonly number[] },
): SizingChoice {
  const seen = { ...series, timestampsMs: history.timestampsMs, values: history.values };
  const window: TimeWindow = {
    startMs: history.timestampsMs[0] ?? history.nowMs,
    endMs: history.nowMs,
  };
  const profile = { resourceId: id, window, series: [seen] };
  const cpu = readMetric(profile, { metric: "cpu_percent" }, window, policy.lookBack);
  if (cpu.kind === "unusable") return keep(history);
  const sized = rightsize<number>({
    now: candidate(vcpu),
    candidates: sizes.map(candidate),
    requirements: [
      {
        dimension: "cpu",
        unit: "vCPU",
        demand: demandFor(
          cpu,
          {
            percentile: policy.sizing.cpuPercentile,
            headroom: policy.sizing.cpuHeadroom,
            capacity: vcpu,
            change: (percent) => (percent * vcpu) / 100,
          },
          { policy, window },
        ),
        capacityOf: (size) => size,
      },
    ],
    policy,
  });
  if (sized.kind === "abstained") return keep(history);
  return { vcpu: sized.option.machine, confidence: sized.confidence, risk: sized.option.risk };
}

/** A size that costs by the vCPU. */
function candidate(size: number): Candidate<number> {
  return { machine: size, name: String(size), hourly: decimal(size), effort: "very-low" };
}
