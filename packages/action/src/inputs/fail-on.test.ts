import type { CostDifference, Decimal } from "@apex/core";
import { expect, test } from "vitest";
import { failures, parseFailConditions } from "./fail-on.ts";

function difference(before: string, after: string, delta: string, more = false): CostDifference {
  return {
    resources: [],
    before: before as Decimal,
    after: after as Decimal,
    delta: delta as Decimal,
    mayBeMore: more,
    mayBeLess: false,
    currency: "USD",
    priceDates: {},
  };
}

const GROWS = [difference("100", "160", "60"), difference("100", "90", "-10")];
const SHRINKS = [difference("100", "40", "-60")];
const NEW = [difference("0", "5", "5")];

test.each([
  ["increase", GROWS, ["fail-on increase: the cost grows by 50 a month"]],
  ["increase>50", GROWS, []],
  ["increase > 49.99", GROWS, ["fail-on increase > 49.99: the cost grows by 50 a month"]],
  ["increase>25%", GROWS, []],
  ["increase>24%", GROWS, ["fail-on increase>24%: the cost grows by 25.00%"]],
  ["increase>500%", NEW, ["fail-on increase>500%: the cost grows from nothing by 5 a month"]],
  ["increase, increase>0%", SHRINKS, []],
  ["savings<60", SHRINKS, []],
  ["savings<60.01", SHRINKS, ["fail-on savings<60.01: the change saves 60"]],
  ["savings<1", GROWS, ["fail-on savings<1: the change saves nothing"]],
  ["increase", [difference("1", "2", "1", true)], ["fail-on increase: the cost grows by at least 1 a month"]],
  ["unpriced\nproblems", GROWS, []],
])("%s", (input, differences, expected) => {
  const facts = { differences, unpricedCount: 0, problemsCount: 0 };
  expect(failures(parseFailConditions(input), facts)).toEqual(expected);
});

test("what has no price and what cannot be planned fail only where that is asked for", () => {
  const facts = { differences: [], unpricedCount: 2, problemsCount: 1 };
  expect(failures(parseFailConditions("increase"), facts)).toEqual([]);
  expect(failures(parseFailConditions("unpriced, problems"), facts)).toHaveLength(2);
});

test.each([
  "increase<5",
  "increase>",
  "increase>1.2.3",
  "savings>5",
  "savings<5%",
  "decrease",
  "increase>-1",
])("%s is refused with what there is", (input) => {
  expect(() => parseFailConditions(input)).toThrow(/is none of increase, increase>50/);
});
