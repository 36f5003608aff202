import { decimal, type Resource, type ResourceCost } from "@apex/core";
import { expect, test } from "vitest";
import { costsUnderIds } from "./collected-costs.ts";
import { indexIdentities } from "./identity-index.ts";

const resource = (type: string, id: string, changes: Partial<Resource> = {}): Resource => ({
  id,
  type,
  provider: "aws",
  aliases: [`arn:aws:x:::${id}`],
  tags: {},
  attributes: {},
  ...changes,
});

const cost = (resourceId: string, amount: string, changes: Partial<ResourceCost> = {}): ResourceCost => ({
  resourceId,
  currency: "USD",
  billed: decimal(amount),
  effective: decimal(amount),
  list: decimal(amount),
  commitmentCoverage: 0,
  commitmentTypes: [],
  window: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" },
  ...changes,
});

const RESOURCES = [
  resource("aws_instance", "i-1"),
  resource("aws_autoscaling_group", "web"),
  resource("aws_instance", "i-2", { tags: { "aws:autoscaling:groupName": "web" } }),
  resource("aws_instance", "i-3", { tags: { "aws:autoscaling:groupName": "web" } }),
  resource("aws_instance", "i-4", { tags: { "aws:autoscaling:groupName": "of another state" } }),
];

const under = (costs: readonly ResourceCost[]) => costsUnderIds(costs, RESOURCES, indexIdentities(RESOURCES));

test("costs come under the ids of resources, and those of members under their group's", () => {
  const costs = [cost("arn:aws:x:::i-1", "0.1"), cost("i-4", "5"), cost("unknown", "7")];
  expect(under(costs).map(({ resourceId, billed }) => [resourceId, billed])).toEqual([
    ["i-1", "0.1"],
    ["i-4", "5"],
    ["unknown", "7"],
  ]);
  const group = under([
    cost("i-2", "0.1", { commitmentCoverage: 1, commitmentTypes: ["Savings Plan"] }),
    cost("arn:aws:x:::i-3", "0.3", {
      window: { start: "2026-09-01T00:00:00Z", end: "2026-10-01T00:00:00Z" },
    }),
  ]);
  expect(group).toEqual([
    {
      ...cost("web", "0.4"),
      commitmentCoverage: 0.25,
      commitmentTypes: ["Savings Plan"],
      window: { start: "2026-09-01T00:00:00Z", end: "2026-11-01T00:00:00Z" },
    },
  ]);
});

test("what one of them does not tell, the sum does not tell", () => {
  const [group] = under([cost("i-2", "1", { list: null }), cost("i-3", "1", { commitmentCoverage: null })]);
  expect(group).toMatchObject({ list: null, commitmentCoverage: null, billed: "2" });
});

test("currencies are not added", () => {
  expect(under([cost("i-2", "1"), cost("i-3", "1", { currency: "EUR" })])).toHaveLength(2);
});

test("members of two groups that are called alike cost the group beside them; without a place, none", () => {
  const groups = ["eu-west-1", "us-east-1"].map((region) => {
    const id = `arn:aws:x:${region}::web`;
    return resource("aws_autoscaling_group", id, { name: "web", region, aliases: ["web"] });
  });
  const member = (id: string, place: Partial<Resource>) =>
    resource("aws_instance", id, { tags: { "aws:autoscaling:groupName": "web" }, ...place });
  const members = [
    member("i-1", { region: "eu-west-1" }),
    member("i-2", { region: "us-east-1" }),
    member("i-3", {}),
  ];
  const resources = [...groups, ...members];
  const costs = costsUnderIds(
    [cost("i-1", "1"), cost("i-2", "2"), cost("i-3", "3")],
    resources,
    indexIdentities(resources),
  );
  expect(costs.map(({ resourceId, billed }) => [resourceId, billed])).toEqual([
    ["arn:aws:x:eu-west-1::web", "1"],
    ["arn:aws:x:us-east-1::web", "2"],
    ["i-3", "3"],
  ]);
});
