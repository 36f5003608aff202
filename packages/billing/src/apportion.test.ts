import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { apportion } from "./apportion.ts";

const of = (...amounts: string[]) => apportion(amounts.map(decimal), 2);

test("a third of a dollar thrice is a dollar", () => {
  expect(of("0.333333", "0.333333", "0.333334")).toEqual({
    amounts: ["0.33", "0.33", "0.34"],
    total: "1.00",
  });
});

test("of two that lost the same the earlier one gets the cent", () => {
  expect(of("0.005", "0.005")).toEqual({ amounts: ["0.01", "0.00"], total: "0.01" });
});

test("a reversal and its charge are nothing together", () => {
  expect(of("0.004", "-0.004")).toEqual({ amounts: ["0.00", "0.00"], total: "0.00" });
  expect(of("0.006", "-0.006")).toEqual({ amounts: ["0.01", "-0.01"], total: "0.00" });
});

test("a thousand runs of $0.0047 cost $4.70 and not $10", () => {
  expect(
    apportion(
      Array.from({ length: 1_000 }, () => decimal("0.0047")),
      2,
    ).total,
  ).toBe("4.70");
});

test("nothing is nothing", () => {
  expect(of()).toEqual({ amounts: [], total: "0.00" });
});
