import { seededRng } from "@apex/core";
import { describe, expect, test } from "vitest";
import { backlogGrowth, levelledInFlight } from "./saturation.ts";
import { buildRun, inFlight, latency } from "./testing/build-run.ts";
import { normal } from "./testing/normal.ts";

/** A replay of 2,400 requests in twelve intervals with these in flight, sent evenly or at the given rates. */
function run(counts: readonly number[], sent: readonly number[] = counts.map(() => 200)) {
  const intervals = inFlight(counts).map((interval, index) => ({ ...interval, sent: sent[index] ?? 0 }));
  return buildRun({ scheduled: sent.reduce((sum, count) => sum + count, 0), intervals });
}

const STEADY = [5, 30, 42, 35, 50, 38, 44, 31, 47, 40, 36, 45];

describe("a backlog grows", () => {
  test("in a straight line from nothing", () => {
    expect(backlogGrowth(run([10, 30, 50, 70, 90, 110, 130, 150, 170, 190, 210, 230]))).toEqual({
      from: 10,
      to: 230,
    });
  });

  test("with the noise of arrivals on it", () => {
    const rng = seededRng(7);
    const counts = Array.from({ length: 24 }, (_, index) => Math.max(0, 8 * index + 15 * normal(rng)));
    expect(backlogGrowth(run(counts))).not.toBeNull();
  });
});

describe("it does not", () => {
  test.each([
    ["when it is level", STEADY],
    ["when there was one spike", [5, 30, 42, 35, 500, 38, 44, 31, 47, 40, 36, 45]],
    ["when it drains again", [10, 80, 150, 200, 260, 300, 260, 200, 150, 100, 60, 20]],
    ["when the rise is a handful of requests", [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 6]],
    ["when few intervals can show nothing", [10, 200, 300, 400]],
    ["when nothing was sent", []],
  ])("%s", (_, counts) => {
    expect(backlogGrowth(run(counts))).toBeNull();
  });

  test("when the recorded load rises by itself and requests take long", () => {
    const sent = [50, 70, 90, 110, 130, 150, 170, 190, 210, 230, 250, 270];
    const counts = sent.map((rate, index) => (rate + (sent[index - 1] ?? 0)) / 2);
    expect(backlogGrowth(run(counts))).not.toBeNull();
    expect(backlogGrowth(run(counts, sent))).toBeNull();
  });

  test.each([1_000, 2_000, 3_000])("when requests that take %i ms fill up what is in flight", (tookMs) => {
    const rng = seededRng(5);
    const counts = Array.from({ length: 12 }, (_, index) => {
      const level = 400 * (tookMs / 1000) * (1 - Math.exp(-((index + 1) * 500) / tookMs));
      return level + 0.3 * Math.sqrt(level) * normal(rng);
    });
    const slow = run(
      counts,
      counts.map(() => 200),
    );
    expect(backlogGrowth({ ...slow, latency: latency(tookMs) })).toBeNull();
  });

  test("beyond what the other side has under the same load", () => {
    const counts = [10, 30, 50, 70, 90, 110, 130, 150, 170, 190, 210, 230];
    expect(backlogGrowth(run(counts), levelledInFlight(run(counts)))).toBeNull();
  });
});

test("a backlog that makes every request slow still grows", () => {
  const counts = [10, 30, 50, 70, 90, 110, 130, 150, 170, 190, 210, 230];
  expect(backlogGrowth({ ...run(counts), latency: latency(3_000, 6_000, 7_000) })).not.toBeNull();
});

test("of 2,000 level profiles about 1 % look like a growing backlog, and a verdict takes four in five", () => {
  const rng = seededRng(1);
  const growing = Array.from({ length: 2_000 }, () =>
    backlogGrowth(run(Array.from({ length: 12 }, () => Math.max(0, 60 + 60 * normal(rng))))),
  ).filter((growth) => growth !== null);
  expect(growing.length).toBeLessThanOrEqual(30);
});
