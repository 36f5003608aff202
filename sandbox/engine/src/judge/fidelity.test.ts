import { describe, expect, test } from "vitest";
import { fidelity, tightestObjectiveMs } from "./fidelity.ts";
import { buildRun, inFlight, latency } from "./testing/build-run.ts";

describe("a replay that the sender or the host spoiled is unfit", () => {
  test.each([
    ["rate-not-reached", { achievedShare: 0.98 }],
    ["rate-not-reached", { achievedShare: Number.NaN }],
    ["sender-late", { lateness: latency(0.1, 0.5, 2.5) }],
    ["requests-dropped", { dropped: 1 }],
    ["sender-busy", { senderCpuShare: 0.8 }],
    ["foreign-load", { foreignCpuShare: 0.1 }],
    ["steal", { stealShare: 0.02 }],
  ] as const)("%s", (unfit, overrides) => {
    expect(fidelity(buildRun(overrides))).toEqual([unfit]);
  });

  test("a quiet one is fit", () => {
    expect(fidelity(buildRun())).toEqual([]);
  });
});

test("lateness may take 5 % of the tightest objective where that is more than 2 ms", () => {
  const late = buildRun({ lateness: latency(1, 5, 9) });
  expect(fidelity(late, { tightestObjectiveMs: tightestObjectiveMs({ p95Ms: 200, p99Ms: 400 }) })).toEqual(
    [],
  );
  expect(fidelity(late, { tightestObjectiveMs: 100 })).toEqual(["sender-late"]);
  expect(tightestObjectiveMs({})).toBeUndefined();
});

describe("a service that does not hold the load makes requests late and dropped by itself", () => {
  const clogged = { lateness: latency(500, 900, 1_500), dropped: 300, achievedShare: 0.6 };

  test("in flight that grows and grows", () => {
    const intervals = inFlight([20, 80, 160, 240, 330, 400, 480, 560]);
    expect(fidelity(buildRun({ ...clogged, intervals }))).toEqual([]);
  });

  test("every connection taken from the first moment on", () => {
    const intervals = inFlight([64, 64, 64, 64, 64, 64]);
    expect(fidelity(buildRun({ ...clogged, intervals }), { connectionsMax: 64 })).toEqual([]);
    expect(fidelity(buildRun({ ...clogged, intervals }), { connectionsMax: 256 })).toHaveLength(3);
  });

  test("a container that died", () => {
    expect(fidelity(buildRun({ ...clogged, intervals: [], oomKills: 1 }))).toEqual([]);
    expect(fidelity(buildRun({ ...clogged, intervals: [], exitedContainers: 1 }))).toEqual([]);
  });

  test("but a sender that had no CPU left stays the suspect", () => {
    const intervals = inFlight([20, 80, 160, 240, 330, 400]);
    expect(fidelity(buildRun({ ...clogged, intervals, senderCpuShare: 0.95 }))).toEqual(["sender-busy"]);
  });

  test("and so does one that was late by itself, where the replayer can tell", () => {
    const intervals = inFlight([20, 80, 160, 240, 330, 400]);
    const late = (p99Ms: number) =>
      buildRun({ ...clogged, intervals, senderLateness: latency(0.1, 0.2, p99Ms) });
    expect(fidelity(late(0.4))).toEqual([]);
    expect(fidelity(late(4))).toEqual(["sender-late"]);
    expect(
      fidelity(buildRun({ lateness: latency(1, 9, 30), senderLateness: latency(0.1, 0.2, 0.4) })),
    ).toEqual([]);
  });

  test("and one burst is no pile-up", () => {
    const intervals = inFlight([8, 9, 400, 9, 8, 9]);
    expect(fidelity(buildRun({ ...clogged, intervals }))).toHaveLength(3);
  });
});
