import { type Collected, DAY_MS, type Diagnostic, type Resource, type TimeWindow } from "@apex/core";
import type { AwsMetricBatch, AwsMetricService, AwsSession } from "../aws-service.ts";
import { findMetrics } from "./list-metrics.ts";
import type { MetricQuery } from "./metric-query.ts";
import { MetricTargets } from "./metric-targets.ts";
import { planBatches, retainedWindow } from "./plan-batches.ts";
import { readBatch } from "./read-batch.ts";

/** US dollars for a metric that GetMetricData is asked for. Source: CloudWatch pricing, "$0.01 per 1,000 metrics requested". */
const DOLLARS_PER_METRIC = 0.01 / 1_000;

/** CloudWatch's metrics of what the inventory found, with those that its agents publish: memory and GPUs. */
export const cloudWatch: AwsMetricService = {
  name: "metrics",
  title: "CloudWatch metrics",
  calls: [
    { service: "monitoring", operation: "ListMetrics", permissions: ["cloudwatch:ListMetrics"] },
    { service: "monitoring", operation: "GetMetricData", permissions: ["cloudwatch:GetMetricData"] },
  ],
  batches,
};

async function batches(
  session: AwsSession,
  resources: readonly Resource[],
  window: TimeWindow,
): Promise<readonly AwsMetricBatch[]> {
  const retained = retainedWindow(window, session.nowMs);
  if (retained.endMs <= retained.startMs) return [];
  const queries = await findMetrics(session, new MetricTargets(resources));
  if (queries.length === 0) return [];
  const planned = planBatches(queries, retained).map(({ name, queries: own }) => ({
    name,
    collect: (part: AwsSession) => readBatch(part, own, retained),
  }));
  const summary = [
    asked(queries.length, session),
    ...memoryKnown(queries, resources, session),
    ...cut(window, retained, session),
  ];
  return [...planned, { name: "summary", collect: () => say(summary) }];
}

async function* say(diagnostics: readonly Diagnostic[]): AsyncGenerator<Collected> {
  for (const diagnostic of diagnostics) yield { kind: "diagnostic", diagnostic };
}

function asked(metrics: number, { region, accountId }: AwsSession): Diagnostic {
  const cents = Math.ceil(metrics * DOLLARS_PER_METRIC * 100);
  return {
    severity: "info",
    code: "cloudwatch-asked",
    summary: `CloudWatch in ${region} of ${accountId}: ${metrics} metrics asked for, at most $${(cents / 100).toFixed(2)}`,
  };
}

/** Without an agent on it nothing tells the memory of an instance. */
function memoryKnown(
  queries: readonly MetricQuery[],
  resources: readonly Resource[],
  { region }: AwsSession,
): readonly Diagnostic[] {
  const instances = new Set(resources.filter(({ type }) => type === "aws_instance").map(({ id }) => id));
  const known = new Set(
    queries
      .filter(({ key }) => key.rule.component === "memory_used_percent" && instances.has(key.resourceId))
      .map(({ key }) => key.resourceId),
  );
  if (known.size === instances.size) return [];
  return [
    {
      severity: "info",
      code: "memory-not-measured",
      summary: `CloudWatch has the memory of ${known.size} of ${instances.size} instances in ${region}`,
      detail: "Install the CloudWatch agent on the others: without it memory cannot be made smaller.",
    },
  ];
}

function cut(window: TimeWindow, retained: TimeWindow, { region }: AwsSession): readonly Diagnostic[] {
  const days = Math.floor((retained.startMs - window.startMs) / DAY_MS);
  if (days < 1) return [];
  return [
    {
      severity: "info",
      code: "metrics-beyond-retention",
      summary: `CloudWatch in ${region} keeps points of five minutes for 63 days: the first ${days} days of the window are gone`,
    },
  ];
}
