import type { Calibration, RunMeasurement, Verdict } from "@apex/core";
import { describe, expect, test } from "vitest";
import { judge, type JudgeOptions } from "./judge.ts";
import { needsMoreRuns } from "./needs-more-runs.ts";
import { deriveObjectives } from "./objectives.ts";
import { sideRuns, signalsOf } from "./signals.ts";
import { buildRun, buildRuns, inFlight, latency } from "./testing/build-run.ts";

const SERVICE = {
  address: "aws_instance.web",
  type: "aws_instance",
  machineType: "m5.large",
  vcpus: 2,
  memoryGib: 8,
  gpus: 0,
  count: 2,
  vcpuSpeed: null,
} as const;

function verdictOf(runs: readonly RunMeasurement[], options: Partial<JudgeOptions> = {}): Verdict {
  return judge(runs, {
    objectives: deriveObjectives({ baselineRuns: runs }),
    candidate: SERVICE,
    ...options,
  });
}

/** The verdict and its deciding reasons, as a reviewer reads them. */
function told(verdict: Verdict): readonly string[] {
  const deciding = verdict.reasons.filter((reason) => reason.kind === verdict.kind);
  return [verdict.kind, ...deciding.map((reason) => `${reason.code}: ${reason.summary}`)];
}

const slower = (factor: number) => (wobble: number) => ({
  latency: latency(20 * wobble, 30 * factor * wobble, 42 * factor * wobble),
});

describe("a verdict and why", () => {
  test("equal sides pass", () => {
    expect(told(verdictOf(buildRuns(slower(1))))).toMatchInlineSnapshot(`
      [
        "pass",
        "latency-p95: p95 stayed at 30 ms (×1, 95 % interval 0.96–1.04); the bound is 38 ms (1.25 × baseline).",
        "latency-p99: p99 stayed at 42 ms (×1, 95 % interval 0.96–1.04); the bound is 53 ms (1.25 × baseline).",
        "error-share: 0 % (at most 0.024 %) of the requests failed, 0 % with the baseline; the bound is 0.1 %.",
        "cpu-share: The CPU was used to 50 % (at most 50 %) of its limit, to 50 % with the baseline; the bound is 95 %.",
      ]
    `);
  });

  test("a slower tail fails by its figures", () => {
    expect(told(verdictOf(buildRuns(slower(4.3))))).toMatchInlineSnapshot(`
      [
        "fail",
        "latency-p95: p95 rose from 30 ms to 129 ms (×4.3, 95 % interval 4.1–4.5); the bound is 38 ms (1.25 × baseline).",
        "latency-p99: p99 rose from 42 ms to 181 ms (×4.3, 95 % interval 4.1–4.5); the bound is 53 ms (1.25 × baseline).",
      ]
    `);
  });

  test("a tail that may be on either side of the bound is not a pass", () => {
    expect(told(verdictOf(buildRuns(slower(1.25))))).toMatchInlineSnapshot(`
      [
        "inconclusive",
        "latency-p95: p95 rose from 30 ms to 38 ms (×1.25, 95 % interval 1.2–1.3); the bound is 38 ms (1.25 × baseline), which this does not decide: more or longer replays are needed, or a quieter host.",
        "latency-p99: p99 rose from 42 ms to 53 ms (×1.25, 95 % interval 1.2–1.3); the bound is 53 ms (1.25 × baseline), which this does not decide: more or longer replays are needed, or a quieter host.",
      ]
    `);
  });

  test("a backlog that grows is not held against the candidate's mean but against its load", () => {
    const intervals = inFlight([12, 60, 140, 230, 300, 390, 460, 560, 640, 730, 810, 900]);
    expect(told(verdictOf(buildRuns(() => ({ ...slower(1)(1), intervals }))))).toMatchInlineSnapshot(`
      [
        "fail",
        "does-not-hold-the-load: In-flight requests grew from 12 to 900 within the replay, in 5 of 5 usable replays: 2 × m5.large cannot hold this load.",
      ]
    `);
  });

  test("out of memory, on a host however noisy", () => {
    const runs = buildRuns((_, index) => ({
      oomKills: index < 3 ? 1 : 0,
      unfit: index < 2 ? ["steal"] : [],
    }));
    expect(told(verdictOf(runs))).toMatchInlineSnapshot(`
      [
        "fail",
        "out-of-memory: The kernel killed 2 × m5.large for want of memory 3 times, in 3 of 5 replays.",
      ]
    `);
  });

  test("a service that never came up", () => {
    const dead = {
      latency: latency(null),
      sent: 0,
      errors: 0,
      intervals: [],
      exitedContainers: 1,
      achievedShare: 0,
    };
    expect(told(verdictOf(buildRuns(() => dead)))).toMatchInlineSnapshot(`
      [
        "fail",
        "container-exited: The service ended by itself on 2 × m5.large in 5 of 5 replays.",
      ]
    `);
  });

  test("pages read again and again", () => {
    const runs = buildRuns(
      () => ({ majorFaults: 7_688, memoryPeakShare: 1 }),
      () => ({ majorFaults: 34 }),
    );
    expect(told(verdictOf(runs))).toMatchInlineSnapshot(`
      [
        "fail",
        "thrashing: Memory is too small: 2 × m5.large reads its own pages from disk again and again (1,281 major page faults a second and 5.7 with the baseline, memory peak 100 % of the limit).",
      ]
    `);
  });

  test("failed requests in most replays", () => {
    const runs = buildRuns((wobble) => ({ errors: Math.round(100 * wobble), errorShare: 0.04 * wobble }));
    expect(told(verdictOf(runs))).toMatchInlineSnapshot(`
      [
        "fail",
        "error-share: 4 % (at least 3.7 %) of the requests failed, 0 % with the baseline; the bound is 0.1 %.",
      ]
    `);
  });

  test("failures of a single replay do not prove that the service fails", () => {
    const runs = buildRuns((_, index) => (index === 2 ? { errors: 100, errorShare: 0.04 } : {}));
    expect(told(verdictOf(runs))).toMatchInlineSnapshot(`
      [
        "inconclusive",
        "error-share: 0.8 % (at most 0.94 %) of the requests failed, 0 % with the baseline; the bound is 0.1 %, which this does not decide: more or longer replays are needed, or a quieter host.",
      ]
    `);
  });

  test("CPU at the limit", () => {
    const runs = buildRuns((wobble) => ({
      cpuShare: Math.min(1, 0.98 * wobble + 0.01),
      throttledPeriodShare: 0.9,
    }));
    expect(told(verdictOf(runs))).toMatchInlineSnapshot(`
      [
        "fail",
        "cpu-share: The CPU was used to 99 % (at least 96 %) of its limit, to 50 % with the baseline, throttled in 90 % of the periods; the bound is 95 %.",
      ]
    `);
  });

  test("a baseline that differs from itself", () => {
    const noisy = (_: number, index: number) => ({
      latency: latency(20, 30 * (index + 1), 42 * (index + 1)),
    });
    expect(told(verdictOf(buildRuns(noisy, noisy)))).toMatchInlineSnapshot(`
      [
        "inconclusive",
        "latency-p95: p95 stayed at 90 ms (×1, 95 % interval 0.33–3); the bound is 113 ms (1.25 × baseline), which this does not decide: more or longer replays are needed, or a quieter host.",
        "latency-p99: p99 stayed at 126 ms (×1, 95 % interval 0.33–3); the bound is 158 ms (1.25 × baseline), which this does not decide: more or longer replays are needed, or a quieter host.",
        "host-noise: The baseline alone had a p95 from 30 ms to 150 ms in its replays, each of another part of the record at about the same rate: a quieter host or longer replays are needed.",
        "host-noise: The baseline alone had a p99 from 42 ms to 210 ms in its replays, each of another part of the record at about the same rate: a quieter host or longer replays are needed.",
      ]
    `);
  });
});

describe("what ails the baseline as well is not held against the candidate", () => {
  const both = (overrides: Partial<RunMeasurement>) =>
    verdictOf(
      buildRuns(
        () => overrides,
        () => overrides,
      ),
    );

  test.each<[string, Partial<RunMeasurement>]>([
    ["out of memory", { oomKills: 1 }],
    ["ended", { exitedContainers: 1 }],
    ["a growing backlog", { intervals: inFlight([1, 90, 200, 300, 400, 500, 600, 700]) }],
    ["no CPU left", { cpuShare: 0.99 }],
    ["all timed out", { latency: latency(10_000), errors: 2_500, errorShare: 1 }],
  ])("%s", (_, overrides) => {
    const verdict = both(overrides);
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.reasons[0]?.code).toBe("baseline-in-trouble");
  });
});

describe("outcomes are defined for", () => {
  test("no run, one run and no faithful run", () => {
    const unfit = buildRuns(slower(1)).map((run) => ({ ...run, unfit: ["sender-late"] as const }));
    expect([[], [buildRun()], unfit].map((runs) => told(verdictOf(runs)))).toMatchInlineSnapshot(`
      [
        [
          "inconclusive",
          "too-few-replays: 0 replays of the baseline and 0 of the candidate can be used; at least 4 of each are needed.",
        ],
        [
          "inconclusive",
          "too-few-replays: 1 replay of the baseline and 0 of the candidate can be used; at least 4 of each are needed.",
        ],
        [
          "inconclusive",
          "too-few-replays: 0 replays of the baseline and 0 of the candidate can be used; at least 4 of each are needed.",
          "unfit-replays: 10 of 10 replays could not be used: in 10 the sender fell behind its schedule.",
        ],
      ]
    `);
  });

  test("no request at all: nothing is known about failures", () => {
    const none = () => ({ scheduled: 0, sent: 0 });
    const user = { latencyMs: { p50: 100 }, errorShare: 1 };
    const runs = buildRuns(none, none);
    for (const sources of [{ baselineRuns: runs }, { user, baselineRuns: runs }]) {
      const objectives = deriveObjectives(sources);
      const { comparisons, kind } = verdictOf(runs, { objectives });
      expect(comparisons.find(({ metric }) => metric === "error-share")).toMatchObject({
        outcome: "undecided",
        bound: { value: objectives.errorShareMax },
      });
      expect(kind).toBe("inconclusive");
    }
  });

  test("identical figures in all runs", () => {
    const verdict = verdictOf(
      buildRuns(
        () => ({}),
        () => ({}),
      ),
    );
    expect(verdict.kind).toBe("pass");
    expect(verdict.comparisons.map((comparison) => comparison.ratio)).toContainEqual({
      estimate: 1,
      low: 1,
      high: 1,
    });
  });

  test("a baseline of zero: the difference decides", () => {
    const zero = () => ({ latency: latency(0) });
    expect(verdictOf(buildRuns(() => ({ latency: latency(4) }), zero)).kind).toBe("pass");
    expect(verdictOf(buildRuns(() => ({ latency: latency(6) }), zero)).kind).toBe("fail");
  });

  test("figures that are no numbers: unknown, and no pass", () => {
    const verdict = verdictOf(buildRuns(() => ({ latency: latency(Number.NaN), cpuShare: Number.NaN })));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.comparisons.find(({ metric }) => metric === "p99")?.candidate).toBeNull();
  });

  test("a candidate that times out in everything", () => {
    const verdict = verdictOf(buildRuns(() => ({ latency: latency(10_000), errors: 2_500, errorShare: 1 })));
    expect(verdict.kind).toBe("fail");
  });
});

describe("percentiles beyond what the requests support", () => {
  const few = { ...latency(20, 30, 42), count: 1_000 };

  test("are not judged, and the highest that can be is", () => {
    const verdict = verdictOf(
      buildRuns(
        () => ({ latency: few }),
        () => ({ latency: few }),
      ),
    );
    expect(verdict.comparisons.slice(0, 4).map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ["p50", "not-judged"],
      ["p90", "not-judged"],
      ["p95", "holds"],
      ["p99", "not-judged"],
    ]);
    expect(verdict.kind).toBe("pass");
    expect(verdict.reasons.find(({ code }) => code === "few-requests")?.summary).toBe(
      "p99 needs 10,000 answered requests a side over all replays and had 5,000; p95 is judged in its place.",
    );
  });

  describe("1,415 requests a side", () => {
    const with1415 = (factor: number) => (wobble: number) => ({
      latency: {
        ...latency(20 * wobble, 30 * factor * wobble),
        count: 283,
        p90Ms: 26 * factor * wobble,
      },
    });
    const judged = (factor: number, recorded = {}) => {
      const runs = buildRuns(with1415(factor), with1415(1));
      return verdictOf(runs, { objectives: deriveObjectives({ recorded, baselineRuns: runs }) });
    };

    test("still tell of the tail: p90 stands in", () => {
      expect(judged(1).kind).toBe("pass");
      expect(judged(1).reasons.find(({ code }) => code === "few-requests")?.summary).toBe(
        "p99 needs 10,000 answered requests a side over all replays and had 1,415; p90 is judged in its place.",
      );
      expect(told(judged(3))).toMatchInlineSnapshot(`
        [
          "fail",
          "latency-p90: p90 rose from 26 ms to 78 ms (×3, 95 % interval 2.9–3.1); the bound is 33 ms (1.25 × baseline).",
        ]
      `);
    });

    test("p90 is held to what the log recorded of it", () => {
      const recorded = { p90Ms: 400, p95Ms: 500, p99Ms: 900 };
      expect(judged(3, recorded).kind).toBe("pass");
      expect(judged(6, recorded).kind).toBe("fail");
    });
  });

  test.each([
    [999, "p50"],
    [1_000, "p90"],
    [1_999, "p90"],
    [2_000, "p95"],
  ])("with %i requests a side the highest that can be judged is %s", (requests, highest) => {
    const count = requests / 5;
    const few = buildRuns(
      () => ({ latency: { ...latency(20, 30, 42), count } }),
      () => ({ latency: { ...latency(20, 30, 42), count } }),
    );
    const judged = verdictOf(few).comparisons.filter(
      ({ unit, outcome }) => unit === "ms" && outcome !== "not-judged",
    );
    expect(judged.map(({ metric }) => metric)).toEqual([highest]);
  });

  describe("999 requests a side", () => {
    const with999 = (factor: number) => (wobble: number) => ({
      latency: { ...latency(20 * factor * wobble, 30 * factor * wobble), count: 199.8 },
    });

    test("tell nothing of the tail: the median alone is no pass, and more replays are worth it", () => {
      const verdict = verdictOf(buildRuns(with999(1), with999(1)));
      expect(told(verdict)).toEqual([
        "inconclusive",
        "few-requests: p99 needs 10,000 answered requests a side over all replays and had 999; p50 is judged in its place, which says nothing of the slow requests: let replays take longer (--minutes), or send from a busier or longer part of the log (--busiest, --window).",
      ]);
      expect(needsMoreRuns(verdict, 5)).toBeGreaterThan(0);
    });

    test("still fail by it", () => {
      expect(verdictOf(buildRuns(with999(3), with999(1))).kind).toBe("fail");
    });

    test("are enough for a user who asks for the median", () => {
      const runs = buildRuns(with999(1), with999(1));
      const objectives = deriveObjectives({ user: { latencyMs: { p50: 100 } }, baselineRuns: runs });
      expect(verdictOf(runs, { objectives }).kind).toBe("pass");
    });
  });

  test("do not pass where the user named them, but fail where a lower one already exceeds their bound", () => {
    const withP95 = (p95Ms: number) => ({ latency: { ...few, p95Ms, p99Ms: p95Ms + 10 } });
    const user = { latencyMs: { p99: 100 } };
    const verdict = (p95Ms: number) => {
      const runs = buildRuns(
        () => withP95(p95Ms),
        () => ({ latency: few }),
      );
      return verdictOf(runs, { objectives: deriveObjectives({ user, baselineRuns: runs }) });
    };
    expect([30, 60, 150].map((p95Ms) => verdict(p95Ms).kind)).toEqual([
      "inconclusive",
      "inconclusive",
      "fail",
    ]);
  });
});

describe("the user's objectives", () => {
  const judged = (runs: readonly RunMeasurement[], p99: number) =>
    verdictOf(runs, { objectives: deriveObjectives({ user: { latencyMs: { p99 } }, baselineRuns: runs }) });

  test("a tail that rose and stays below the SLO passes, and is told with its figures", () => {
    expect(told(judged(buildRuns(slower(3)), 250))).toMatchInlineSnapshot(`
      [
        "pass",
        "latency-p99: p99 rose from 42 ms to 126 ms (×3, 95 % interval 2.9–3.1); the bound is 250 ms, the SLO.",
        "error-share: 0 % (at most 0.024 %) of the requests failed, 0 % with the baseline; the bound is 0.1 %.",
        "cpu-share: The CPU was used to 50 % (at most 50 %) of its limit, to 50 % with the baseline; the bound is 95 %.",
      ]
    `);
  });

  test("an SLO that the baseline misses too is not held against an equal candidate", () => {
    expect(judged(buildRuns(slower(1)), 20).kind).toBe("pass");
    expect(judged(buildRuns(slower(1.6)), 20).kind).toBe("fail");
  });
});

describe("latencies of the record, which hold waits that the sandbox has not", () => {
  const judged = (addedMs: number) => {
    const runs = buildRuns((wobble) => ({
      latency: latency(20, 30 * wobble + addedMs, 42 * wobble + addedMs),
    }));
    const recorded = { p95Ms: 160, p99Ms: 400 };
    return verdictOf(runs, { objectives: deriveObjectives({ recorded, baselineRuns: runs }) });
  };

  test("a smaller machine may add a quarter of them, and not fill them up", () => {
    expect([30, 60, 100].map((addedMs) => judged(addedMs).kind)).toEqual(["pass", "fail", "fail"]);
    expect(told(judged(60))).toMatchInlineSnapshot(`
      [
        "fail",
        "latency-p95: p95 rose from 30 ms to 90 ms (×3, 95 % interval 2.9–3.1); the bound is 70 ms (baseline + 25 % of 160 ms recorded).",
      ]
    `);
  });
});

describe("a twin that does not wait and a user's SLO", () => {
  const judged = (factor: number, p99: number, standIn?: JudgeOptions["standIn"]) => {
    const runs = buildRuns(slower(factor));
    const objectives = deriveObjectives({ user: { latencyMs: { p99 } }, baselineRuns: runs });
    return verdictOf(runs, { objectives, standIn });
  };

  test("being within it proves nothing: only the comparison with the baseline counts", () => {
    expect(judged(3, 250).kind).toBe("pass");
    expect(judged(3, 250, "twin-with-waits").kind).toBe("pass");
    expect(told(judged(3, 250, "twin"))).toMatchInlineSnapshot(`
      [
        "inconclusive",
        "latency-p99: p99 rose from 42 ms to 126 ms (×3, 95 % interval 2.9–3.1); the bound is 46 ms (1.1 × baseline), which this does not decide: more or longer replays are needed, or a quieter host.",
        "slo-not-comparable: The twin does not wait for what the service waits for, so that its latencies being within the SLO proves nothing, and beside the baseline p99 is worse: give a log with durations, or an image of the service.",
      ]
    `);
    expect(needsMoreRuns(judged(3, 250, "twin"), 5)).toBe(0);
    expect(judged(1, 250, "twin").kind).toBe("pass");
    expect(told(judged(1, 250, "twin")).at(-1)).toBe(
      "slo-not-comparable: The twin does not wait for what the service waits for, so that its latencies being within the SLO proves nothing: only the comparison with the baseline counts.",
    );
  });

  test("being beyond it without any wait proves that it is broken", () => {
    expect(judged(3, 100, "twin").kind).toBe("fail");
  });

  test("headroom is not held to it either", () => {
    const p99 = judged(1, 250, "twin").comparisons.find(({ metric }) => metric === "p99");
    expect(p99?.bound?.origin).toBe("1.1 × baseline");
  });
});

describe("a user's own image is held to the record as the twin is", () => {
  const judged = (measuredCpuShare: number, factor: number) =>
    verdictOf(buildRuns(slower(factor)), { imageRecord: { recordedCpuShare: 0.4, measuredCpuShare } });

  test.each([
    [0.3, 1, "inconclusive"],
    [0.3, 4, "fail"],
    [0.5, 4, "inconclusive"],
    [0.5, 1, "pass"],
    [0.4, 1, "pass"],
  ] as const)("%f of CPU where 0.4 was recorded, %f times as slow: %s", (measured, factor, kind) => {
    expect(judged(measured, factor).kind).toBe(kind);
  });
});

describe("the calibration bounds the verdict", () => {
  const calibration = (measuredCpuShare: number): Calibration => ({
    recordedCpuShare: 0.4,
    measuredCpuShare,
    errorShare: Math.abs(measuredCpuShare - 0.4) / 0.4,
    demandSecondsPerRequest: 0.01,
    workUsPerRequest: 5_000,
    overheadUsPerRequest: 100,
    recordedMemoryShare: null,
    notes: [],
  });

  test.each([
    ["too much work proves no fail", 0.5, 4, "inconclusive"],
    ["too much work proves a pass all the more", 0.5, 1, "pass"],
    ["too little work proves no pass", 0.3, 1, "inconclusive"],
    ["too little work proves a fail all the more", 0.3, 4, "fail"],
    ["within 10 % both stand", 0.42, 1, "pass"],
    ["no figure proves nothing", Number.NaN, 1, "inconclusive"],
  ] as const)("%s", (_, measured, factor, kind) => {
    expect(verdictOf(buildRuns(slower(factor)), { calibration: calibration(measured) }).kind).toBe(kind);
  });
});

test("a backlog that drains after the last request was sent has grown all the same", () => {
  const filling = inFlight([10, 80, 150, 220, 290, 360, 430, 500]);
  const draining = inFlight([400, 300, 200, 100, 0]).map((interval) => ({ ...interval, sent: 0 }));
  const verdict = verdictOf(buildRuns(() => ({ intervals: [...filling, ...draining] })));
  expect(verdict.reasons[0]).toMatchObject({ code: "does-not-hold-the-load", kind: "fail" });
  expect(verdict.reasons[0]?.summary).toContain("from 10 to 500");
});

test("a load that rises by itself on both sides is no backlog", () => {
  const rising = (wobble: number) => ({
    ...slower(1)(wobble),
    intervals: inFlight([4, 8, 12, 16, 20, 26, 30, 36, 40, 46, 50, 56]),
  });
  expect(verdictOf(buildRuns(rising, rising)).kind).toBe("pass");
});

describe("a twin queues for nothing but CPU", () => {
  const intervals = inFlight([12, 60, 140, 230, 300, 390, 460, 560, 640, 730, 810, 900]);
  const both = (cpuShare: number, standIn?: JudgeOptions["standIn"]) => {
    const filling = () => ({ cpuShare, intervals });
    return verdictOf(buildRuns(filling, filling), { standIn });
  };

  test("so that with CPU to spare nothing piles up in it, and an image may queue for anything", () => {
    expect(both(0.79, "twin").kind).toBe("pass");
    expect(both(0.81, "twin").reasons[0]?.code).toBe("baseline-in-trouble");
    expect(both(0.79).reasons[0]?.code).toBe("baseline-in-trouble");
  });
});

test("what a side usually has in flight goes by its share of the load", () => {
  const counts = [16, 32, 48, 64, 80, 104, 120, 144, 160, 184, 200, 224];
  const share = (times: number) => () => ({
    intervals: inFlight(counts.map((count) => times * count)),
    sent: times * 2_500,
    scheduled: times * 2_500,
  });
  const signals = (times: number) => {
    const runs = buildRuns(share(times), share(1));
    return signalsOf(sideRuns(runs, "candidate"), sideRuns(runs, "baseline"));
  };
  expect(signals(3)).toEqual([]);
  expect(signals(1)).toEqual([]);
});

test("what is usual in flight is that of the same stretch of the record", () => {
  const counts = [16, 32, 48, 64, 80, 104, 120, 144, 160, 184, 200, 224];
  const stretch = (_: number, pair: number) => ({
    pair,
    intervals: inFlight(counts.map((count) => (pair + 1) * count)),
  });
  const runs = buildRuns(stretch, stretch).filter(({ pair = 0 }) => pair < 4);
  const signals = (given: readonly RunMeasurement[]) =>
    signalsOf(sideRuns(given, "candidate"), sideRuns(given, "baseline")).map(({ code }) => code);
  expect(signals(runs)).toEqual([]);
  const unpaired = runs.map(({ pair: _pair, ...run }) => run);
  expect(signals(unpaired)).toEqual(["does-not-hold-the-load"]);
});
