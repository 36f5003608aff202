import { expect, test } from "vitest";
import { buildOrigin } from "./testing/build-origin.ts";
import { requestAt, type Workload } from "./workload.ts";

const workload: Workload = {
  window: { startMs: 0, endMs: 3 },
  timesMs: Float64Array.of(0, 2),
  methods: { values: ["GET"], codes: Uint32Array.of(0, 0) },
  paths: { values: ["/a", "/b"], codes: Uint32Array.of(1, 0) },
  statuses: Uint16Array.of(200, 0),
  files: Uint16Array.of(0, 0),
  responseBytes: Float64Array.of(Number.NaN, 0),
  origin: buildOrigin(2),
};

test("a row names what is known of it: unknown is absent, and zero is not unknown", () => {
  expect(requestAt(workload, 0)).toEqual({ timeMs: 0, method: "GET", path: "/b", status: 200 });
  expect(requestAt(workload, 1)).toEqual({ timeMs: 2, method: "GET", path: "/a", responseBytes: 0 });
});

test("there is no row beyond the last, before the first or between two", () => {
  for (const index of [2, -1, 0.5, Number.NaN]) expect(requestAt(workload, index)).toBeUndefined();
});
