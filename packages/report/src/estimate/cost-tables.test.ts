import { type CostEstimate, decimal, type ResourceEstimate } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostileText, troublesOnTerminal } from "../testing.ts";
import { renderCostTable } from "./render-cost-table.ts";
import { renderDifferenceTable } from "./render-difference-table.ts";
import { differenceOf, hours, resource } from "./testing.ts";

const page = { width: 80, colour: false, basis: "on-demand list prices" };
const requests = hours("Requests", "0", {
  unit: "requests",
  unitPrice: decimal("0.000001"),
  quantity: null,
  monthlyCost: null,
  usageBased: true,
});

function estimateOf(...resources: readonly ResourceEstimate[]): CostEstimate {
  const priceDates = { "EC2 eu-west-1": "2026-07-20" };
  return { resources, total: decimal("70.08"), currency: "USD", priceDates };
}

const machine = { address: "aws_instance.web", type: "aws_instance", monthlyCost: decimal("70.08") };

describe("an estimate", () => {
  test("says what is at least so much, what only use decides, and what is not known", () => {
    const lineItems = [hours("Instance usage", "70.08")];
    const estimate = estimateOf(
      { ...machine, lineItems, unpriced: "root volume: the image decides" },
      { address: "aws_lambda_function.f", type: "f", monthlyCost: decimal("0"), lineItems: [requests] },
      { address: "odd.thing", type: "odd", monthlyCost: null, lineItems: [], unpriced: "no price is known" },
      { address: "aws_vpc.main", type: "aws_vpc", monthlyCost: decimal("0"), lineItems: [] },
    );
    expect(renderCostTable(estimate, page)).toMatchInlineSnapshot(`
      "aws_instance.web                                                 at least $70.08
        Instance usage                                                          $70.08
        root volume: the image decides
      aws_lambda_function.f                                                     by use
        Requests, $0.000001 per request                                         by use
      odd.thing                                                                unknown
        no price is known

      At least $70.08 a month (730 h, on-demand list prices)
      not or only partly priced: 2 of 4 resources
      1 resource costs nothing by itself
      prices: EC2 eu-west-1 2026-07-20
      "
    `);
  });

  test("of nothing is no more than its total", () => {
    const nothing = { ...estimateOf(), total: decimal("0"), priceDates: {} };
    expect(renderCostTable(nothing, page)).toBe("\n$0.00 a month (730 h, on-demand list prices)\n");
  });
});

describe("a difference", () => {
  const difference = differenceOf([
    resource("aws_instance.web", { before: "70.08", after: "140.16", unpriced: "root volume" }),
    resource("aws_instance.new", { after: "5", unpriced: "root volume" }, { mayBeMore: true }),
    resource("aws_eip.old", { before: "3.65" }),
    resource("aws_instance.lost", { before: "20", after: null }),
    resource("aws_instance.same", { before: "1", after: "1" }),
  ]);

  test("has one wording with the comment, and its amounts below each other", () => {
    expect(
      renderDifferenceTable(difference, { ...page, width: 100, showUnchanged: false }),
    ).toMatchInlineSnapshot(`
      "                                                           before             after       difference
      ~ aws_instance.web                                at least $70.08  at least $140.16          +$70.08
        ~ Instance usage (70.08 → 140.16)                        $70.08           $140.16
          root volume
      + aws_instance.new                                                   at least $5.00  at least +$5.00
        + Instance usage (5)                                                        $5.00
          root volume
      - aws_eip.old                                               $3.65                             −$3.65
        - Instance usage (3.65)                                   $3.65
      ~ aws_instance.lost                                        $20.00           unknown          unknown
        - Instance usage (20)                                    $20.00
          no price for this machine type

      The change in cost is unknown: what has a price adds $71.43 a month ($857 a year), +75 %
      at least $94.73 → at least $146.16 (730 h, on-demand list prices)
      not or only partly priced: 3 resources that differ
      1 resource costs what it did or nothing by itself: --show-unchanged
      prices: EC2 eu-west-1 2026-07-20
      "
    `);
  });

  test("shows what costs the same only when that is asked for", () => {
    const lines = (showUnchanged: boolean) =>
      renderDifferenceTable(difference, { ...page, showUnchanged })
        .split("\n")
        .filter((line) => line.includes("aws_instance.same"));
    expect(lines(false)).toEqual([]);
    expect(lines(true)).toEqual([expect.stringMatching(/^ {2}aws_instance\.same +\$1\.00 +\$1\.00$/)]);
  });
});

test("whatever they are named, a terminal shows lines of text", () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      const lineItems = [hours(name, "1")];
      const change = resource(name, { before: "1", after: null, unpriced: name }, { previousAddress: name });
      const path = { path: name, from: name, to: name };
      const difference = differenceOf([{ ...change, attributes: [path] }], { priceDates: { [name]: name } });
      const pages = [
        renderCostTable(estimateOf({ ...machine, address: name, lineItems, unpriced: name }), page),
        renderDifferenceTable(difference, { ...page, showUnchanged: true }),
      ];
      expect(pages.flatMap((text) => troublesOnTerminal(text, Number.POSITIVE_INFINITY))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
