import type { Verdict, VerdictReason } from "@apex/core";
import { expect, test } from "vitest";
import { deriveObjectives } from "../judge/objectives.ts";
import { runValidation } from "./run-validation.ts";
import { withStretchDoubt } from "./stretch-doubt.ts";
import { buildProfile, buildRequest, buildService, buildWorkload } from "./testing/build-request.ts";
import { SimulatedSandbox } from "./testing/simulated-sandbox.ts";

function failedBy(
  codes: readonly string[],
  user?: { readonly latencyMs: { readonly p99: number } },
): Verdict {
  const reasons = codes.map((code): VerdictReason => ({ code, kind: "fail", summary: "So it is." }));
  return {
    kind: "fail",
    reasons,
    comparisons: [],
    objectives: deriveObjectives({ ...(user === undefined ? {} : { user }), baselineRuns: [] }),
    runs: { baseline: 5, candidate: 5, unfit: 0 },
    headroom: [],
    headroomFactor: null,
  };
}

const SLO = { latencyMs: { p99: 100 } };

test("a latency over the SLO proves no fail where requests take longer here than on the machine", () => {
  const told = withStretchDoubt(failedBy(["latency-p99"], SLO), 1.33);
  expect(told.kind).toBe("inconclusive");
  expect(told.reasons.map(({ code }) => code)).toEqual(["time-scale", "latency-p99"]);
  expect(told.reasons[0]?.summary).toContain("takes 1.33 times as long here");
});

test("it fails all the same for another reason, by bounds of our own, or at nearly the machine's own time", () => {
  expect(withStretchDoubt(failedBy(["latency-p99", "cpu-share"], SLO), 2).kind).toBe("fail");
  expect(withStretchDoubt(failedBy(["latency-p99"]), 2).kind).toBe("fail");
  expect(withStretchDoubt(failedBy(["latency-p99"], SLO), 1.05).kind).toBe("fail");
});

test("a validation knows how far its requests are stretched", async () => {
  const validated = async (cpuPercent: number) => {
    const request = buildRequest({
      // Half as fast a processor: what misses the SLO here by the time scale, is slower than the baseline too.
      candidate: buildService({ machineType: "a1.large", vcpus: 2, memoryGib: 8, vcpuSpeed: 10_000 }),
      workload: buildWorkload({ meanMs: 0.5, rate: 200 }),
      utilization: [buildProfile(cpuPercent, 30)],
      service: { kind: "twin", image: "apex/twin", hasWaits: true },
      objectives: { latencyMs: { p90: 0.1 } },
    });
    return (await runValidation(request, new SimulatedSandbox().ports)).verdict;
  };
  const stretched = await validated(2);
  expect([stretched.kind, stretched.reasons[0]?.code]).toEqual(["inconclusive", "time-scale"]);
  expect((await validated(12)).kind).toBe("fail");
});
