import type { SampleStatistic } from "@apex/core";
import type { MetricRule } from "./metric-rule.ts";

const STATISTICS: Readonly<Record<string, SampleStatistic>> = {
  average: "average",
  avg: "average",
  mean: "average",
  maximum: "maximum",
  max: "maximum",
  minimum: "minimum",
  min: "minimum",
  sum: "sum",
  p99: "p99",
};

/** A CloudWatch statistic as ours; `undefined` for one that Apex does not use (SampleCount, other percentiles). */
export function parseStatistic(text: string): SampleStatistic | undefined {
  const name = text.trim().toLowerCase();
  const whole = /^p99(?:\.0+)?$/.test(name) ? "p99" : name;
  return Object.hasOwn(STATISTICS, whole) ? STATISTICS[whole] : undefined;
}

/** The statistic to assume where the source names none: the only useful one. */
export function defaultStatistic(rule: MetricRule): SampleStatistic {
  return rule.scale.kind === "count" && rule.scale.of === "events" ? "sum" : "average";
}

/** Whether a statistic of this metric means anything: a sum of levels does not, nor does the average size of an operation as a rate. */
export function isUsable(rule: MetricRule, statistic: SampleStatistic): boolean {
  if (rule.scale.kind === "level") return statistic !== "sum";
  return statistic === "sum" || rule.scale.of === "samples";
}
