import { createHash } from "node:crypto";
import {
  AdapterError,
  type Cancellation,
  type CollectionPart,
  DAY_MS,
  formatInstant,
  type LiveCollector,
  type TimeWindow,
} from "@apex/core";
import { partKey } from "../live/part-key.ts";
import type { PrometheusApi } from "./api.ts";
import { machineLabelsOf, machineNames } from "./machine-names.ts";
import { FAMILIES, PERIOD_MS, type QueryFamily } from "./queries.ts";
import {
  anyOf,
  checkNames,
  type MetricBatch,
  presentMetrics,
  type PrometheusSource,
  readPart,
} from "./read-part.ts";

/** What to ask a Prometheus for. */
export interface PrometheusScope {
  readonly api: PrometheusApi;
  /** Labels that name the machine, before those that are known. */
  readonly machineLabels?: readonly string[];
  /** Matchers for every selector: `cluster="prod"`. */
  readonly matchers?: readonly string[];
}

/** Machines of one part: with eight GPUs each, a day of them takes 40 MB. */
const MACHINES_MAX = 100;
/** Machines of one server; more are several servers' worth. */
const MACHINES_LISTED_MAX = 100_000;

/**
 * Collects the metrics of machines and GPUs from a Prometheus, or what speaks its API: DCGM, node_exporter, cAdvisor. A part is a
 * day (UTC) of one family of metrics of a hundred machines at most. It has no inventory; with one, only its machines are asked for.
 */
export function prometheusCollector(scope: PrometheusScope): LiveCollector {
  return {
    async parts(signal) {
      await scope.api.check(signal);
      return [];
    },
    async metricParts(resources, window, signal) {
      await scope.api.check(signal);
      const source: PrometheusSource = {
        api: scope.api,
        labels: machineLabelsOf(scope.machineLabels ?? []),
        matchers: scope.matchers ?? [],
        names: machineNames(resources),
      };
      const families = await Promise.all(FAMILIES.map((family) => batchesOf(source, family, window, signal)));
      const days = daysOf(window);
      const batchesOn = (day: TimeWindow) =>
        families.map((batches) => batches.map((batch) => ({ ...batch, window: day })));
      const [first] = days;
      return [
        ...(first === undefined ? [] : batchesOn(first).flatMap((batches) => namesPart(source, batches))),
        ...days.flatMap((day) =>
          batchesOn(day)
            .flat()
            .map((batch) => metricPart(source, batch)),
        ),
      ];
    },
  };
}

function namesPart(source: PrometheusSource, batches: readonly MetricBatch[]): readonly CollectionPart[] {
  const [first] = batches;
  if (first === undefined) return [];
  return [
    {
      key: keyOf(source, first, "names"),
      title: `machines in ${first.family.title} from ${source.api.name}`,
      collect: (signal) => checkNames(source, batches, signal),
    },
  ];
}

function metricPart(source: PrometheusSource, batch: MetricBatch): CollectionPart {
  const day = formatInstant(batch.window.startMs).slice(0, 10);
  return {
    key: keyOf(source, batch),
    title: `${batch.family.title} of ${day} from ${source.api.name}`,
    collect: (signal) => readPart(source, batch, signal),
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

/** The same machines in the same hours are the same part in every collection; a day that is not over is another one until it is. */
function keyOf(
  { api }: PrometheusSource,
  { family, label, machines, window }: MetricBatch,
  ...more: readonly string[]
): string {
  const minute = (ms: number) => formatInstant(ms).slice(11, 16);
  const isWhole = window.endMs - window.startMs === DAY_MS;
  const hours = isWhole ? [] : [`${minute(window.startMs)}-${minute(window.endMs)}`];
  const asked = createHash("sha256")
    .update(JSON.stringify([label, machines]))
    .digest("hex");
  const day = formatInstant(window.startMs).slice(0, 10);
  return partKey("prometheus", api.name, family.name, asked.slice(0, 12), day, ...hours, ...more);
}

/** All machines of a family by the first label of theirs that has values. */
async function batchesOf(
  source: PrometheusSource,
  family: QueryFamily,
  window: TimeWindow,
  signal: Cancellation,
): Promise<readonly Omit<MetricBatch, "window">[]> {
  const { api, labels, matchers } = source;
  if ((await presentMetrics(source, family.queries, window, signal)).size === 0) return [];
  for (const label of labels) {
    const values = await api.labelValues(label, anyOf(matchers, family.queries), window, signal);
    if (values.length === 0) continue;
    if (values.length > MACHINES_LISTED_MAX) {
      throw new AdapterError(
        "invalid",
        `Prometheus at ${api.name} has ${values.length} values of ${label}, more than ${MACHINES_LISTED_MAX} machines; name the label of the machine with --machine-label, or collect fewer with --match`,
      );
    }
    const sorted = values.toSorted();
    // The last batch: what lacks the label.
    return [...chunksOf(sorted, MACHINES_MAX), [""]].map((machines) => ({ family, label, machines }));
  }
  return [{ family, label: labels[0] ?? "instance", machines: [""] }];
}

function chunksOf(values: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
