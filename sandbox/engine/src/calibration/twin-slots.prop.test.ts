import type { ComputeService, FittedService } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildService } from "../run/testing/build-request.ts";
import { twinSlots } from "./twin-slots.ts";

const side = (service: ComputeService, cpusPerReplica: number): FittedService => ({
  service,
  replicas: 1,
  cpusPerReplica,
  memoryBytesPerReplica: 2 ** 30,
  loadShare: 1,
});

function sides(vcpus: readonly [number, number], scale: number, ratio = 1) {
  const [before, after] = vcpus;
  return {
    baseline: side(buildService({ vcpus: before }), before * scale),
    candidate: side(buildService({ vcpus: after }), after * scale * ratio),
  };
}

test("half the vCPUs are half the slots at one speed, however few requests are sent", () => {
  // Rounded up on each side, this was one slot of a whole core against one of half a core.
  const { baseline, candidate, stretch } = twinSlots(sides([4, 2], 0.25), 0.25);
  expect(baseline).toEqual({ slots: 2, slotCores: 0.5 });
  expect(candidate).toEqual({ slots: 1, slotCores: 0.5 });
  expect(stretch).toBe(2);
});

test("no core of a large host is left out where requests are thinned for their rate", () => {
  expect(twinSlots(sides([16, 8], 1), 0.5)).toEqual({
    baseline: { slots: 16, slotCores: 1 },
    candidate: { slots: 8, slotCores: 1 },
    stretch: 2,
  });
});

test("a request takes its time where the numbers allow it, thinned or not", () => {
  expect(twinSlots(sides([8, 4], 0.125), 1)).toMatchObject({ stretch: 1, baseline: { slots: 8 } });
  expect(twinSlots(sides([8, 4], 0.125), 0.25)).toEqual({
    baseline: { slots: 2, slotCores: 0.5 },
    candidate: { slots: 1, slotCores: 0.5 },
    stretch: 1,
  });
});

const vcpus = fc.oneof(fc.constantFrom(0.25, 0.5, 1.5), fc.integer({ min: 1, max: 448 }));

test("for any machines the slots hold all the CPU, and their speeds are to each other as the vCPUs' are", () => {
  fc.assert(
    fc.property(
      fc.tuple(vcpus, vcpus),
      fc.double({ min: 1e-4, max: 1, noNaN: true }),
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.double({ min: 0.25, max: 4, noNaN: true }),
      ([before, after], wanted, arrivalShare, ratio) => {
        // What the fit gives: no vCPU of either side stands for more than a core.
        const fit = sides([before, after], Math.min(wanted, 1 / ratio), ratio);
        const { baseline, candidate, stretch } = twinSlots(fit, arrivalShare);
        // Under one vCPU a machine is one slow core.
        const speed = (ratio * (after / Math.ceil(after))) / (before / Math.ceil(before));
        expect(candidate.slotCores / baseline.slotCores / speed).toBeCloseTo(1, 6);
        for (const [slots, { cpusPerReplica }] of [
          [baseline, fit.baseline],
          [candidate, fit.candidate],
        ] as const) {
          expect((slots.slots * slots.slotCores) / cpusPerReplica).toBeCloseTo(1, 6);
          expect(Number.isInteger(slots.slots) && slots.slots >= 1).toBe(true);
          expect(slots.slotCores).toBeLessThanOrEqual(1);
        }
        expect(baseline.slots).toBeLessThanOrEqual(Math.ceil(before));
        expect(stretch).toBeGreaterThanOrEqual(1 - 1e-6);
      },
    ),
    { numRuns: 500 },
  );
});
