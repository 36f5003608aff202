import { expect, test } from "vitest";
import { planTime } from "./plan-time.ts";
import { unevenWorkload } from "./testing/build-request.ts";

const EVEN = unevenWorkload(120, () => 100);
/** The second minute begins with a quarter of one at twice the rate. */
const PEAKED = unevenWorkload(120, (second) => (second >= 60 && second < 75 ? 200 : 100));

test("a window with a peak of its own takes longer at least than one without", () => {
  expect(planTime({ minutes: 1.6, isCalibrated: true }, EVEN)).toMatchObject({
    kind: "planned",
    peak: { isCovered: true },
  });
  expect(planTime({ minutes: 1.6, isCalibrated: true }, PEAKED)).toEqual({
    kind: "too-short",
    minutesMin: 1.8,
    hasPeak: true,
  });
});

test.each([
  ["even", EVEN, false],
  ["peaked", PEAKED, true],
])("the minutes that are asked for are enough at once: %s", (_name, workload, hasPeak) => {
  for (const minutes of [0.1, 1, 1.5]) {
    const refused = planTime({ minutes, isCalibrated: true }, workload);
    expect(refused).toMatchObject({ kind: "too-short", hasPeak });
    const minutesMin = refused.kind === "too-short" ? refused.minutesMin : 0;
    expect(planTime({ minutes: minutesMin, isCalibrated: true }, workload).kind).toBe("planned");
  }
});

test("what reaches the service beside the log counts in the rate of its peak", () => {
  const outcome = planTime({ minutes: 3, isCalibrated: true, arrivalFactor: 2 }, PEAKED);
  expect(outcome.kind === "planned" && outcome.peak.rate).toBeCloseTo(400, 0);
});
