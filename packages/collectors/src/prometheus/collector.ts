import { createHash } from "node:crypto";
import { type CollectionPart, DAY_MS, formatInstant, type LiveCollector, type TimeWindow } from "@apex/core";
import type { PrometheusApi } from "./api.ts";
import { machineLabelsOf, machineNames } from "./machine-names.ts";
import { FAMILIES, PERIOD_MS, type QueryFamily } from "./queries.ts";
import { readDay } from "./read-day.ts";

/** What to ask a Prometheus for. */
export interface PrometheusScope {
  readonly api: PrometheusApi;
  /** Labels that name the machine, before those that are known. */
  readonly machineLabels?: readonly string[];
  /** Matchers for every selector: `cluster="prod"`. */
  readonly matchers?: readonly string[];
}

/**
 * Collects the metrics of machines and GPUs from a Prometheus, or what speaks its API: DCGM, node_exporter, cAdvisor. A part is a
 * day (UTC) of one family of metrics; it has no inventory.
 */
export function prometheusCollector(scope: PrometheusScope): LiveCollector {
  return {
    async parts(signal) {
      await scope.api.check(signal);
      return [];
    },
    async metricParts(resources, window, signal) {
      await scope.api.check(signal);
      const source = {
        api: scope.api,
        labels: machineLabelsOf(scope.machineLabels ?? []),
        matchers: scope.matchers ?? [],
        names: machineNames(resources),
      };
      return daysOf(window).flatMap((day) =>
        FAMILIES.map(
          (family): CollectionPart => ({
            key: keyOf(scope, family, day),
            title: `${family.title} of ${formatInstant(day.startMs).slice(0, 10)} from ${scope.api.name}`,
            collect: (partSignal) => readDay(source, family, day, partSignal),
          }),
        ),
      );
    },
  };
}

/** The days that a window touches, cut to whole periods. */
function daysOf(window: TimeWindow): readonly TimeWindow[] {
  const startMs = Math.floor(window.startMs / PERIOD_MS) * PERIOD_MS;
  const endMs = Math.floor(window.endMs / PERIOD_MS) * PERIOD_MS;
  const days: TimeWindow[] = [];
  for (let fromMs = startMs; fromMs < endMs; ) {
    const untilMs = Math.min(endMs, (Math.floor(fromMs / DAY_MS) + 1) * DAY_MS);
    days.push({ startMs: fromMs, endMs: untilMs });
    fromMs = untilMs;
  }
  return days;
}

/** A whole day is the same part in every collection; a day that is not over yet is another one until it is. */
function keyOf(scope: PrometheusScope, family: QueryFamily, { startMs, endMs }: TimeWindow): string {
  const day = formatInstant(startMs).slice(0, 10);
  const minute = (ms: number) => formatInstant(ms).slice(11, 16);
  const isWhole = endMs - startMs === DAY_MS;
  const server = scope.api.name.replaceAll(/[^A-Za-z0-9_./:@-]/g, "_");
  const asked = JSON.stringify([scope.machineLabels ?? [], scope.matchers ?? []]);
  const filter =
    asked === "[[],[]]" ? "" : `/${createHash("sha256").update(asked).digest("hex").slice(0, 8)}`;
  return `prometheus/${server}${filter}/${family.name}/${day}${isWhole ? "" : `/${minute(startMs)}-${minute(endMs)}`}`;
}
