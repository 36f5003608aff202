import { TWIN_DEMAND_US_MAX } from "@apex/core";
import { expect, test } from "vitest";
import { readDemand } from "./demand.ts";

test("no headers, no demand", () => {
  expect(readDemand({})).toEqual({ workUs: 0, waitUs: 0 });
});

test("microseconds, whole or not", () => {
  expect(readDemand({ "x-twin-work-us": "1250.5", "x-twin-wait-us": "300" })).toEqual({
    workUs: 1250.5,
    waitUs: 300,
  });
});

test("up to the limit that the sandbox keeps to", () => {
  const [most, more] = [TWIN_DEMAND_US_MAX, TWIN_DEMAND_US_MAX + 1].map(String);
  expect(readDemand({ "x-twin-wait-us": most })).toEqual({ workUs: 0, waitUs: TWIN_DEMAND_US_MAX });
  expect(readDemand({ "x-twin-wait-us": more })).toBeNull();
});

test.each([
  "",
  " ",
  "-1",
  "1e9",
  "0x10",
  "NaN",
  "Infinity",
  "1,5",
  "1 ",
  ".5",
  "600000001",
  "9".repeat(33),
  "1, 2",
])("refuses %j", (text) => {
  expect(readDemand({ "x-twin-work-us": text })).toBeNull();
  expect(readDemand({ "x-twin-wait-us": text })).toBeNull();
  expect(readDemand({ "x-twin-work-us": [text] })).toBeNull();
});
