import { expect, test } from "vitest";
import { checkOptions, checkSchedule } from "./check-order.ts";
import { aSchedule, someOptions } from "./testing/a-schedule.ts";

const TARGET = { container: "a", host: "127.0.0.1", port: 80 };

test("what can be sent passes", () => {
  expect(() => checkSchedule(aSchedule(3, 1, { workUs: Float64Array.of(0, 1, 2) }))).not.toThrow();
  expect(() => checkOptions(someOptions([TARGET]))).not.toThrow();
});

test.each([
  ["no request", aSchedule(0, 1)],
  ["differ in length", aSchedule(2, 1, { bodyBytes: new Uint32Array(1) })],
  ["differ in length", aSchedule(2, 1, { workUs: new Float64Array(3) })],
  ["send time 1 ms after 2 ms", aSchedule(2, 1, { offsetsMs: Float64Array.of(2, 1) })],
  ["send time NaN ms", aSchedule(2, 1, { offsetsMs: Float64Array.of(0, Number.NaN) })],
  ["send time -1 ms", aSchedule(2, 1, { offsetsMs: Float64Array.of(-1, 0) })],
  ["lasts 1 ms", aSchedule(2, 5, { durationMs: 1 })],
  ["lasts Infinity ms", aSchedule(2, 5, { durationMs: Number.POSITIVE_INFINITY })],
  ["not there", aSchedule(1, 1, { paths: { values: ["/"], codes: Uint32Array.of(1) } })],
  ["no duration", aSchedule(1, 1, { workUs: Float64Array.of(-1) })],
  ["no duration", aSchedule(1, 1, { waitUs: Float64Array.of(Number.NaN) })],
  [
    "no HTTP method",
    aSchedule(1, 1, { methods: { values: ["GET / HTTP/1.1\r\nx:"], codes: new Uint32Array(1) } }),
  ],
  ["empty path", aSchedule(1, 1, { paths: { values: [""], codes: new Uint32Array(1) } })],
])("a schedule with %s is refused", (what, schedule) => {
  expect(() => checkSchedule(schedule)).toThrow(what);
});

test.each([
  ["no target", { targets: [] }],
  ["no address", { targets: [{ ...TARGET, port: 0 }] }],
  ["no address", { targets: [{ ...TARGET, host: "" }] }],
  ["time limit is 0", { timeoutMs: 0 }],
  ["fewer than one for each of 2 targets", { targets: [TARGET, TARGET], connectionsMax: 1 }],
  ["0 requests in flight", { inFlightMax: 0 }],
  ["-1 requests", { warmupRequests: -1 }],
  ["0.5 requests", { warmupRequests: 0.5 }],
])("options with %s are refused", (what, changes) => {
  expect(() => checkOptions(someOptions([TARGET], changes))).toThrow(what);
});
