import { expect, test } from "vitest";
import { overheadFor, overheadOf } from "./validation-overhead.ts";

const reading = (monotonicMs: number) => ({ kind: "reading", reading: { monotonicMs } });
const replayed = (durationMs: number) => ({ kind: "replayed", measurement: { durationMs } });
const lines = (...events: readonly object[]) =>
  `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;

// A calibration ends at 10 s; the first replay is over 1.5 s later than it is long, the second 2 s, the third 1 s.
const JOURNAL = lines(
  { kind: "started" },
  reading(10_000),
  { kind: "calibrated" },
  replayed(6_000),
  reading(17_500),
  replayed(6_100),
  reading(25_600),
  replayed(6_000),
  reading(32_600),
  { kind: "judged" },
  reading(33_000),
  { kind: "ended" },
);

const STDERR = [
  "  stand-in providers are used",
  "✓ Applying both configurations in the sandbox (3.1 s)",
  "✓ Replaying the recorded load (5 replays of 6 s a side, about 1.8 min) (22.6 s)",
  "",
].join("\n");

test("the replay of the peak is a replay, and a peak that needs none is not", () => {
  const peak = (outcome: string) => ({ kind: "peak-probed", peak: { seconds: 6, outcome } });
  const journal = JOURNAL + lines(peak("held"), reading(40_600));
  expect(overheadOf({ wallMs: 50_000, journal, stderr: "" })).toMatchObject({
    replays: 4,
    replayedMs: 24_100,
  });
  expect(overheadOf({ wallMs: 50_000, journal: JOURNAL + lines(peak("covered")), stderr: "" }).replays).toBe(
    3,
  );
});

test("all but the compared replays is overhead, and what lies between them is told apart", () => {
  const overhead = overheadOf({ wallMs: 40_000, journal: JOURNAL, stderr: STDERR });
  expect(overhead).toMatchObject({ replays: 3, replayedMs: 18_100, overheadMs: 21_900 });
  expect(overhead.betweenMs).toEqual([1_500, 2_000, 1_000]);
  expect(overhead.steps).toEqual([
    { name: "Applying both configurations in the sandbox", ms: 3_100 },
    { name: "Replaying the recorded load (5 replays of 6 s a side, about 1.8 min)", ms: 22_600 },
  ]);
});

test("another number of replays takes more or less of what lies between them", () => {
  const overhead = overheadOf({ wallMs: 40_000, journal: JOURNAL, stderr: STDERR });
  expect(overheadFor(3, overhead)).toBe(21_900);
  expect(overheadFor(10, overhead)).toBe(21_900 + 7 * 1_500);
  expect(overheadFor(2, overhead)).toBe(21_900 - 1_500);
});

test("a run without a replay measures nothing", () => {
  const nothing = { wallMs: 1, journal: lines({ kind: "started" }), stderr: "" };
  expect(() => overheadOf(nothing)).toThrow("no replay");
});
