import type { RunMeasurement } from "@apex/core";
import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";
import { deriveObjectives } from "./objectives.ts";
import { peakTroubles } from "./peak.ts";
import { buildRun, buildRuns, inFlight, latency } from "./testing/build-run.ts";

/** What a replay of the peak is blamed for, after a verdict on equal sides. */
function troubles(run: Partial<RunMeasurement>, user?: { readonly latencyMs: { readonly p99: number } }) {
  const runs = buildRuns(() => ({}));
  const objectives = deriveObjectives({ ...(user === undefined ? {} : { user }), baselineRuns: runs });
  return peakTroubles(buildRun({ side: "candidate", ...run }), {
    verdict: judge(runs, { objectives }),
    isTwin: false,
  });
}

const slow = { latency: latency(20, 30, 180) };

describe("a replay of the peak", () => {
  test("that is like the others holds, and so does one that is only slower than they are", () => {
    expect(troubles({})).toEqual([]);
    expect(troubles(slow)).toEqual([]);
  });

  test("is held to the user's latency where enough requests show it", () => {
    const user = { latencyMs: { p99: 100 } };
    expect(troubles(slow, user)).toEqual(["p99 was 180 ms (100 ms allowed)"]);
    expect(troubles({ latency: { ...slow.latency, count: 999 } }, user)).toEqual([]);
  });

  test("is not held to an SLO that the baseline misses, but to the baseline's own figure", () => {
    // 1.1 × 42 ms is allowed then.
    expect(troubles({ latency: latency(20, 30, 46) }, { latencyMs: { p99: 40 } })).toEqual([]);
    expect(troubles({ latency: latency(20, 30, 60) }, { latencyMs: { p99: 40 } })).toHaveLength(1);
  });

  test("may lose one request and not many", () => {
    expect(troubles({ errors: 1, errorShare: 1 / 2_500 })).toEqual([]);
    expect(troubles({ errors: 100, errorShare: 0.04 })).toEqual([
      "4 % of the requests failed (0.1 % allowed)",
    ]);
  });

  test("does not hold with a backlog, requests that were never sent, or all of the CPU used", () => {
    const rising = inFlight([4, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330]);
    expect(troubles({ intervals: rising, latency: latency(20, 300, 420) })).toEqual([
      expect.stringMatching(/^in-flight requests grew from \d+ to \d+$/),
    ]);
    expect(troubles({ dropped: 3 })).toEqual(["in-flight requests grew from 4 to 10"]);
    expect(troubles({ cpuShare: 0.99 })).toEqual(["the CPU was used to 99 % of its limit (95 % allowed)"]);
  });

  test("does not hold when the service dies in it", () => {
    expect(troubles({ oomKills: 1, exitedContainers: 1 })).toEqual([
      "the kernel killed it for want of memory 1 time",
    ]);
    expect(troubles({ exitedContainers: 1 })).toEqual(["the service ended by itself"]);
  });
});
