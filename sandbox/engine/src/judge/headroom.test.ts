import type { HeadroomProbe } from "@apex/core";
import { describe, expect, test } from "vitest";
import { headroomFactor, probeHeadroom } from "./headroom.ts";
import { judge } from "./judge.ts";
import { deriveObjectives } from "./objectives.ts";
import { buildRun, buildRuns, inFlight, latency } from "./testing/build-run.ts";

const runs = buildRuns(() => ({}));
const verdict = judge(runs, { objectives: deriveObjectives({ baselineRuns: runs }) });

describe("a higher load holds", () => {
  test("as long as every bound of the verdict does", () => {
    const probe = probeHeadroom(buildRun({ loadFactor: 1.5, latency: latency(22, 33, 50) }), verdict);
    expect(probe).toEqual({ loadFactor: 1.5, holds: true, p99Ms: 50, cpuShare: 0.5, errorShare: 0 });
  });

  test.each([
    ["the tail is longer", { latency: latency(22, 33, 60) }],
    ["nothing was answered", { latency: latency(null) }],
    ["requests failed", { errorShare: 0.01 }],
    ["the CPU is used up", { cpuShare: 0.99 }],
    ["memory ran out", { oomKills: 1 }],
    ["the service ended", { exitedContainers: 1 }],
    ["requests were dropped", { dropped: 1 }],
    ["a backlog grew", { intervals: inFlight([4, 60, 120, 180, 240, 300, 360, 420]) }],
  ] as const)("not when %s", (_, overrides) => {
    expect(probeHeadroom(buildRun({ loadFactor: 2, ...overrides }), verdict).holds).toBe(false);
  });

  test("not when a p90 that stood in is over its bound", () => {
    const few = { latency: { ...latency(20, 30, 42), count: 283 } };
    const standingIn = buildRuns(
      () => few,
      () => few,
    );
    const byP90 = judge(standingIn, { objectives: deriveObjectives({ baselineRuns: standingIn }) });
    const probe = (p90Ms: number) =>
      probeHeadroom(buildRun({ loadFactor: 2, latency: { ...latency(20, 30, 42), p90Ms } }), byP90).holds;
    expect([37, 38].map(probe)).toEqual([true, false]);
  });

  test("nobody knows, when the replay is not faithful", () => {
    expect(probeHeadroom(buildRun({ loadFactor: 2, unfit: ["sender-busy"] }), verdict).holds).toBeNull();
  });
});

test("the headroom ends before the first load that did not hold", () => {
  const probes = (holds: readonly (boolean | null)[]): HeadroomProbe[] =>
    holds.map((held, index) => ({
      loadFactor: [1, 1.25, 1.5, 2][index] ?? 0,
      holds: held,
      p99Ms: 1,
      cpuShare: 0,
      errorShare: 0,
    }));
  expect(headroomFactor(probes([true, true, true, true]).toReversed())).toBe(2);
  expect(headroomFactor(probes([true, true, false, true]))).toBe(1.25);
  expect(headroomFactor(probes([true, null, true]))).toBe(1);
  expect(headroomFactor(probes([false]))).toBeNull();
  expect(headroomFactor([])).toBeNull();
});
