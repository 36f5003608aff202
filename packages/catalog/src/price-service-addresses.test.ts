import { expect, test } from "vitest";
import { priceBook } from "./price-book.ts";
import { priceResource } from "./price-plan.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

/** The addresses' line of a resource after the plan, and what is said to be left out. */
function addresses(input: ResourceInput, others: readonly ResourceInput[] = []) {
  const estimate = priceResource(planOf(input, ...others), "after", { address: input.address })!;
  const line = estimate.lineItems.find(({ name }) => name.startsWith("Public IPv4 address"));
  return {
    cost: estimate.monthlyCost,
    hours: line?.quantity,
    unitPrice: line?.unitPrice,
    leftOut: estimate.unpriced,
  };
}

const ALB = "16.425"; // 730 x 0.0225

const balancer = (input: Omit<ResourceInput, "address">): ResourceInput => ({
  address: "aws_lb.app",
  ...input,
});
const subnet = (address: string): ResourceInput => ({ address, after: {}, unknown: { id: true } });
const COMPUTED = { internal: true, ip_address_type: true, subnet_mapping: true };

test("a new balancer has an address in each subnet, though what it leaves to the provider is known only after apply", () => {
  expect(addresses(balancer({ after: { subnets: ["subnet-1", "subnet-2"] }, unknown: COMPUTED }))).toEqual({
    cost: "23.725", // 16.425 + 2 x 3.65
    hours: "1460",
    unitPrice: "0.005",
    leftOut: undefined,
  });
});

test("subnets that the same plan makes are counted by the names in the configuration, which is said", () => {
  const input = balancer({
    after: {},
    unknown: { ...COMPUTED, subnets: true },
    references: { subnets: ["aws_subnet.a", "aws_subnet.b"] },
  });
  expect(addresses(input, [subnet("aws_subnet.a"), subnet("aws_subnet.b")])).toMatchObject({
    cost: "23.725",
    hours: "1460",
    leftOut: "its zones are known only after apply, and counted by the subnets that the configuration names",
  });
});

test.each([
  [
    "its subnets are not known",
    { unknown: { ...COMPUTED, subnets: true }, references: { subnets: ["var.subnets"] } },
    "how many subnets there are is known only after apply, and so its public IPv4 addresses",
  ],
  [
    "nothing tells its subnets",
    { unknown: { ...COMPUTED, subnets: true } },
    "how many public IPv4 addresses it has is not known",
  ],
  [
    "it is not known whether it is internal",
    { unknown: COMPUTED, references: { internal: ["terraform_data.internal"] } },
    "whether it pays for public IPv4 addresses (internal) is known only after apply",
  ],
])("where %s, its addresses are left out of its cost, with their price and the reason", (_, rest, reason) => {
  expect(addresses(balancer({ after: {}, ...rest }))).toEqual({
    cost: ALB,
    hours: null,
    unitPrice: "0.005",
    leftOut: reason,
  });
});

test("an Elastic IP of the same plan is not counted a second time", () => {
  const input = balancer({
    after: {
      load_balancer_type: "network",
      subnet_mapping: [{ subnet_id: "subnet-1" }, { subnet_id: "subnet-2", allocation_id: "eipalloc-1" }],
    },
    unknown: { internal: true, subnets: true, subnet_mapping: [{ allocation_id: true }, {}] },
  });
  expect(addresses(input)).toMatchObject({ cost: ALB, hours: undefined, leftOut: undefined });
});

test("of two lists the one that changes counts: the other is what the provider computed before", () => {
  const mapping = [{ subnet_id: "subnet-1" }, { subnet_id: "subnet-2" }];
  const before = { internal: false, subnet_mapping: mapping, subnets: ["subnet-1", "subnet-2"] };
  const after = { ...before, subnets: ["subnet-1", "subnet-2", "subnet-3"] };
  expect(addresses(balancer({ before })).hours).toBe("1460");
  expect(addresses(balancer({ before, after })).hours).toBe("2190");
});

test("where addresses have no price a balancer costs at least the rest", () => {
  const rows = "application-load-balancer-hour 0.03\napplication-load-balancer-lcu-hour 0.01";
  const prices = priceBook([
    {
      service: "units",
      region: "ap-south-2",
      variant: "list",
      origin: "a price list of a test",
      date: "2026-11-02",
      licence: "none",
      rows,
    },
  ]);
  const after = { subnets: ["subnet-1"], internal: false };
  const plan = planOf({ address: "aws_lb.app", after, region: "ap-south-2" });
  expect(priceResource(plan, "after", { address: "aws_lb.app", options: { prices } })).toMatchObject({
    monthlyCost: "21.9", // 730 x 0.03
    unpriced: expect.stringContaining("public-ipv4-hour"),
  });
});

test("a warehouse of which it is not known whether it is public has addresses that are left out, not none", () => {
  const address = "aws_redshift_cluster.a";
  const after = { node_type: "ra3.xlplus", number_of_nodes: 2 };
  const later = {
    unknown: { publicly_accessible: true },
    references: { publicly_accessible: ["terraform_data.open"] },
  };
  expect(addresses({ address, after })).toMatchObject({ hours: undefined, leftOut: undefined });
  expect(addresses({ address, after, ...later })).toMatchObject({
    hours: null,
    leftOut: "whether the cluster has public IPv4 addresses is known only after apply",
  });
});
