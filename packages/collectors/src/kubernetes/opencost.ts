import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";
import { z } from "zod";
import { level } from "../exports/metrics/metric-rule.ts";
import type { MetricNotes } from "../exports/metrics/metric-notes.ts";
import { machineName } from "../exports/metrics/prometheus-labels.ts";
import type { SeriesCollection } from "../exports/metrics/series-collection.ts";
import { parseTimestamp } from "../exports/timestamp.ts";

/** An allocation of OpenCost or Kubecost: only what is read. */
const Allocation = z.object({
  name: z.string().optional(),
  properties: z
    .object({ node: z.string().optional(), providerID: z.string().optional() })
    .nullish()
    .transform((properties) => properties ?? {}),
  window: z.object({ start: z.string(), end: z.string() }),
  gpuHours: z.number().min(0).default(0),
  gpuAllocation: z.object({ gpuUsageAverage: z.number().min(0).nullish() }).nullish(),
});

/** What is nobody's work: "__idle__", "__unallocated__", "__unmounted__". */
const NOBODY = /^__\w+__$/;
const HOUR_MS = 3_600_000;

/** Whether a JSON document is an answer of OpenCost's `/allocation`. */
export function isOpenCost(document: JsonValue): boolean {
  return allocationsOf(document).some(
    ([, value]) => isJsonObject(value["window"]) && ("gpuHours" in value || "cpuCoreHours" in value),
  );
}

/**
 * Reads how many GPUs pods had reserved on each node from answers of `/allocation`. Their costs are not read as a bill: they share
 * out list prices of nodes by what is requested (opencost issue 3900), and the bill has the nodes themselves. Their averages
 * of use over hours or days hide every peak, and size nothing.
 */
export function decodeOpenCost(document: JsonValue, into: SeriesCollection, notes: MetricNotes): void {
  const requested = new Map<string, { node: string; startMs: number; endMs: number; gpuHours: number }>();
  let usedHours = 0;
  let allHours = 0;
  for (const [name, value] of allocationsOf(document)) {
    if (NOBODY.test(name)) continue;
    const parsed = Allocation.safeParse(value);
    const startMs = parseTimestamp(parsed.data?.window.start ?? "")?.epochMs;
    const endMs = parseTimestamp(parsed.data?.window.end ?? "")?.epochMs;
    if (!parsed.success || startMs === undefined || endMs === undefined || endMs <= startMs) {
      notes.remark("error", "opencost-malformed", "Allocations of OpenCost are malformed and were left out");
      continue;
    }
    const { properties, gpuHours, gpuAllocation } = parsed.data;
    const node = machineName(properties.providerID) ?? machineName(properties.node);
    if (node === undefined) {
      notes.remark(
        "warning",
        "opencost-without-nodes",
        "Allocations that name no node were not read",
        "Ask /allocation with aggregate=node, or without aggregate.",
      );
      continue;
    }
    allHours += gpuHours;
    usedHours += gpuHours * Math.min(1, gpuAllocation?.gpuUsageAverage ?? 0);
    const key = `${node}\n${startMs}\n${endMs}`;
    const known = requested.get(key) ?? { node, startMs, endMs, gpuHours: 0 };
    requested.set(key, { ...known, gpuHours: known.gpuHours + gpuHours });
  }
  for (const { node, startMs, endMs, gpuHours } of requested.values()) {
    into
      .pointsOf({
        resourceId: node,
        rule: level("gpu_requested"),
        part: undefined,
        statistic: "average",
        periodMs: endMs - startMs,
      })
      .push(startMs, gpuHours / ((endMs - startMs) / HOUR_MS));
  }
  if (requested.size > 0) {
    notes.remark(
      "info",
      "opencost-costs-left",
      `OpenCost's costs were not read as a bill: they share out list prices by what is requested (${Math.round(allHours)} GPU hours, of which ${Math.round(usedHours)} were used by its own averages)`,
      "Give the bill of the cloud with --cost: it has the nodes themselves.",
    );
  }
}

/** All allocations by name: those of each window, in the envelope of either program. */
function allocationsOf(document: JsonValue): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(document) || !Array.isArray(document["data"])) return [];
  return document["data"].flatMap((window: JsonValue) =>
    isJsonObject(window)
      ? Object.entries(window).flatMap(([name, value]): readonly (readonly [string, JsonObject])[] =>
          value !== undefined && isJsonObject(value) ? [[name, value]] : [],
        )
      : [],
  );
}
