import type { Fit, MetricSeries, RunMeasurement, UtilizationProfile } from "@apex/core";
import { describe, expect, test } from "vitest";
import { fitToHost } from "../fit/fit-to-host.ts";
import { buildRun } from "../judge/testing/build-run.ts";
import { buildProfile, buildService, buildWorkload, WINDOW_START_MS } from "../run/testing/build-request.ts";
import { calibrationOf, correctedWorkUs, firstWorkUs } from "./calibrate.ts";
import { recordedShare } from "./recorded-share.ts";
import { type ServiceDemand, serviceDemand } from "./service-demand.ts";
import { twinLoad } from "./twin-load.ts";

const HOUR_MS = 3_600_000;
const window = { startMs: WINDOW_START_MS, endMs: WINDOW_START_MS + 600_000 };
const cpu = { metric: "cpu_percent", window, within: "mean" } as const;

function profile(
  samples: readonly (readonly [atMs: number, percent: number])[],
  series: Partial<MetricSeries> = {},
): UtilizationProfile {
  return {
    resourceId: "i-1",
    window,
    series: [
      {
        resourceId: "i-1",
        metric: "cpu_percent",
        statistic: "average",
        periodMs: 300_000,
        timestampsMs: Float64Array.from(samples, ([atMs]) => WINDOW_START_MS + atMs),
        values: Float64Array.from(samples, ([, percent]) => percent),
        ...series,
      },
    ],
  };
}

describe("recorded utilisation of a window", () => {
  test("is the mean of its samples, each by how much of it lies within", () => {
    const samples = [
      [-150_000, 10],
      [150_000, 40],
      [450_000, 60],
    ] as const;
    // 150 s of the first, 300 s of the second, 150 s of the third.
    expect(recordedShare([profile(samples)], cpu)).toEqual({
      share: (10 * 150 + 40 * 300 + 60 * 150) / 60_000,
      notes: [],
    });
  });

  test("of memory is its highest", () => {
    const samples = [
      [0, 40],
      [300_000, 70],
    ] as const;
    const memory = profile(samples, { metric: "memory_used_percent" });
    const question = { metric: "memory_used_percent", window, within: "highest" } as const;
    expect(recordedShare([memory], question)).toEqual({ share: 0.7, notes: [] });
  });

  test("without samples is the highest of the same hour of another week, and that is said", () => {
    const samples = [
      [-7 * 24 * HOUR_MS, 33],
      [-7 * 24 * HOUR_MS + 300_000, 35],
      [-5 * HOUR_MS, 90],
    ] as const;
    const { share, notes } = recordedShare([profile(samples)], cpu);
    expect(share).toBe(0.35);
    expect(notes).toEqual([
      "No CPU utilisation is recorded for the window; the highest of the same hour of the week stands for it.",
    ]);
  });

  test("without a comparable hour is the 99.5th percentile of all", () => {
    const samples = Array.from(
      { length: 12 },
      (_, index) => [-9 * HOUR_MS + index * 300_000, index] as const,
    );
    const { share, notes } = recordedShare([profile(samples)], cpu);
    expect(share).toBe(0.11);
    expect(notes[0]).toContain("99.5th percentile");
  });

  test("that covers less than half of the window does not speak for it", () => {
    expect(recordedShare([profile([[0, 10]], { periodMs: 60_000 })], cpu).notes).toHaveLength(1);
  });

  test("of a group of machines is their mean; those without stand behind", () => {
    const [one, two] = [
      profile([
        [0, 20],
        [300_000, 20],
      ]),
      profile([
        [0, 40],
        [300_000, 40],
      ]),
    ];
    const { share, notes } = recordedShare([one, two, { ...one, series: [] }], cpu);
    expect(share).toBeCloseTo(0.3);
    expect(notes).toEqual(["1 of 3 machines have no recorded CPU utilisation; the others stand for them."]);
  });

  test("from maxima only is said to be too high; nonsense is left out; nothing is unknown", () => {
    const high = recordedShare(
      [
        profile(
          [
            [0, 50],
            [300_000, 50],
          ],
          { statistic: "maximum" },
        ),
      ],
      cpu,
    );
    expect(high.notes[0]).toContain("Only the maximum");
    expect(
      recordedShare(
        [
          profile([
            [0, Number.NaN],
            [300_000, -3],
          ]),
        ],
        cpu,
      ).share,
    ).toBeNull();
    expect(recordedShare([], cpu).share).toBeNull();
  });
});

const workload = buildWorkload({ rate: 100, seconds: 600 });

function demandOf(
  overrides: { readonly cpu?: number; readonly memory?: number; readonly factor?: number } = {},
): ServiceDemand {
  const reading = serviceDemand(buildService({ count: 2 }), workload, {
    utilization: [buildProfile(overrides.cpu ?? 20, overrides.memory)],
    arrivalFactor: overrides.factor ?? 1,
  });
  if (reading.kind === "unknown") throw new Error(reading.reason);
  return reading.demand;
}

describe("the demand of a request", () => {
  test("is utilisation × vCPUs × machines over throughput", () => {
    const demand = demandOf();
    expect(demand.demandSeconds * demand.rate).toBeCloseTo(0.2 * 4 * 2);
    expect(demandOf({ factor: 10 }).demandSeconds).toBeCloseTo(demand.demandSeconds / 10);
  });
});

function fitOf(count = 2): Fit {
  const host = {
    cpus: 2,
    memoryBytes: 24 * 2 ** 30,
    gpus: 0,
    cpuModel: "x",
    kernel: "x",
    engineVersion: "x",
    cgroupVersion: 2,
  } as const;
  const baseline = buildService({ count });
  const candidate = buildService({ machineType: "m5.large", vcpus: 2, memoryGib: 8, count });
  const outcome = fitToHost({ baseline, candidate, host, mode: "twin" });
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.fit;
}

describe("what the twin is told", () => {
  test("is the machine's vCPUs as slots and its work at the scale", () => {
    const fit = fitOf();
    const load = twinLoad(fit, demandOf({ memory: 50 }));
    expect(load.arrivalShare).toBe(1);
    expect(load.cpuUsPerRequest).toBeCloseTo(demandOf().demandSeconds * fit.scale * 1e6);
    expect(load.baseline).toMatchObject({ slots: 4, slotCores: fit.scale });
    expect(load.candidate).toMatchObject({ slots: 2, slotCores: fit.scale });
    expect(load.baseline.residentBytes).toBe(Math.floor(0.5 * 16 * 2 ** 30 * fit.scale - 64 * 2 ** 20));
    expect(load.candidate.residentBytes).toBe(load.baseline.residentBytes);
  });

  test("takes several requests together where one is too little to be measured, at the same work per second", () => {
    const fit = fitOf();
    const demand = demandOf({ factor: 100 });
    const load = twinLoad(fit, demand);
    expect(load.arrivalShare).toBeLessThan(1);
    expect(load.cpuUsPerRequest).toBeGreaterThanOrEqual(999.9);
    const perSecond = demand.rate * fit.baseline.loadShare * load.arrivalShare;
    expect(perSecond).toBeLessThanOrEqual(2000.1);
    const limit = fit.baseline.cpusPerReplica * fit.baseline.replicas;
    expect((perSecond * load.cpuUsPerRequest) / 1e6 / limit).toBeCloseTo(0.2);
    expect(load.baseline.slots * load.baseline.slotCores).toBeCloseTo(fit.baseline.cpusPerReplica);
    expect(load.notes.join(" ")).toContain("stands for");
  });

  test("says when memory is not known", () => {
    expect(twinLoad(fitOf(), demandOf()).notes.join(" ")).toContain("Memory use is not recorded");
  });
});

describe("calibration", () => {
  const fit = fitOf();
  const demand = demandOf();
  const basis = { fit, demand, load: twinLoad(fit, demand) };
  /** A twin that burns what it is asked for and so much beside it. */
  const measured = (askedUs: number, overheadUs: number): RunMeasurement =>
    buildRun({ cpuSecondsPerRequest: (askedUs + overheadUs) / 1e6 });

  test("asks for all of the work at first: what HTTP costs the twin it takes off by itself", () => {
    expect(firstWorkUs(basis.load)).toBe(basis.load.cpuUsPerRequest);
    const first = firstWorkUs(basis.load);
    expect(calibrationOf(basis, [measured(first, 0)], first).errorShare).toBeCloseTo(0);
  });

  test.each([0, 100, 400])("finds the work within a correction when HTTP costs %d µs", (overheadUs) => {
    const first = firstWorkUs(basis.load);
    const tried = calibrationOf(basis, [measured(first, overheadUs)], first);
    const second = correctedWorkUs(basis.load, tried);
    const corrected = calibrationOf(basis, [measured(second, overheadUs)], second);
    expect(corrected.errorShare).toBeLessThan(0.001);
    expect(corrected.overheadUsPerRequest).toBeCloseTo(overheadUs, 3);
  });

  test("asks for more where less was burned than asked for, within bounds", () => {
    const first = firstWorkUs(basis.load);
    const lazy = calibrationOf(basis, [measured(first * 0.8, 0)], first);
    expect(correctedWorkUs(basis.load, lazy)).toBeGreaterThan(first);
    const dead = calibrationOf(basis, [measured(0, 0)], first);
    expect(correctedWorkUs(basis.load, dead)).toBe(2 * first);
  });

  test("is the median of several replays", () => {
    const exact = basis.load.cpuUsPerRequest;
    const runs = [0.9, 1, 5].map((factor) => measured(exact * factor, 0));
    expect(calibrationOf(basis, runs, exact).errorShare).toBeCloseTo(0);
  });
});
