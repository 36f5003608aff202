import { decimal, type ResourceCost } from "@apex/core";
import { expect, test } from "vitest";
import { resource } from "../testing/builders.ts";
import { fleetOf, groupsOf, launchTemplateOf } from "./fleet.ts";

const COST: ResourceCost = {
  resourceId: "",
  currency: "USD",
  billed: decimal(1),
  effective: decimal(1),
  list: null,
  commitmentCoverage: null,
  commitmentTypes: [],
  window: { start: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z" },
};

const SIZED = new Set(["aws_instance", "google_compute_instance"]);

test.each([
  ["aws_ec2_instance_state", "aws_instance", "i-1"],
  ["google_compute_disk", "google_compute_instance", "notebook"],
])("where %s and %s share an id, metrics under it belong to the one that is sized", (other, sized, id) => {
  const resources = [resource(other, id, {}), resource(sized, id, {})];
  expect(fleetOf(resources, [], SIZED).find(id)?.type).toBe(sized);
  expect(fleetOf(resources.toReversed(), [], SIZED).find(id)?.type).toBe(sized);
});

test("an alias never hides another resource's own id", () => {
  const named = { ...resource("aws_instance", "i-1", {}), aliases: ["i-2"] };
  expect(fleetOf([named, resource("aws_vpc", "i-2", {})], [], SIZED).find("i-2")?.type).toBe("aws_vpc");
});

test("an alias that two measured resources share means neither, one that a measured one shares with others means that one", () => {
  const aliased = (type: string, id: string, ...aliases: string[]) => resource(type, id, {}, { aliases });
  const one = aliased("aws_instance", "i-1", "10.0.0.1", "arn:1");
  const two = aliased("aws_instance", "i-2", "10.0.0.1");
  const beside = aliased("aws_network_interface", "eni-1", "arn:1", "i-2");
  const fleet = fleetOf([one, two, beside], [], new Set(["aws_instance"]));
  expect(["10.0.0.1", "arn:1", "i-2", "i-1"].map((name) => fleet.find(name)?.id)).toEqual([
    undefined,
    "i-1",
    "i-2",
    "i-1",
  ]);
});

const NAMED = new Set(["aws_autoscaling_group", "aws_db_instance", "aws_elb"]);

const group = (region: string, account = "1") =>
  resource(
    "aws_autoscaling_group",
    "web",
    {},
    { region, account, aliases: [`arn:${region}:${account}:web`] },
  );

test.each([
  ["regions", group("eu-west-1"), group("us-east-1")],
  ["accounts", group("eu-west-1"), group("eu-west-1", "2")],
  ["kinds of machines", group("eu-west-1"), resource("aws_db_instance", "web", {}, { region: "eu-west-1" })],
])("a name that machines of two %s share means neither; another name still does", (_, one, two) => {
  const cost = { ...COST, resourceId: "web" };
  const nodes = resource("aws_eks_node_group", "nodes", {}, { aliases: ["web"] });
  const fleet = fleetOf([one, two, nodes], [cost, { ...COST, resourceId: "arn:eu-west-1:1:web" }], NAMED);
  expect(fleet.find("web")).toBeUndefined();
  expect(fleet.find("arn:eu-west-1:1:web")).toBe(one);
  expect([fleet.costOf(one)?.resourceId, fleet.costOf(two)]).toEqual(["arn:eu-west-1:1:web", undefined]);
  expect([fleet.isShared("web"), fleet.isShared("arn:eu-west-1:1:web")]).toEqual([true, false]);
});

test("what is billed under the bare name that its owner gave a resource is not its own: a cost tells no region or account", () => {
  const arn = "arn:aws:rds:eu-west-1:1:db:orders";
  const orders = resource("aws_db_instance", arn, {}, { name: "orders", aliases: ["orders", "db-1"] });
  const costOf = (resourceId: string) =>
    fleetOf([orders], [{ ...COST, resourceId }], NAMED).costOf(orders)?.resourceId;
  expect([arn, "db-1", "orders"].map(costOf)).toEqual([arn, "db-1", undefined]);
});

test("one machine that is listed twice, and a balancer before a group of its name, share nothing that is measured", () => {
  const one = group("eu-west-1");
  const elb = resource("aws_elb", "web", {}, { region: "eu-west-1", account: "1" });
  const twice = fleetOf([one, { ...one, address: "aws_autoscaling_group.again" }, elb], [], NAMED);
  expect([twice.isShared("web"), twice.find("web")]).toEqual([false, one]);
  expect(fleetOf([elb, one], [], NAMED).find("web")).toBe(one);
});

test("launch templates that are called alike in two regions feed each the group of its own", () => {
  const resources = ["us-east-1", "eu-west-1"].flatMap((region) => {
    const id = `lt-${region}`;
    const named = { launch_template: [{ id, name: "web" }] };
    const byName = { launch_template: [{ name: "web" }] };
    return [
      resource("aws_launch_template", id, { id, name: "web" }, { region }),
      resource("aws_autoscaling_group", `by-id-${region}`, named, { region }),
      resource("aws_autoscaling_group", `by-name-${region}`, byName, { region }),
    ];
  });
  const fleet = fleetOf(resources, [], new Set());
  for (const group of fleet.ofType("aws_autoscaling_group")) {
    expect(launchTemplateOf(fleet, group)?.region).toBe(group.region);
  }
  for (const template of fleet.ofType("aws_launch_template")) {
    const { region } = template;
    expect(groupsOf(fleet, template).map(({ id }) => id)).toEqual([`by-id-${region}`, `by-name-${region}`]);
  }
});
