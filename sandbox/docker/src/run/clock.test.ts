import { expect, test } from "vitest";
import { clockPair, formatClockPair, parseClockPair, ranForMs } from "./clock.ts";

const made = { bootId: "b", monotonicMs: 10_000, wallMs: Date.parse("2026-05-01T12:00:00.000Z") };
const NEVER = "0001-01-01T00:00:00Z";
const running = { isRunning: true, startedAt: "2026-05-01T12:00:00.250123456Z", finishedAt: NEVER };

test("a pair of clocks survives as a label", () => {
  const pair = clockPair();
  expect(parseClockPair(formatClockPair(pair))).toEqual(pair);
  expect(parseClockPair(undefined)).toBeUndefined();
  expect(parseClockPair("b 1")).toBeUndefined();
  expect(parseClockPair("b x 2")).toBeUndefined();
});

test("a running container has run since its start, by the monotonic clock", () => {
  expect(ranForMs(running, made, 15_250)).toBe(5_000);
});

test("a wall clock that is set while a container runs changes nothing", () => {
  // Whatever the wall clock shows now is not even asked.
  expect(ranForMs(running, made, 10_250 + 3_600_000)).toBe(3_600_000);
});

test("an ended container has run from its start to its end", () => {
  const ended = { ...running, isRunning: false, finishedAt: "2026-05-01T12:00:02.250Z" };
  expect(ranForMs(ended, made, 60_000)).toBe(2_000);
});

test("an end by a clock that was set meanwhile is held to what is possible", () => {
  const ahead = { ...running, isRunning: false, finishedAt: "2026-05-02T12:00:00Z" };
  expect(ranForMs(ahead, made, 20_250)).toBe(10_000);
  const behind = { ...running, isRunning: false, finishedAt: "2026-05-01T11:00:00Z" };
  expect(ranForMs(behind, made, 20_250)).toBe(0);
});

test("one that never started has not run", () => {
  expect(ranForMs({ isRunning: false, startedAt: NEVER, finishedAt: NEVER }, made, 20_000)).toBe(0);
  expect(ranForMs({ isRunning: false, startedAt: "", finishedAt: "" }, made, 20_000)).toBe(0);
});
