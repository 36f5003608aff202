import type { ContainerUsage, HostCounters, ReplayResult } from "@apex/core";
import { describe, expect, test } from "vitest";
import { distributionOf } from "../judge/testing/build-run.ts";
import { measureRun, type ReplayRecord } from "./measure-run.ts";

function usage(overrides: Partial<ContainerUsage> = {}): ContainerUsage {
  return {
    container: "service-0",
    state: { kind: "running" },
    cpuNs: 0,
    periods: 0,
    throttledPeriods: 0,
    throttledNs: 0,
    memoryBytes: 50,
    memoryPeakBytes: 60,
    memoryLimitBytes: 100,
    majorFaults: 0,
    oomKills: 0,
    networkReceivedBytes: 0,
    networkSentBytes: 0,
    blockReadBytes: 0,
    blockWrittenBytes: 0,
    ...overrides,
  };
}

const RESULT: ReplayResult = {
  scheduled: 100,
  sent: 100,
  completed: 96,
  dropped: 0,
  failures: { timeout: 2, refused: 1, reset: 1, "bad-response": 0 },
  statuses: { "200": 90, "404": 3, "503": 3 },
  latency: distributionOf([10, 20, 30]),
  lateness: distributionOf([0.1]),
  durationMs: 5_000,
  intervals: [
    { startMs: 0, sent: 60, completed: 60, failed: 0, inFlight: 2, p50Ms: null, p99Ms: null },
    { startMs: 3_900, sent: 38, completed: 34, failed: 2, inFlight: 2, p50Ms: null, p99Ms: null },
    { startMs: 4_200, sent: 2, completed: 2, failed: 2, inFlight: 0, p50Ms: null, p99Ms: null },
  ],
  intervalMs: 250,
  receivedBytes: 0,
  sentBytes: 0,
  connectionsOpened: 1,
  waitedForConnection: 0,
  senderCpuMs: 500,
};

interface Counted {
  readonly before?: readonly ContainerUsage[];
  readonly after: readonly ContainerUsage[];
  readonly host?: Partial<HostCounters>;
}

/** One request of a hundred takes until 16 s; nothing else is left after the schedule's four. */
const STRAGGLING: ReplayResult = {
  ...RESULT,
  durationMs: 16_000,
  intervals: [
    { startMs: 0, sent: 60, completed: 60, failed: 0, inFlight: 0, p50Ms: null, p99Ms: null },
    { startMs: 3_750, sent: 40, completed: 39, failed: 0, inFlight: 1, p50Ms: null, p99Ms: null },
    { startMs: 15_750, sent: 0, completed: 1, failed: 0, inFlight: 0, p50Ms: null, p99Ms: null },
  ],
};

function measured(counted: Counted, warmupRequests = 0, result = RESULT) {
  const host = { atMs: 0, totalMs: 0, busyMs: 0, stealMs: 0 };
  const record: ReplayRecord = {
    replay: {
      side: "candidate",
      purpose: "measurement",
      name: "candidate-2",
      loadFactor: 1,
      durationMs: 4_000,
    },
    ordinal: 2,
    schedule: {
      offsetsMs: new Float64Array(100),
      methods: { values: [], codes: new Uint32Array() },
      paths: { values: [], codes: new Uint32Array() },
      bodyBytes: new Uint32Array(),
      durationMs: 4_000,
      rate: 25,
    },
    result,
    counters: {
      before: { usage: { atMs: 0, containers: counted.before ?? [usage()] }, host },
      after: {
        usage: { atMs: 5_000, containers: counted.after },
        host: { ...host, atMs: 5_000, totalMs: 10_000, ...counted.host },
      },
    },
    cores: 0.5,
    warmupRequests,
  };
  return measureRun(record);
}

describe("one replay as figures", () => {
  test("CPU is what was used over the limits for as long as requests were sent", () => {
    const run = measured({ before: [usage({ cpuNs: 5e9 })], after: [usage({ cpuNs: 6e9 })] });
    expect(run.cpuShare).toBeCloseTo(1 / (0.5 * 4));
    expect(run.cpuSecondsPerRequest).toBeCloseTo(0.01);
  });

  test("a warm-up that cost as much as the rest has no part in it", () => {
    const run = measured({ after: [usage({ cpuNs: 1e9 })] }, 100);
    expect(run.cpuShare).toBeCloseTo(0.5 / (0.5 * 4));
    expect(run.cpuSecondsPerRequest).toBeCloseTo(0.005);
  });

  test("more work than fits into the schedule is all of the CPU and no more", () => {
    expect(measured({ after: [usage({ cpuNs: 6e9 })] }).cpuShare).toBe(1);
  });

  test("one slow request at the end makes nobody look idle: service, sender or host", () => {
    const after = [usage({ cpuNs: 1.92e9 })];
    const host = { totalMs: 32_000, busyMs: 1_920 + 500 + 900, stealMs: 100 };
    const run = measured({ after, host }, 0, STRAGGLING);
    expect(run.cpuShare).toBeCloseTo(0.96);
    expect(run.senderCpuShare).toBeCloseTo(0.125);
    expect(run.foreignCpuShare).toBeCloseTo(900 / 8_000);
    expect(run.stealShare).toBeCloseTo(100 / 8_000);
    expect(run.unfit).toEqual(expect.arrayContaining(["foreign-load", "steal"]));
  });

  test("a backlog that takes long to drain is load all that time", () => {
    const intervals = STRAGGLING.intervals.map((one, index) => ({
      ...one,
      completed: [20, 40, 40][index] ?? 0,
    }));
    const host = { totalMs: 32_000, busyMs: 1_920 + 500 + 900 };
    const after = [usage({ cpuNs: 1.92e9 })];
    const run = measured({ after, host }, 0, { ...STRAGGLING, intervals });
    expect(run.foreignCpuShare).toBeCloseTo(900 / 32_000);
  });

  test("failures are answers of 5xx and none at all, over everything scheduled", () => {
    expect(measured({ after: [usage()] })).toMatchObject({ errors: 7, errorShare: 0.07 });
  });

  test("what was sent after its time was not achieved", () => {
    expect(measured({ after: [usage()] }).achievedShare).toBeCloseTo(0.98);
  });

  test("host CPU beyond containers and sender is foreign", () => {
    const after = [usage({ cpuNs: 1e9 })];
    const run = measured({ after, host: { busyMs: 2_500, stealMs: 300 } });
    // All had ended after 4.45 of the 5 s.
    expect(run.foreignCpuShare).toBeCloseTo(1_000 / 8_900);
    expect(run.stealShare).toBeCloseTo(300 / 8_900);
    expect(run.unfit).toContain("steal");
    expect(measured({ after, host: { busyMs: 1_490 } }).foreignCpuShare).toBe(0);
  });

  test("counters of several containers add up, and their highest memory counts", () => {
    const before = [usage(), usage({ container: "service-1", periods: 10, majorFaults: 5 })];
    const after = [
      usage({ periods: 30, throttledPeriods: 3, majorFaults: 2 }),
      usage({
        container: "service-1",
        periods: 30,
        throttledPeriods: 7,
        majorFaults: 6,
        memoryPeakBytes: 90,
      }),
    ];
    expect(measured({ before, after })).toMatchObject({
      throttledPeriodShare: 0.2,
      majorFaults: 3,
      memoryPeakShare: 0.9,
    });
  });

  test("what the kernel does not count stays unknown", () => {
    const after = [usage({ memoryPeakBytes: null, majorFaults: null, oomKills: null })];
    expect(measured({ after })).toMatchObject({
      throttledPeriodShare: null,
      majorFaults: null,
      memoryPeakShare: null,
      oomKills: 0,
    });
  });

  test("a killed container counts once, whether or not the kernel counted it", () => {
    const killed = { state: { kind: "oom-killed" } } as const;
    expect(measured({ after: [usage({ ...killed, oomKills: null })] }).oomKills).toBe(1);
    expect(measured({ after: [usage({ ...killed, oomKills: 2 })] }).oomKills).toBe(2);
    expect(measured({ after: [usage({ state: { kind: "exited", exitCode: 1 } })] }).exitedContainers).toBe(1);
  });
});
