import { expect, test } from "vitest";
import { buildWorkload, unevenWorkload, WINDOW_START_MS } from "../run/testing/build-request.ts";
import { peakLimits, recordedPeak } from "./recorded-peak.ts";

/** Ten requests a second for ten minutes, and so many in each second of the sixth. */
const peaked = (perSecond: number) =>
  unevenWorkload(600, (second) => (second >= 300 && second < 360 ? perSecond : 10));

test("the peak is the busiest stretch as long as a replay, with its rate at all machines", () => {
  const peak = recordedPeak(peaked(20), 60_000, 4);
  expect(peak.window).toEqual({ startMs: WINDOW_START_MS + 300_000, endMs: WINDOW_START_MS + 360_000 });
  expect(peak).toMatchObject({ rate: 80, isCovered: false });
  expect(peak.factor).toBeCloseTo(20 / 11, 6);
  expect(peakLimits(peak)).toEqual([
    "Each replay sends 60 s of the window at about its mean rate, 44 requests a second; its busiest 60 s had 80, 1.82 times as many, and are sent to the candidate alone, once, before it passes.",
  ]);
});

test("a window without one is covered by any replay, and so is one that is replayed as a whole", () => {
  expect(recordedPeak(peaked(11), 60_000).isCovered).toBe(true);
  const whole = recordedPeak(peaked(40), 600_000);
  expect(whole).toMatchObject({ isCovered: true, factor: 1 });
  expect(peakLimits(whole)).toEqual([]);
  expect(recordedPeak(buildWorkload({ rate: 100 }), 30_000).isCovered).toBe(true);
});
