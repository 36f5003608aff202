import type { RunMeasurement, Side } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ratioInterval, shiftInterval } from "./intervals.ts";
import { judge } from "./judge.ts";
import { deriveObjectives } from "./objectives.ts";
import { buildRun, latency } from "./testing/build-run.ts";

const SEVERITY = { pass: 0, inconclusive: 1, fail: 2 } as const;
const latencyMs = fc.double({ min: 0.01, max: 5_000, noNaN: true });
const perSide = fc.array(latencyMs, { minLength: 4, maxLength: 9 });

function runsOf(side: Side, valuesMs: readonly number[], scale = 1): readonly RunMeasurement[] {
  return valuesMs.map((valueMs, index) =>
    buildRun({
      side,
      ordinal: 2 * index + (side === "baseline" ? 1 : 2),
      latency: latency(valueMs * scale, 1.5 * valueMs * scale, 2 * valueMs * scale),
      lateness: latency(0.1),
      cpuShare: 0.4,
    }),
  );
}

function judged(baseline: readonly number[], candidate: readonly number[], p99Ms?: number) {
  const runs = [...runsOf("baseline", baseline), ...runsOf("candidate", candidate)];
  const user = p99Ms === undefined ? undefined : { latencyMs: { p99: p99Ms } };
  return judge(runs, { objectives: deriveObjectives({ user, baselineRuns: runs }) });
}

describe("the judge", () => {
  test("never judges a candidate more kindly because some of its runs were slower", () => {
    const slowed = fc.array(fc.double({ min: 1, max: 50, noNaN: true }), { minLength: 9, maxLength: 9 });
    const objective = fc.option(latencyMs, { nil: undefined });
    fc.assert(
      fc.property(perSide, perSide, slowed, objective, (baseline, candidate, factors, p99Ms) => {
        const worse = candidate.map((value, index) => value * (factors[index] ?? 1));
        const [before, after] = [judged(baseline, candidate, p99Ms), judged(baseline, worse, p99Ms)];
        expect(SEVERITY[after.kind]).toBeGreaterThanOrEqual(SEVERITY[before.kind]);
      }),
    );
  });

  test("does not care in which order the runs are given", () => {
    fc.assert(
      fc.property(
        perSide,
        perSide,
        fc.infiniteStream(fc.double({ noNaN: true })),
        (baseline, candidate, keys) => {
          const runs = [...runsOf("baseline", baseline), ...runsOf("candidate", candidate)];
          const keyed = runs.map((run) => ({ run, key: keys.next().value }));
          const shuffled = keyed.toSorted((a, b) => Number(a.key) - Number(b.key)).map(({ run }) => run);
          const objectives = deriveObjectives({ baselineRuns: runs });
          expect(judge(shuffled, { objectives })).toEqual(judge(runs, { objectives }));
        },
      ),
    );
  });

  test("decides the same in microseconds as in milliseconds, where no bound is in absolute time", () => {
    const scale = 1_024;
    fc.assert(
      fc.property(fc.array(latencyMs, { minLength: 5, maxLength: 5 }), perSide, (baseline, candidate) => {
        const far = baseline.map((value) => 1_000 + value);
        const runs = (factor: number) => [
          ...runsOf("baseline", far, factor),
          ...runsOf(
            "candidate",
            candidate.map((value) => 1_000 + 3 * value),
            factor,
          ),
        ];
        const kindOf = (factor: number) =>
          judge(runs(factor), { objectives: deriveObjectives({ baselineRuns: runs(factor) }) }).kind;
        expect(kindOf(scale)).toBe(kindOf(1));
      }),
    );
  });

  test("never fails both a change and its reverse", () => {
    fc.assert(
      fc.property(perSide, perSide, (one, other) => {
        const kinds = [judged(one, other).kind, judged(other, one).kind];
        expect(kinds).not.toEqual(["fail", "fail"]);
      }),
    );
  });

  test("always gives a reason of the verdict's own kind first, in whole sentences", () => {
    fc.assert(
      fc.property(perSide, perSide, (baseline, candidate) => {
        const { kind, reasons } = judged(baseline, candidate);
        expect(reasons[0]?.kind).toBe(kind);
        for (const { summary } of reasons) expect(summary).toMatch(/^[A-Zp0-9].*\.$/);
      }),
    );
  });
});

describe("intervals", () => {
  test("of a ratio are inverted when the sides are exchanged, those of a difference negated", () => {
    fc.assert(
      fc.property(perSide, perSide, (one, other) => {
        const [ratio, back] = [ratioInterval(one, other), ratioInterval(other, one)];
        expect((ratio?.low ?? 0) * (back?.high ?? 0)).toBeCloseTo(ratio === null ? 0 : 1, 9);
        const [shift, opposite] = [shiftInterval(one, other), shiftInterval(other, one)];
        expect(shift?.low).toBe(opposite === null ? undefined : -opposite.high);
      }),
    );
  });

  test("of a ratio hold the ratio of the medians", () => {
    fc.assert(
      fc.property(perSide, perSide, (baseline, candidate) => {
        const p99 = judged(baseline, candidate).comparisons.find(({ metric }) => metric === "p99");
        const { estimate, low, high } = p99?.ratio ?? { estimate: 1, low: 1, high: 1 };
        expect(low).toBeLessThanOrEqual(estimate * (1 + 1e-12));
        expect(high).toBeGreaterThanOrEqual(estimate * (1 - 1e-12));
      }),
    );
  });
});
