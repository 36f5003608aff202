import type { TimeWindow } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import { demandOf } from "../utilization/demand.ts";
import { mapReading, type MetricReading, type Reading } from "../utilization/series.ts";
import type { KnownDemand } from "./requirement.ts";

/** How a metric becomes a demand in the unit of a requirement. */
export interface DemandQuestion {
  readonly percentile: number;
  readonly headroom: number;
  /** Present capacity in the unit, for what counts as a lasting rise; `null` when not known. */
  readonly capacity: number | null;
  readonly change: (value: number) => number;
}

/** The demand in a metric, or why it cannot be told: not measured, or not for long enough. */
export function demandFor(
  metric: MetricReading,
  question: DemandQuestion,
  { policy, window }: { readonly policy: Policy; readonly window: TimeWindow },
): KnownDemand {
  if (metric.kind === "unusable") return { kind: "unknown", reason: metric.reason };
  const reading: Reading = mapReading(metric.reading, question.change);
  const { minimumDays } = policy.lookBack;
  if (reading.days < minimumDays) {
    return {
      kind: "unknown",
      reason: `${reading.metric} is known for ${reading.days.toFixed(1)} days, ${minimumDays} are needed`,
    };
  }
  return {
    kind: "measured",
    demand: demandOf(reading, {
      percentile: question.percentile,
      headroom: question.headroom,
      respectRecurringPeaks: policy.sizing.respectRecurringPeaks,
      materialStep: (question.capacity ?? 0) * policy.lookBack.materialRise,
      rhythmCorrelation: policy.lookBack.dailyRhythmCorrelation,
      endMs: window.endMs,
    }),
  };
}
