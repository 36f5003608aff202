import type { Fit, MetricSeries, RunMeasurement, TimeWindow, UtilizationProfile } from "@apex/core";
import { describe, expect, test } from "vitest";
import { fitToHost } from "../fit/fit-to-host.ts";
import { buildRun } from "../judge/testing/build-run.ts";
import { buildProfile, buildService, buildWorkload, WINDOW_START_MS } from "../run/testing/build-request.ts";
import { calibrationOf, correctedWorkUs, firstWorkUs } from "./calibrate.ts";
import { recordedCpu } from "./recorded-cpu.ts";
import { recordedMemory } from "./recorded-memory.ts";
import { type ServiceDemand, serviceDemand } from "./service-demand.ts";
import { twinLoad } from "./twin-load.ts";

const HOUR_MS = 3_600_000;
const window = { startMs: WINDOW_START_MS, endMs: WINDOW_START_MS + 600_000 };

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

/** So many requests in each second of the window, which may differ in its halves. */
const arrivals = (first: number, second = first) => ({
  window,
  requestsIn: ({ startMs, endMs }: TimeWindow) => {
    const middle = (window.startMs + window.endMs) / 2;
    const before = Math.max(0, Math.min(endMs, middle) - startMs);
    const after = Math.max(0, endMs - Math.max(startMs, middle));
    return (before * first + after * second) / 1000;
  },
});
const even = arrivals(100);

const WHOLE = [
  [0, 40],
  [300_000, 60],
] as const;

describe("recorded CPU of a window", () => {
  test("is the mean of its samples", () => {
    expect(recordedCpu([profile(WHOLE)], even)).toEqual({ share: 0.5, bias: "exact", notes: [] });
    expect(recordedCpu([profile(WHOLE)], arrivals(10, 500)).share).toBeCloseTo(0.5);
  });

  test("of samples that reach beyond it is that of those inside, at its rate", () => {
    const samples = [
      [-150_000, 10],
      [150_000, 40],
      [450_000, 60],
    ] as const;
    const inside = recordedCpu([profile(samples)], even);
    expect(inside.share).toBeCloseTo(0.4);
    expect(inside).toMatchObject({ bias: "exact", notes: [] });
    // The second half had three times the requests of the first, of which the sample inside saw as many as of the second.
    expect(recordedCpu([profile(samples)], arrivals(50, 150)).share).toBeCloseTo(0.4);
    // Only the first half has a sample: 20 % at 50 a second are 40 % at the 100 a second of the window.
    const half = recordedCpu([profile([[0, 20]])], arrivals(50, 150));
    expect(half.share).toBeCloseTo(0.4);
    expect(half).toMatchObject({ bias: "exact", notes: [] });
  });

  test("of a log that begins a moment after a sample does is the window's all the same", () => {
    const samples = [
      [-50, 20],
      [299_950, 20],
      [599_950, 90],
    ] as const;
    const { share, bias } = recordedCpu([profile(samples)], even);
    expect(share).toBeCloseTo(0.2);
    expect(bias).toBe("exact");
  });

  test("of samples far longer than it is too low for all that is known", () => {
    const hourly = profile([[-HOUR_MS / 2, 20]], { periodMs: HOUR_MS });
    const { share, bias, notes } = recordedCpu([hourly], even);
    expect([share, bias]).toEqual([0.2, "low"]);
    expect(notes[0]).toContain("other times than the requests");
    // A little beyond is still the window.
    const minutes = profile(
      Array.from({ length: 11 }, (_, index) => [index * 60_000 - 30_000, 20] as const),
      { periodMs: 60_000 },
    );
    expect(recordedCpu([minutes], even).bias).toBe("exact");
  });

  test("that would be more than all of it at the window's rate is what was measured, and too low", () => {
    const { share, bias } = recordedCpu([profile([[0, 90]])], arrivals(50, 150));
    expect([share, bias]).toEqual([0.9, "low"]);
  });

  test("without samples is the highest of the same hour of another week, and that is said", () => {
    const samples = [
      [-7 * 24 * HOUR_MS, 33],
      [-7 * 24 * HOUR_MS + 300_000, 35],
      [-5 * HOUR_MS, 90],
    ] as const;
    const { share, bias, notes } = recordedCpu([profile(samples)], even);
    expect([share, bias]).toEqual([0.35, "high"]);
    expect(notes).toEqual([
      "No CPU utilisation is recorded for the window; the highest of the same hour of the week stands for it.",
    ]);
  });

  test("without a comparable hour is the 99.5th percentile of all", () => {
    const samples = Array.from(
      { length: 12 },
      (_, index) => [-9 * HOUR_MS + index * 300_000, index] as const,
    );
    const { share, bias, notes } = recordedCpu([profile(samples)], even);
    expect([share, bias]).toEqual([0.11, "high"]);
    expect(notes[0]).toContain("99.5th percentile");
  });

  test("that covers less than half of the window does not speak for it", () => {
    expect(recordedCpu([profile([[0, 10]], { periodMs: 60_000 })], even).notes).toHaveLength(1);
  });

  test("of a group of machines is their mean; those without stand behind", () => {
    const [one, two] = [20, 40].map((percent) =>
      profile([
        [0, percent],
        [300_000, percent],
      ]),
    );
    const all = [one, two].flatMap((each) => each ?? []);
    const { share, notes } = recordedCpu([...all, { resourceId: "i-3", window, series: [] }], even);
    expect(share).toBeCloseTo(0.3);
    expect(notes).toEqual(["1 of 3 machines have no recorded CPU utilisation; the others stand for them."]);
  });

  test("of a group of which one is too low is too low, whatever the others are", () => {
    const hourly = profile([[-HOUR_MS / 2, 20]], { periodMs: HOUR_MS });
    expect(recordedCpu([profile(WHOLE, { statistic: "maximum" }), hourly], even).bias).toBe("low");
  });

  test("from maxima only is said to be too high; nonsense is left out; nothing is unknown", () => {
    const high = recordedCpu([profile(WHOLE, { statistic: "maximum" })], even);
    expect(high.bias).toBe("high");
    expect(high.notes[0]).toContain("Only the maximum");
    const nonsense = profile([
      [0, Number.NaN],
      [300_000, -3],
    ]);
    expect(recordedCpu([nonsense], even).share).toBeNull();
    expect(recordedCpu([], even).share).toBeNull();
  });
});

describe("recorded memory", () => {
  const memory = (
    samples: readonly (readonly [number, number])[],
    statistic: MetricSeries["statistic"] = "maximum",
  ) => profile(samples, { metric: "memory_used_percent", statistic });

  test("is the highest of all times, a nightly job's too", () => {
    const samples = [
      [0, 40],
      [-8 * HOUR_MS, 75],
    ] as const;
    expect(recordedMemory([memory(samples)])).toEqual({ share: 0.75, notes: [] });
  });

  test("is the highest of any statistic and machine; averages alone hide peaks, and that is said", () => {
    const [average] = memory([[0, 40]], "average").series;
    const peaks = memory([[0, 70]]);
    const both = { ...peaks, series: average === undefined ? [] : [average, ...peaks.series] };
    expect(recordedMemory([both]).share).toBe(0.7);
    const flat = recordedMemory([memory([[0, 80]], "average"), both]);
    expect(flat.share).toBe(0.8);
    expect(flat.notes).toEqual([expect.stringContaining("averages only")]);
  });

  test("of no machine is unknown, of some is said", () => {
    expect(recordedMemory([profile(WHOLE)])).toEqual({ share: null, notes: [] });
    expect(recordedMemory([memory([[0, 40]]), profile(WHOLE)]).notes).toEqual([
      "1 of 2 machines have no recorded memory use; the others stand for them.",
    ]);
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
    expect(
      calibrationOf({ fit: fitOf(), demand, load: twinLoad(fitOf(), demand) }, [buildRun()], 1),
    ).toMatchObject({
      demandBias: "exact",
    });
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
    expect(load.cpuUsPerRequest).toBeGreaterThanOrEqual(399.9);
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
