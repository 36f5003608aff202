import { readFileSync } from "node:fs";
import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { costJsonSchema, renderCostJson } from "./cost-schema.ts";
import { differenceOf, hours, resource } from "./testing.ts";

test("the published schema is current", () => {
  const committed = readFileSync(new URL("../../apex-cost-v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(costJsonSchema()));
});

test("an estimate is written whole, with what became of the usage file", () => {
  const estimate = {
    kind: "estimate",
    resources: [
      { address: "a.b", type: "a", monthlyCost: decimal("3.5"), lineItems: [hours("Machine", "3.5")] },
      { address: "a.c", type: "a", monthlyCost: null, lineItems: [], unpriced: "a is not priced yet" },
    ],
    total: decimal("3.5"),
    currency: "USD",
    priceDates: { "EC2 eu-west-1": "2026-07-20" },
    usage: {
      file: "usage.yml",
      used: ["a.b"],
      unmatched: [],
      unmatchedTypes: [],
      unread: [{ entry: "a.b", key: "k", reason: "no price of a reads it" }],
    },
  } as const;
  expect(JSON.parse(renderCostJson(estimate))).toEqual({ schema: "apex.cost/v1", ...estimate });
});

test("a difference is written whole; one that is no number is a mistake of ours", () => {
  const difference = differenceOf([
    resource("a.b", { before: "1", after: null }),
    resource("a.c", { after: "3" }, { previousAddress: "a.d" }),
  ]);
  const json = renderCostJson({ kind: "difference", ...difference });
  expect(JSON.parse(json)).toEqual({ schema: "apex.cost/v1", kind: "difference", ...difference });
  const broken = { ...difference, delta: "NaN" as typeof difference.delta };
  expect(() => renderCostJson({ kind: "difference", ...broken })).toThrow(
    "the cost breaks its schema at delta",
  );
});
