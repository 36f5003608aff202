import { expect, test } from "vitest";
import { deriveObjectives } from "./objectives.ts";
import { buildRun } from "./testing/build-run.ts";

test("without a user's word they come from the record and the baseline", () => {
  const baselineRuns = [
    buildRun({ errors: 5, scheduled: 1_000 }),
    buildRun({ errors: 900, scheduled: 1_000, unfit: ["steal"] }),
    buildRun({ side: "candidate", errors: 900, scheduled: 1_000 }),
  ];
  expect(
    deriveObjectives({ baselineRuns, recorded: { p50Ms: 8, p90Ms: 32, p95Ms: 40, p99Ms: 100 } }),
  ).toEqual({
    origin: "derived",
    p90Ms: 40,
    p95Ms: 50,
    p99Ms: 125,
    errorShareMax: 0.006,
    cpuShareMax: 0.95,
    relativeToleranceShare: 0.25,
  });
});

test("a record that says nothing of latency sets no bound", () => {
  expect(deriveObjectives({ baselineRuns: [], recorded: { p95Ms: 0, p99Ms: Number.NaN } })).toEqual({
    origin: "derived",
    errorShareMax: 0.001,
    cpuShareMax: 0.95,
    relativeToleranceShare: 0.25,
  });
});

test("what the user wrote goes first, and the record no longer counts", () => {
  const user = { latencyMs: { p90: 90, p99: 250 }, errorShare: 0, cpuShare: 0.8 };
  expect(deriveObjectives({ user, baselineRuns: [], recorded: { p95Ms: 40 } })).toEqual({
    origin: "user",
    p90Ms: 90,
    p99Ms: 250,
    errorShareMax: 0,
    cpuShareMax: 0.8,
    relativeToleranceShare: 0.1,
  });
});

test("a tolerance alone is used for the derived bounds", () => {
  expect(
    deriveObjectives({ user: { tolerance: 0.5 }, baselineRuns: [], recorded: { p99Ms: 100 } }),
  ).toMatchObject({
    origin: "derived",
    p99Ms: 150,
    relativeToleranceShare: 0.5,
  });
});
