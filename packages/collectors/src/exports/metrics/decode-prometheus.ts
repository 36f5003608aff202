import { isJsonObject, type JsonValue } from "@apex/core";
import type { MetricNotes } from "./metric-notes.ts";
import { machineOf, MACHINE_LABELS, partOf, pushSamples } from "./prometheus-labels.ts";
import { prometheusRule } from "./prometheus-rules.ts";
import { PrometheusAnswer, PrometheusSeries } from "./schema.ts";
import type { RawSeriesKey, SeriesCollection } from "./series-collection.ts";

/** Whether a JSON document is an answer of Prometheus, or a list of them. */
export function isPrometheus(document: JsonValue): boolean {
  return answersOf(document).length > 0;
}

/**
 * Reads answers of Prometheus' `query_range` (`resultType` matrix): one, or a list. What cannot be used is noted.
 * A sample stands for the step that it ends, whose length is the distance of the samples.
 */
export function decodePrometheus(document: JsonValue, into: SeriesCollection, notes: MetricNotes): void {
  for (const value of answersOf(document)) {
    const answer = PrometheusAnswer.safeParse(value);
    if (!answer.success) {
      notes.remark("error", "prometheus-malformed", "An answer of Prometheus is malformed and was left out");
    } else if (answer.data.status === "error" || answer.data.data === undefined) {
      notes.remark(
        "error",
        "prometheus-error",
        `Prometheus answered with an error: ${answer.data.error ?? "no data"}`,
      );
    } else if ((answer.data.data.resultType ?? "matrix") !== "matrix") {
      notes.remark(
        "error",
        "prometheus-not-a-range",
        `A ${answer.data.data.resultType} is not a range of samples`,
        "Ask /api/v1/query_range with start, end and step.",
      );
    } else {
      for (const series of answer.data.data.result) readSeries(series, into, notes);
    }
  }
}

function answersOf(document: JsonValue): readonly JsonValue[] {
  if (Array.isArray(document)) return document.flatMap((item: JsonValue) => answersOf(item));
  if (!isJsonObject(document)) return [];
  const { status, data, resultType, result } = document;
  if (isJsonObject(data) && Array.isArray(data["result"])) return [document];
  if (status === "error" && typeof document["error"] === "string") return [document];
  return resultType !== undefined && Array.isArray(result) ? [{ status: "success", data: document }] : [];
}

function readSeries(value: unknown, into: SeriesCollection, notes: MetricNotes): void {
  const series = PrometheusSeries.safeParse(value);
  if (!series.success) {
    notes.remark("error", "prometheus-malformed", "A series of Prometheus is malformed and was left out");
    return;
  }
  const key = keyOf(series.data.metric, notes);
  if (key === undefined) return;
  const unreadable = pushSamples(series.data.values, into.pointsOf(key));
  if (unreadable > 0) {
    notes.remark(
      "error",
      "timestamp-unreadable",
      `${unreadable} samples of ${key.resourceId} have no readable timestamp`,
    );
  }
}

function keyOf(labels: Readonly<Record<string, string>>, notes: MetricNotes): RawSeriesKey | undefined {
  const name = labels["__name__"];
  if (name === undefined) {
    notes.remark(
      "warning",
      "metric-unnamed",
      "Series without a name were not read: functions such as rate() drop it",
      "Query the plain metric, or a recording rule that gives the result a name.",
    );
    return undefined;
  }
  const rule = prometheusRule(name);
  if (rule === undefined) {
    notes.unknownMetric(name);
    return undefined;
  }
  const machine = machineOf(labels);
  if (machine === undefined) {
    notes.remark(
      "warning",
      "resource-unnamed",
      `${name} has no label that names a machine and was not read`,
      `One of ${MACHINE_LABELS.join(", ")} is needed.`,
    );
    return undefined;
  }
  return { resourceId: machine, rule, part: partOf(labels), statistic: "average", periodMs: undefined };
}
