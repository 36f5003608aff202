import { expect, test } from "vitest";
import { buildWorkload, WINDOW_START_MS } from "../run/testing/build-request.ts";
import { peakLimits } from "./peak-limits.ts";

/** Ten requests a second for ten minutes, and so many in each second of the sixth. */
function peaked(perSecond: number) {
  const times = Array.from({ length: 600 }, (_, second) => {
    const count = second >= 300 && second < 360 ? perSecond : 10;
    return Array.from({ length: count }, (_each, index) => WINDOW_START_MS + (second + index / count) * 1000);
  });
  return { ...buildWorkload({ seconds: 600 }), timesMs: Float64Array.from(times.flat()) };
}

test("a peak that no replay sends is told with its rate", () => {
  expect(peakLimits(peaked(20), 60_000)).toEqual([
    "Each replay sends 60 s of the window at about its mean rate, 11 requests a second; its busiest 60 s had 20, 1.82 times as many: the verdict holds for them where the headroom reaches that factor.",
  ]);
});

test("a window without one is not, nor one that is replayed as a whole", () => {
  expect(peakLimits(peaked(11), 60_000)).toEqual([]);
  expect(peakLimits(peaked(40), 600_000)).toEqual([]);
});
