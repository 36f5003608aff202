import { AdapterError, ContainerNotReady } from "@apex/core";
import { describe, expect, test } from "vitest";
import { runValidation } from "./run-validation.ts";
import {
  buildProfile,
  buildRequest,
  buildService,
  buildWorkload,
  unevenWorkload,
} from "./testing/build-request.ts";
import { SimulatedSandbox, type SimulatedWorld } from "./testing/simulated-sandbox.ts";
import type { ValidationRequest } from "./validation-request.ts";

/** 100 requests a second on average and most of the time; the second minute begins with a quarter of one at twice as many. */
const PEAKED = unevenWorkload(120, (second) => {
  if (second < 20) return 25;
  return second >= 60 && second < 75 ? 200 : 100;
});

async function validated(overrides: Partial<ValidationRequest> = {}, world: SimulatedWorld = {}) {
  const sandbox = new SimulatedSandbox(world);
  const validation = await runValidation(buildRequest({ workload: PEAKED, ...overrides }), sandbox.ports);
  expect(sandbox.violations).toEqual([]);
  expect(sandbox.isClosed).toBe(true);
  const peaks = sandbox.replayed.filter(({ name }) => name.startsWith("peak"));
  return { ...validation, sandbox, peaks };
}

/** Every start of the environment of the peak fails so, up to a number of times. */
function failingPeaks(times: number, error: () => Error): SimulatedWorld {
  return {
    onOperation: (operation, _count, { provisioned }) => {
      const peaks = provisioned.filter(({ name }) => name.startsWith("peak"));
      if (
        operation === "provision" &&
        peaks.at(-1) === provisioned.at(-1) &&
        peaks.length <= times &&
        peaks.length > 0
      )
        throw error();
    },
  };
}

describe("before a pass the candidate is sent the busiest stretch of the record", () => {
  test("once, at the recorded load, as a figure of its own beside the pairs; then headroom is looked for", async () => {
    const { verdict, runs, peaks, sandbox } = await validated();
    expect(verdict.kind).toBe("pass");
    expect(verdict.peak).toMatchObject({
      startedAt: "2026-11-17T10:01:00Z",
      outcome: "held",
      troubles: [],
      errorShare: 0,
    });
    expect(verdict.peak?.factor).toBeCloseTo(2, 1);
    expect(verdict.peak?.rate).toBeCloseTo(200, 0);
    expect(runs).toHaveLength(10);
    expect(peaks).toHaveLength(1);
    const [measured] = sandbox.replayed.filter(({ name }) => name.startsWith("candidate"));
    expect((peaks[0]?.schedule.rate ?? 0) / (measured?.schedule.rate ?? 1)).toBeCloseTo(2, 1);
    // 12 % of four vCPUs on two, twice over.
    expect(verdict.peak?.cpuShare).toBeCloseTo(0.24 * 2, 1);
    const told = sandbox.events.map(({ kind }) => kind);
    expect(told.indexOf("peak-probed")).toBeLessThan(told.indexOf("probed"));
    expect(verdict.headroom.length).toBeGreaterThan(1);
  });

  test("and one that does not hold it does not pass: when that was, what was measured, what to do", async () => {
    const { verdict, runs, peaks } = await validated({ utilization: [buildProfile(30, 30)] });
    expect(verdict.kind).toBe("inconclusive");
    expect(verdict.reasons[0]?.code).toBe("peak-not-held");
    expect(verdict.reasons[0]?.summary).toMatch(
      /^The busiest \d+ s of the window, from 2026-11-17T10:01:00Z, had 200 requests a second, 2 times the mean rate, and in one replay of them m5\.large did not hold: in-flight requests grew from \d+ to \d+ and the CPU was used to 100 % of its limit \(95 % allowed\)\. .*--busiest 1\)/,
    );
    expect(verdict.peak?.outcome).toBe("not-held");
    expect(verdict.headroom).toEqual([]);
    expect([runs.length, peaks.length]).toEqual([10, 1]);
  });

  test("unless the replays of pairs send as much, or it is no pass anyway", async () => {
    const even = await validated({ workload: buildWorkload() });
    expect(even.verdict).toMatchObject({ kind: "pass", peak: { outcome: "covered", cpuShare: null } });
    expect(even.peaks).toEqual([]);
    const small = buildService({ machineType: "t3.micro", vcpus: 1, memoryGib: 8, vcpuSpeed: null });
    const failed = await validated({ candidate: small, utilization: [buildProfile(40, 30)] });
    expect([failed.verdict.kind, failed.verdict.peak, failed.peaks.length]).toEqual(["fail", undefined, 0]);
  });

  test("in which a service that is killed did not hold it", async () => {
    const killed = () =>
      new ContainerNotReady("service-0 was killed.", {
        container: "service-0",
        state: { kind: "oom-killed" },
      });
    const { verdict } = await validated({}, failingPeaks(1, killed));
    expect(verdict.reasons[0]).toMatchObject({ code: "peak-not-held", kind: "inconclusive" });
    expect(verdict.peak?.troubles).toEqual(["the kernel killed it for want of memory"]);
  });

  test("again where the sandbox failed once, and without it there is no pass", async () => {
    const broken = () => new AdapterError("unavailable", "the engine says no");
    expect((await validated({}, failingPeaks(1, broken))).verdict.kind).toBe("pass");
    const { verdict } = await validated({}, failingPeaks(9, broken));
    expect(verdict).toMatchObject({ kind: "inconclusive", peak: { outcome: "not-measured" } });
    expect(verdict.reasons[0]?.code).toBe("peak-not-measured");
  });

  test("a few times where others use the host, and what they spoilt proves nothing", async () => {
    const quiet = await validated();
    const first = quiet.sandbox.replayed.findIndex(({ name }) => name.startsWith("peak"));
    const { verdict, peaks } = await validated({}, { foreignShare: (replay) => (replay > first ? 0.5 : 0) });
    expect(verdict.peak?.outcome).toBe("not-measured");
    expect(verdict.reasons[0]?.code).toBe("peak-not-measured");
    expect(peaks.length).toBeGreaterThan(1);
    expect(peaks.length).toBeLessThanOrEqual(5);
  });

  test("within the minutes, also on a host where starting takes long", async () => {
    for (const provisionMs of [700, 6_000]) {
      const sandbox = new SimulatedSandbox({ provisionMs });
      const startMs = sandbox.ports.clock.monotonicMs();
      const { verdict } = await runValidation(buildRequest({ workload: PEAKED, minutes: 4 }), sandbox.ports);
      expect(sandbox.ports.clock.monotonicMs() - startMs).toBeLessThanOrEqual(4 * 60_000);
      expect(verdict.peak?.outcome).toBe("held");
    }
  });
});
