import { machineType } from "@apex/catalog";
import { compareDecimals, decimal, type MetricSeries } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultPolicy, type Policy, PRESET_NAMES, presetPolicy } from "./policy/policy.ts";
import { billed, instance, modestIo, noiseAt, profile, run, series } from "./testing/builders.ts";

const HOUR_MS = 3_600_000;

/** Hourly maxima keep a run short; every shape that matters is in the levels. */
function load(
  metric: "cpu_percent" | "memory_used_percent",
  level: { base: number; spread: number; spikes: number },
): MetricSeries {
  return series(
    metric,
    ({ index }) =>
      noiseAt(index * 7 + 3) * 100 < level.spikes
        ? 97
        : Math.min(100, level.base + level.spread * noiseAt(index)),
    { statistic: "maximum", periodMs: HOUR_MS },
  );
}

const level = fc.record({
  base: fc.double({ min: 0, max: 60, noNaN: true }),
  spread: fc.double({ min: 0, max: 30, noNaN: true }),
  spikes: fc.constantFrom(0, 0, 0.3, 1, 5),
});

const machines = fc.constantFrom(
  "m5.xlarge",
  "m5.4xlarge",
  "c5.2xlarge",
  "r5.2xlarge",
  "t3.xlarge",
  "m6i.2xlarge",
  "m5d.2xlarge",
);

const cases = fc.record({
  type: machines,
  cpu: level,
  memory: fc.option(level),
  hasIo: fc.boolean(),
  preset: fc.constantFrom(...PRESET_NAMES),
  coverage: fc.constantFrom(null, 0, 0.3, 1),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function measured(one: Case) {
  return profile(
    "i-1",
    load("cpu_percent", one.cpu),
    ...(one.memory === null ? [] : [load("memory_used_percent", one.memory)]),
    ...(one.hasIo ? modestIo() : []),
  );
}

function decide(one: Case, policy: Policy) {
  return run([instance(one.type)], [measured(one)], { policy, costs: [billed("i-1", one.coverage)] });
}

describe("whatever the load", () => {
  test("savings are never negative, net never exceeds list, confidence stays under its cap, risk within the policy", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const policy = presetPolicy(one.preset);
        for (const found of (await decide(one, policy)).recommendations) {
          const { list, net } = found.monthlySavings;
          expect(compareDecimals(list, policy.savings.minimumMonthly)).toBeGreaterThanOrEqual(0);
          expect(
            net === null || (compareDecimals(net, decimal(0)) >= 0 && compareDecimals(net, list) <= 0),
          ).toBe(true);
          expect(found.confidence).toBeGreaterThanOrEqual(0);
          expect(found.confidence).toBeLessThanOrEqual(0.93);
          expect(found.risk).toBeLessThanOrEqual(policy.sizing.maximumRisk);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("every measured dimension holds its need, and an unknown one is never smaller than today", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const { recommendations } = await decide(one, presetPolicy(one.preset));
        const found = recommendations.find((candidate) => candidate.rule === "ec2-resize");
        if (found === undefined) return;
        const now = machineType("aws", one.type)!;
        const after = machineType("aws", found.to)!;
        const bursts = new Set(["network", "ebs-iops", "ebs-throughput"]);
        for (const dimension of found.evidence.dimensions) {
          const needed = bursts.has(dimension.dimension)
            ? Math.min(dimension.need, dimension.capacityNow!)
            : dimension.need;
          expect(dimension.capacityAfter).toBeGreaterThanOrEqual(needed);
        }
        expect(one.memory !== null || after.memoryGib >= now.memoryGib).toBe(true);
        expect(one.hasIo || after.networkBaselineMbps! >= now.networkBaselineMbps!).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("more headroom never gives a smaller machine, nor a larger saving", async () => {
    const headroom = fc.double({ min: 0, max: 0.6, noNaN: true });
    await fc.assert(
      fc.asyncProperty(cases, headroom, headroom, async (one, a, b) => {
        const at = async (share: number) => {
          const policy = defaultPolicy();
          const sizing = {
            ...policy.sizing,
            cpuHeadroom: share,
            memoryHeadroom: share,
            maximumRisk: 4 as const,
          };
          const analysis = await decide(one, {
            ...policy,
            sizing,
            candidates: { ...policy.candidates, crossFamily: false },
          });
          const found = analysis.recommendations.find((candidate) => candidate.rule === "ec2-resize");
          return {
            machine: machineType("aws", found?.to ?? one.type)!,
            saving: Number(found?.monthlySavings.list ?? "0"),
          };
        };
        const little = await at(Math.min(a, b));
        const much = await at(Math.max(a, b));
        expect(much.machine.vcpu).toBeGreaterThanOrEqual(little.machine.vcpu);
        expect(much.machine.memoryGib).toBeGreaterThanOrEqual(little.machine.memoryGib);
        expect(much.saving).toBeLessThanOrEqual(little.saving);
      }),
      { numRuns: 60 },
    );
  });

  test("an unknown price, region or type never yields a saving, an unknown CPU none that hangs on use", async () => {
    const broken = fc.constantFrom("region", "type", "cpu", "tenancy");
    await fc.assert(
      fc.asyncProperty(cases, broken, async (one, what) => {
        const base = instance(
          what === "type" ? "z9.mega" : one.type,
          what === "region" ? { region: "xx-nowhere-1" } : {},
        );
        const subject =
          what === "tenancy" ? { ...base, attributes: { ...base.attributes, tenancy: "dedicated" } } : base;
        const all = measured(one);
        const kept = what === "cpu" ? all.series.filter((item) => item.metric !== "cpu_percent") : all.series;
        const { recommendations } = await run([subject], [{ ...all, series: kept }]);
        // A newer type with no less of anything holds whatever runs on the older one.
        const isOfUse = ({ rule }: { rule: string }) => what !== "cpu" || rule !== "ec2-generation";
        expect(recommendations.filter(isOfUse)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("the same input gives the same answer, which survives JSON unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const policy = presetPolicy(one.preset);
        const analysis = await decide(one, policy);
        expect(await decide(one, policy)).toEqual(analysis);
        expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
      }),
      { numRuns: 10 },
    );
  });

  test("hostile samples never make it throw, nor save on nothing", async () => {
    const hostile = fc.array(
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -5, 0, 1e300, 50),
      { minLength: 0, maxLength: 400 },
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (values) => {
        const one = series("cpu_percent", ({ index }) => values[index], {
          periodMs: HOUR_MS,
          statistic: "maximum",
        });
        for (const found of (await run([instance("m5.4xlarge")], [profile("i-1", one, ...modestIo())]))
          .recommendations) {
          expect(compareDecimals(found.monthlySavings.list, decimal(0))).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
