import { expect, test } from "vitest";
import { billed } from "../testing/builders.ts";
import { commitmentFamily } from "./commitment-family.ts";

test.each([
  ["Reserved", false],
  ["Reserved Instance", false],
  ["EC2 Instance Savings Plans", false],
  ["Savings Plan", false],
  ["Compute Savings Plans", true],
  ["Flexible CUD", true],
])("what %s covers may change its family: %s", (type, may) => {
  const family = commitmentFamily(billed("i-1", 0.8, [type]));
  expect(family.mayBecome("m5", "m6i")).toBe(may);
  expect(family.mayBecome("m5", "m5")).toBe(true);
  expect(family.note === undefined).toBe(may);
});

test("one commitment that is bound binds, whatever else covers it", () => {
  const family = commitmentFamily(billed("i-1", 1, ["Compute Savings Plans", "Reserved"]));
  expect(family.mayBecome("n2", "e2")).toBe(false);
  expect(family.mayBecome("m5", "m5")).toBe(true);
});

test("a kind that the bill does not tell is taken as bound", () => {
  expect(commitmentFamily(billed("i-1", 0.5, [])).mayBecome("m5", "m6i")).toBe(false);
});

test.each([
  ["no bill", undefined],
  ["no cover", billed("i-1", 0, ["Reserved"])],
  ["a cover that is not known", billed("i-1", null, [])],
])("nothing binds with %s", (_name, cost) => {
  expect(commitmentFamily(cost).mayBecome("m5", "m6i")).toBe(true);
});
