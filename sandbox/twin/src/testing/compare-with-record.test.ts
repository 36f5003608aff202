import { expect, test } from "vitest";
import { compareWithRecord } from "./compare-with-record.ts";

const SHAPE = { name: "two steps", origin: "this test", cpuPercent: [20, 40] };
const at = (atMs: number, cpuMs: number) => ({ atMs, cpuNs: cpuMs * 1e6, throttledPeriods: 0, periods: 0 });
const compare = (...samples: readonly ReturnType<typeof at>[]) =>
  compareWithRecord(SHAPE, {
    stepMs: 100,
    cpus: 1,
    samples,
    after: at(1000, 60),
    hostBusyShare: 0.5,
  });

test("CPU as recorded is no error", () => {
  const comparison = compare(at(0, 0), at(100, 20), at(200, 60));
  expect(comparison.errorShare).toBeCloseTo(0);
  expect(comparison.shapeErrorShare).toBeCloseTo(0);
});

test("a last sample that comes late does not make the whole smaller", () => {
  const comparison = compare(at(0, 0), at(100, 20), at(300, 60));
  expect(comparison.errorShare).toBeCloseTo(0);
  expect(comparison.points[1]?.measuredShare).toBe(0.2);
});

test("what the last step left to do is of the whole", () => {
  expect(compare(at(0, 0), at(100, 20), at(200, 30)).measuredShare).toBe(0.3);
});
