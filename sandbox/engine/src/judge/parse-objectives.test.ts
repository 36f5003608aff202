import { describe, expect, test } from "vitest";
import { parseObjectives } from "./parse-objectives.ts";

const SCHEMA = { schema: "apex.slo/v1" };

function complaints(written: unknown): readonly string[] {
  return parseObjectives(written, "slo.yaml").diagnostics.map((diagnostic) => diagnostic.summary);
}

test("all that can be set is read", () => {
  const written = {
    ...SCHEMA,
    latencyMs: { p50: 40, p90: 90, p95: 120, p99: 250 },
    errorShare: 0.001,
    cpuShare: 0.8,
    tolerance: 0.1,
  };
  expect(parseObjectives(written)).toEqual({
    kind: "ok",
    objectives: {
      latencyMs: { p50: 40, p90: 90, p95: 120, p99: 250 },
      errorShare: 0.001,
      cpuShare: 0.8,
      tolerance: 0.1,
    },
    diagnostics: [],
  });
});

describe("a mistake is named with what to write instead", () => {
  test.each<[unknown, string]>([
    [
      null,
      "slo.yaml: the file is missing; it must be a mapping with schema, latencyMs, errorShare, cpuShare, tolerance",
    ],
    [
      [],
      "slo.yaml: the file is a list; it must be a mapping with schema, latencyMs, errorShare, cpuShare, tolerance",
    ],
    [{ ...SCHEMA }, "slo.yaml: no objective is set; set one of latencyMs, errorShare, cpuShare, tolerance"],
    [{ tolerance: 0.1 }, 'slo.yaml: schema is missing; write "schema: apex.slo/v1"'],
    [
      { schema: "apex.slo/v2", tolerance: 0.1 },
      'slo.yaml: schema is "apex.slo/v2"; write "schema: apex.slo/v1"',
    ],
    [
      { ...SCHEMA, latencyMs: { p99: "250ms" } },
      'slo.yaml: latencyMs.p99 is "250ms"; it must be a plain number of milliseconds above 0 and at most 3600000, such as 250',
    ],
    [
      { ...SCHEMA, latencyMs: 250 },
      'slo.yaml: latencyMs is 250; write percentiles: "latencyMs: { p95: 200, p99: 400 }"',
    ],
    [
      { ...SCHEMA, latencyMs: { p99: 250, p75: 100 } },
      "slo.yaml: latencyMs.p75 is not an objective; allowed are p50, p90, p95, p99",
    ],
    [
      { ...SCHEMA, latencyMs: { p90: 150, p95: 120 } },
      "slo.yaml: latencyMs.p95 is 120, less than p90's 150; a higher percentile cannot be faster",
    ],
    [
      { ...SCHEMA, latencyMs: { p95: 300, p99: 250 } },
      "slo.yaml: latencyMs.p99 is 250, less than p95's 300; a higher percentile cannot be faster",
    ],
    [
      { ...SCHEMA, errorShare: 5 },
      "slo.yaml: errorShare is 5; it must be a share from 0 to 1, such as 0.1 for 10 %",
    ],
    [
      { ...SCHEMA, cpuShare: "80 %" },
      'slo.yaml: cpuShare is "80 %"; it must be a share from 0.01 to 1, such as 0.1 for 10 %',
    ],
    [
      { ...SCHEMA, tolerance: Number.NaN },
      "slo.yaml: tolerance is NaN; it must be a share from 0 to 10, such as 0.1 for 10 %",
    ],
    [
      { ...SCHEMA, tolerance: 0.1, latency: {} },
      "slo.yaml: latency is not an objective; allowed are schema, latencyMs, errorShare, cpuShare, tolerance",
    ],
  ])("%j", (written, complaint) => {
    expect(parseObjectives(written).kind).toBe("invalid");
    expect(complaints(written)).toContain(complaint);
  });

  test("every mistake of a file is told at once", () => {
    expect(complaints({ latencyMs: { p99: 0, p95: -1 }, errorShare: 2 })).toHaveLength(4);
  });
});

test("seconds where milliseconds are meant are questioned", () => {
  const parsed = parseObjectives({ ...SCHEMA, latencyMs: { p99: 0.25 } }, "slo.yaml");
  expect(parsed.kind).toBe("ok");
  expect(parsed.diagnostics).toMatchObject([
    { severity: "warning", summary: "slo.yaml: latencyMs.p99 is 0.25 ms; if these are seconds, write 250" },
  ]);
});

test("a mapping that contains itself is refused and not followed", () => {
  const loop: Record<string, unknown> = { ...SCHEMA };
  loop["latencyMs"] = loop;
  loop["errorShare"] = loop;
  expect(parseObjectives(loop).kind).toBe("invalid");
});
