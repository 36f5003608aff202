import { decimal } from "@apex/core";
import type { PlanDifference } from "@apex/generators-hcl/compare-plans";
import { aCostDifference, aReport, type CostsByAddress } from "@apex/report/testing";
import { expect, test } from "vitest";
import { groupCost } from "./group-cost.ts";

const difference = (address: string, kind: PlanDifference["kind"] = "changed"): PlanDifference => ({
  address,
  type: "aws_instance",
  kind,
  attributes: [],
  unknowns: new Map(),
});

function costOf(before: CostsByAddress, after: CostsByAddress, differences: readonly PlanDifference[]) {
  const report = aReport({ cost: aCostDifference(before, after) });
  const cost = groupCost(report, differences);
  return { before: cost.before, after: cost.after, delta: cost.delta };
}

test.each<[string, CostsByAddress, CostsByAddress, readonly PlanDifference[], unknown]>([
  [
    "only what the group changes counts",
    { a: "100", b: "50" },
    { a: "40", b: "20" },
    [difference("a")],
    { before: "150", after: "90", delta: "-60" },
  ],
  [
    "what it removes costs nothing after",
    { a: "100", b: "50" },
    { b: "50" },
    [difference("a", "removed")],
    { before: "150", after: "50", delta: "-100" },
  ],
  [
    "what it adds cost nothing before",
    { b: "50" },
    { a: "5", b: "50" },
    [difference("a", "added")],
    { before: "50", after: "55", delta: "5" },
  ],
  [
    "what has no price is no saving",
    { a: "100", b: "50" },
    { a: null, b: "50" },
    [difference("a")],
    { before: "150", after: null, delta: null },
  ],
  [
    "nor what the report does not price",
    { b: "50" },
    { b: "50" },
    [difference("a")],
    { before: "50", after: null, delta: null },
  ],
  [
    "what is free and added is no obstacle",
    { b: "50" },
    { b: "50" },
    [difference("state", "added")],
    { before: "50", after: "50", delta: "0" },
  ],
])("%s", (...[, before, after, differences, expected]) => {
  expect(costOf(before, after, differences)).toEqual(expected);
});

test("what another group adds is not in the list", () => {
  const report = aReport({ cost: aCostDifference({ a: "1" }, { a: "1", other: "2" }) });
  expect(groupCost(report, [difference("a")]).resources.map(({ address }) => address)).toEqual(["a"]);
});

test("what it adds without a price makes its saving at most that, and another group's unpriced thing does not", () => {
  const before = { a: "100", b: "50", odd: null };
  const report = aReport({ cost: aCostDifference(before, { ...before, a: "40", new: null, other: null }) });
  const cost = groupCost(report, [difference("a"), difference("new", "added")]);
  expect(cost.difference).toEqual({ delta: "-60", mayBeMore: true, mayBeLess: false, differsByUse: false });
  expect([cost.after, cost.delta]).toEqual(["90", null]);
  expect(cost.unpriced.map(({ address, side }) => [address, side])).toEqual([
    ["odd", "both"],
    ["new", "after"],
  ]);
  const alone = groupCost(report, [difference("a")]);
  expect([alone.after, alone.delta]).toEqual(["90", "-60"]);
});

test("of a report that tells no differences nothing is known", () => {
  const { difference: _later, ...cost } = aReport({ cost: aCostDifference({ a: "100" }, { a: "40" }) }).cost;
  expect(groupCost({ cost }, [difference("a")])).toMatchObject({ before: "100", after: null, delta: null });
});

test("a part that has no price on either side leaves the group's saving exact", () => {
  const whole = aCostDifference({ a: "100" }, { a: "40" });
  const side = (monthlyCost: string) => ({ monthlyCost: decimal(monthlyCost), unpriced: "its disk" });
  const resources = whole.resources.map((each) => ({ ...each, before: side("100"), after: side("40") }));
  const cost = groupCost(aReport({ cost: { ...whole, resources } }), [difference("a")]);
  expect(cost).toMatchObject({ before: "100", after: "40", delta: "-60" });
});
