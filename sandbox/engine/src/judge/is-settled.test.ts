import type { RunMeasurement } from "@apex/core";
import { expect, test } from "vitest";
import { isSettled } from "./is-settled.ts";
import { buildRuns, inFlight } from "./testing/build-run.ts";

const growing = { intervals: inFlight([12, 60, 140, 230, 300, 390, 460, 560, 640, 730, 810, 900]) };

/** The first `pairs` of five. */
function first(
  pairs: number,
  candidate: (index: number) => Partial<RunMeasurement>,
  baseline: Partial<RunMeasurement> = {},
) {
  const runs = buildRuns(
    (_, index) => candidate(index),
    () => baseline,
  );
  return runs.slice(0, 2 * pairs);
}

test("three of three that do not hold the load, or are killed, settle it", () => {
  expect(isSettled(first(3, () => growing))).toBe(true);
  expect(isSettled(first(3, () => ({ oomKills: 1 })))).toBe(true);
});

test.each([
  ["two of two", first(2, () => growing)],
  ["two of three that do not hold the load", first(3, (index) => (index === 1 ? {} : growing))],
  ["two of three that were killed", first(3, (index) => ({ oomKills: index === 1 ? 0 : 1 }))],
  [
    "three that are not all usable",
    first(3, (index) => ({ ...growing, unfit: index === 1 ? ["steal"] : [] })),
  ],
  ["a baseline that does not hold it either", first(3, () => ({ oomKills: 1 }), growing)],
  ["a service that ended by itself", first(3, () => ({ exitedContainers: 1 }))],
  ["nothing at all", []],
])("%s do not", (_, runs) => {
  expect(isSettled(runs)).toBe(false);
});

test("a backlog in a twin with CPU to spare is none", () => {
  expect(
    isSettled(
      first(3, () => ({ ...growing, cpuShare: 0.5 })),
      { isTwin: true },
    ),
  ).toBe(false);
  expect(
    isSettled(
      first(3, () => ({ ...growing, cpuShare: 1 })),
      { isTwin: true },
    ),
  ).toBe(true);
});
