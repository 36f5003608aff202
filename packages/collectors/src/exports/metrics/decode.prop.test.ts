import type { JsonValue } from "@apex/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeCloudWatch, isCloudWatch } from "./decode-cloudwatch.ts";
import { decodePrometheus, isPrometheus } from "./decode-prometheus.ts";
import { MetricNotes } from "./metric-notes.ts";
import { SeriesCollection } from "./series-collection.ts";

const SOUND: JsonValue = {
  request: {
    MetricDataQueries: [
      {
        Id: "m1",
        MetricStat: {
          Metric: {
            Namespace: "AWS/EC2",
            MetricName: "NetworkIn",
            Dimensions: [{ Name: "InstanceId", Value: "i-1" }],
          },
          Period: 300,
          Stat: "Sum",
        },
      },
    ],
  },
  response: { MetricDataResults: [{ Id: "m1", Timestamps: ["2026-10-12T00:00:00Z"], Values: [300] }] },
};

const ANSWER: JsonValue = {
  status: "success",
  data: {
    resultType: "matrix",
    result: [{ metric: { __name__: "cpu_percent", instance: "a:1" }, values: [[1760227200, "5"]] }],
  },
};

/** The document with one value anywhere in it replaced. */
function spoilt(document: JsonValue, replacement: JsonValue, choose: number): JsonValue {
  let left = choose;
  const visit = (value: JsonValue): JsonValue => {
    left -= 1;
    if (left === 0) return replacement;
    if (Array.isArray(value)) return value.map((item: JsonValue) => visit(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item as JsonValue)]));
  };
  return visit(document);
}

it.each([
  ["CloudWatch", SOUND],
  ["Prometheus", ANSWER],
])("a document of %s with anything wrong in it is read without a failure, or told", (_name, sound) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 40 }), (replacement, choose) => {
      const document = spoilt(sound, replacement as JsonValue, choose);
      const notes = new MetricNotes("a.json");
      const series = new SeriesCollection();
      const isKnown = isCloudWatch(document) || isPrometheus(document);
      if (isCloudWatch(document)) decodeCloudWatch(document, series, notes);
      else if (isPrometheus(document)) decodePrometheus(document, series, notes);
      const finished = [...series.finished(notes)];
      for (const item of finished) {
        expect(item.timestampsMs.length).toBe(item.values.length);
        expect(item.values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }
      // An empty list of results is sound and gives nothing; everything else that gives nothing is explained.
      const isEmpty = /"(MetricDataResults|result|Values|values|Timestamps)":\[\]/.test(
        JSON.stringify(document),
      );
      const isTold = [...notes.collected()].length > 0;
      expect(!isKnown || finished.length > 0 || isEmpty || isTold).toBe(true);
    }),
    { numRuns: 500 },
  );
});
