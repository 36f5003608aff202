import { expect, test } from "vitest";
import { judge } from "./judge.ts";
import { needsMoreRuns, PAIRS_MAX } from "./needs-more-runs.ts";
import { deriveObjectives } from "./objectives.ts";
import { buildRuns, latency } from "./testing/build-run.ts";

function verdictWith(factor: number, measured: Partial<ReturnType<typeof buildRuns>[number]> = {}) {
  const runs = buildRuns(
    (wobble) => ({ ...measured, latency: latency(20, 30 * factor * wobble, 42 * factor * wobble) }),
    (wobble) => ({ ...measured, latency: latency(20, 30 * wobble, 42 * wobble) }),
  );
  return judge(runs, { objectives: deriveObjectives({ baselineRuns: runs }) });
}

test("more replays are worth it for a figure at its bound, two pairs at a time up to the cap", () => {
  const verdict = verdictWith(1.25);
  expect([5, 7, 8, 9, 12].map((pairs) => needsMoreRuns(verdict, pairs))).toEqual([2, 2, 1, 0, 0]);
  expect(needsMoreRuns(verdict, 5, 6)).toBe(1);
});

test("nor is a p90 that stands in left open", () => {
  const runs = buildRuns(
    (wobble) => ({ latency: { ...latency(20, 37.5 * wobble), count: 283 } }),
    (wobble) => ({ latency: { ...latency(20, 30 * wobble), count: 283 } }),
  );
  const verdict = judge(runs, { objectives: deriveObjectives({ baselineRuns: runs }) });
  const open = verdict.reasons.filter(({ kind }) => kind === "inconclusive").map(({ code }) => code);
  expect(open).toEqual(["latency-p90"]);
  expect(needsMoreRuns(verdict, 5)).toBe(2);
});

test("not for what is settled", () => {
  expect([1, 4].map((factor) => needsMoreRuns(verdictWith(factor), 5))).toEqual([0, 0]);
});

test("not for what they cannot settle: a baseline that does not hold the load itself", () => {
  const verdict = verdictWith(1.25, { cpuShare: 0.99 });
  expect([verdict.kind, needsMoreRuns(verdict, 5)]).toEqual(["inconclusive", 0]);
});

test("replays that had to be thrown away are made up for", () => {
  const runs = buildRuns(() => ({})).map((run) =>
    run.ordinal < 5 ? { ...run, unfit: ["foreign-load"] as const } : run,
  );
  const verdict = judge(runs, { objectives: deriveObjectives({ baselineRuns: runs }) });
  expect(verdict.reasons.map(({ code }) => code)).toEqual(["too-few-replays", "unfit-replays"]);
  expect(needsMoreRuns(verdict, 5)).toBe(2);
  expect(needsMoreRuns(verdict, PAIRS_MAX)).toBe(0);
});
