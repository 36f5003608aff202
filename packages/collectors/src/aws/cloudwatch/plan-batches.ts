import { createHash } from "node:crypto";
import { DAY_MS, type TimeWindow } from "@apex/core";
import { identityOfQuery, type MetricQuery, PERIOD_SECONDS } from "./metric-query.ts";

/** Source: CloudWatch API reference, GetMetricData, MetricDataQueries. */
const QUERIES_MAX = 500;

/**
 * Points that one batch may hold in memory: a full request over 30 days, 16 bytes a point. A longer window has fewer queries in a
 * batch.
 */
const POINTS_MAX = 500 * 30 * 288;

/** Points of five minutes are kept this long. Source: CloudWatch user guide, "Metrics retention". */
const RETENTION_DAYS = 63;

const PERIOD_MS = PERIOD_SECONDS * 1000;

/** A request's worth of queries; the name is the same for the same queries. */
export interface PlannedBatch {
  readonly name: string;
  readonly queries: readonly MetricQuery[];
}

/** The part of a window that CloudWatch still has in periods of five minutes and that is over, cut to whole periods. */
export function retainedWindow(window: TimeWindow, nowMs: number): TimeWindow {
  const oldestMs = Math.max(window.startMs, nowMs - RETENTION_DAYS * DAY_MS);
  return {
    startMs: Math.ceil(oldestMs / PERIOD_MS) * PERIOD_MS,
    endMs: Math.floor(Math.min(window.endMs, nowMs) / PERIOD_MS) * PERIOD_MS,
  };
}

/**
 * Packs queries into as few requests as their limits allow, ordered by resource. What one value is computed from, GPU memory
 * from its used and total amounts, stays together.
 */
export function planBatches(queries: readonly MetricQuery[], window: TimeWindow): readonly PlannedBatch[] {
  const points = Math.max(1, (window.endMs - window.startMs) / PERIOD_MS);
  const size = Math.max(1, Math.min(QUERIES_MAX, Math.floor(POINTS_MAX / points)));
  const batches: PlannedBatch[] = [];
  let current: MetricQuery[] = [];
  const close = () => {
    if (current.length > 0) batches.push({ name: nameOf(current), queries: current });
    current = [];
  };
  for (const unit of units(queries)) {
    if (current.length + unit.length > size) close();
    for (const query of unit) {
      if (current.length === size) close();
      current.push(query);
    }
  }
  close();
  return batches;
}

function units(queries: readonly MetricQuery[]): readonly (readonly MetricQuery[])[] {
  const byUnit = new Map<string, MetricQuery[]>();
  const ordered = queries
    .map((query) => ({ query, identity: identityOfQuery(query) }))
    .toSorted((a, b) => (a.identity < b.identity ? -1 : 1));
  for (const { query, identity } of ordered) {
    const isGpuMemory = query.key.rule.component.startsWith("gpu_memory_");
    const unit = isGpuMemory ? `${query.key.resourceId}\n${query.key.part ?? ""}\ngpu-memory` : identity;
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), query]);
  }
  return [...byUnit.values()];
}

function nameOf(queries: readonly MetricQuery[]): string {
  const hash = createHash("sha256");
  for (const query of queries) hash.update(`${identityOfQuery(query)}\n\n`);
  return hash.digest("hex").slice(0, 16);
}
