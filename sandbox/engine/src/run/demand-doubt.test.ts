import type { Calibration, Verdict, VerdictReason } from "@apex/core";
import { describe, expect, test } from "vitest";
import { deriveObjectives } from "../judge/objectives.ts";
import { withDemandDoubt } from "./demand-doubt.ts";
import { runValidation } from "./run-validation.ts";
import { buildProfile, buildRequest } from "./testing/build-request.ts";
import { SimulatedSandbox } from "./testing/simulated-sandbox.ts";

const calibration = (demandBias?: Calibration["demandBias"]): Calibration => ({
  recordedCpuShare: 0.4,
  measuredCpuShare: 0.4,
  errorShare: 0,
  demandSecondsPerRequest: 0.01,
  workUsPerRequest: 5_000,
  overheadUsPerRequest: 0,
  recordedMemoryShare: null,
  notes: [],
  ...(demandBias === undefined ? {} : { demandBias }),
});

function verdict(...reasons: readonly Pick<VerdictReason, "code" | "kind">[]): Verdict {
  return {
    kind: reasons[0]?.kind ?? "pass",
    reasons: reasons.map((reason) => ({ ...reason, summary: "So it is." })),
    comparisons: [],
    objectives: deriveObjectives({ user: undefined, recorded: {}, baselineRuns: [] }),
    runs: { baseline: 5, candidate: 5, unfit: 0 },
    headroom: [],
    headroomFactor: null,
  };
}

const kindWith = (bias: Calibration["demandBias"], given: Verdict) =>
  withDemandDoubt(given, calibration(bias)).kind;

const PASS = verdict({ code: "latency-p99", kind: "pass" });
const SLOW = verdict({ code: "latency-p99", kind: "fail" }, { code: "cpu-share", kind: "fail" });

describe("a demand that can only be wrong one way", () => {
  test("proves no pass when it is too small, and says which samples would", () => {
    const told = withDemandDoubt(PASS, calibration("low"));
    expect(told.kind).toBe("inconclusive");
    expect(told.reasons[0]).toMatchObject({ code: "calibration", kind: "inconclusive" });
    expect(told.reasons[0]?.summary).toContain("samples of a minute");
    expect(told.reasons.slice(1)).toEqual(PASS.reasons);
  });

  test("proves no fail for want of CPU when it is too large, and says which samples would", () => {
    const told = withDemandDoubt(SLOW, calibration("high"));
    expect(told.kind).toBe("inconclusive");
    expect(told.reasons[0]?.summary).toContain("average CPU samples");
    expect(kindWith("high", verdict({ code: "does-not-hold-the-load", kind: "fail" }))).toBe("inconclusive");
  });

  test("the other way is all the stronger", () => {
    expect(kindWith("high", PASS)).toBe("pass");
    expect(kindWith("low", SLOW)).toBe("fail");
  });

  test("changes nothing about memory that does not suffice, or where nothing is wrong", () => {
    const killed = verdict({ code: "out-of-memory", kind: "fail" }, { code: "latency-p99", kind: "fail" });
    expect(kindWith("high", killed)).toBe("fail");
    for (const bias of ["exact", undefined] as const) {
      expect(kindWith(bias, PASS)).toBe("pass");
      expect(kindWith(bias, SLOW)).toBe("fail");
    }
    expect(withDemandDoubt(SLOW, null)).toBe(SLOW);
  });
});

describe("a validation of two minutes of requests", () => {
  /** The minutes' profile with samples of an hour around them, of one statistic. */
  const hourly = (percent: number, statistic: "average" | "maximum") => {
    const profile = buildProfile(percent, 30);
    const series = profile.series.map((each) =>
      each.metric === "cpu_percent" ? { ...each, statistic, periodMs: 3_600_000 } : each,
    );
    return { utilization: [{ ...profile, series }] };
  };
  const validated = async (overrides: ReturnType<typeof hourly>) =>
    await runValidation(buildRequest(overrides), new SimulatedSandbox().ports);

  test("does not pass on the CPU of a whole hour", async () => {
    const { verdict, calibration: made } = await validated(hourly(12, "average"));
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.reasons[0]).toMatchObject({ code: "calibration", kind: "inconclusive" });
    expect(made?.demandBias).toBe("low");
  });

  test("fails on it none the less, but not on an hour's maximum, on which it can pass", async () => {
    expect((await validated(hourly(60, "average"))).verdict.kind).toBe("fail");
    expect((await validated(hourly(60, "maximum"))).verdict.kind).toBe("inconclusive");
    expect((await validated(hourly(12, "maximum"))).verdict.kind).toBe("pass");
  });
});
