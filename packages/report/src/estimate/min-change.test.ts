import { assert } from "@apex/core";
import { describe, expect, test } from "vitest";
import type { EstimateReport } from "./estimate-report.ts";
import { isBelowMinChange, parseMinChange } from "./min-change.ts";
import { anEstimateOf, differenceOf, project, resource } from "./testing.ts";

function isBelow(report: EstimateReport, text: string): boolean {
  const min = parseMinChange(text);
  assert(min !== undefined, "the test gives a smallest change");
  return isBelowMinChange(report, min);
}

function from(before: string, after: string): EstimateReport {
  return anEstimateOf({ projects: [project([resource("a.b", { before, after })])] });
}

test.each([
  ["5", { amount: "5", unit: "month" }],
  ["$5.50", { amount: "5.5", unit: "month" }],
  [" 2% ", { amount: "2", unit: "percent" }],
  ["2 %", { amount: "2", unit: "percent" }],
  ["0", { amount: "0", unit: "month" }],
])("%j is a smallest change", (text, expected) => {
  expect(parseMinChange(text)).toEqual(expected);
});

test.each(["", "-5", "5 EUR", "$2%", "1e9", "five", "%", "1,000", "5\n%0", "9".repeat(40)])(
  "%j is none",
  (text) => {
    expect(parseMinChange(text)).toBeUndefined();
  },
);

describe("a change is below the smallest one that is told", () => {
  test.each([
    ["100", "104.99", "5", true],
    ["100", "105", "5", false],
    ["100", "95.01", "5", true],
    ["100", "94", "5", false],
    ["100", "101.99", "2%", true],
    ["100", "98", "2%", false],
    ["0", "0.01", "50%", false],
    ["0", "0", "2%", true],
    ["7", "7", "0.01", true],
    ["7", "7", "0", false],
    ["7", "7", "0%", false],
  ])("from %s to %s with %s: %s", (before, after, min, expected) => {
    expect(isBelow(from(before, after), min)).toBe(expected);
  });

  test("never when it is not known", () => {
    const unknown = project([resource("a.b", { before: "1", after: null })]);
    expect(isBelow(anEstimateOf({ projects: [unknown] }), "1000")).toBe(false);
    const failed = [project([resource("a.b", { before: "1", after: "1" })]), project(null)];
    expect(isBelow(anEstimateOf({ projects: failed }), "1000")).toBe(false);
    const same = [resource("a.b", { before: "1", after: "1" })];
    const euro = project(same, { difference: differenceOf(same, { currency: "EUR" }) });
    expect(isBelow(anEstimateOf({ projects: [project(same), euro] }), "1000")).toBe(false);
    expect(isBelow(anEstimateOf({ projects: [project(null)] }), "1000")).toBe(false);
  });

  test("when no configuration changes at all", () => {
    expect(isBelow(anEstimateOf({ projects: [] }), "0.01")).toBe(true);
  });
});
