import { expect, test } from "vitest";
import { recordedLatency } from "./recorded-latency.ts";
import { buildWorkload } from "./testing/build-request.ts";

const workload = buildWorkload({ rate: 10, seconds: 20 });

/** 200 requests of 1 to 200 ms, slowest first. */
const durationsMs = Float64Array.from({ length: 200 }, (_, index) => 200 - index);

test("every percentile that may be judged is read from the log", () => {
  expect(recordedLatency({ ...workload, durationsMs })).toEqual({
    p50Ms: 100,
    p90Ms: 180,
    p95Ms: 190,
    p99Ms: 198,
  });
});

test("too few known durations say nothing", () => {
  const few = durationsMs.map((value, index) => (index < 99 ? value : -1));
  expect(recordedLatency({ ...workload, durationsMs: few })).toEqual({});
});
