import { addDecimals, decimal, type JsonObject, subtract, toNumber } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareCosts } from "./compare-costs.ts";
import { machineTypes } from "./machine-types.ts";
import { pricePlan } from "./price-plan.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

function compare(...resources: readonly ResourceInput[]) {
  const plan = planOf(...resources);
  return compareCosts(pricePlan(plan, "before"), pricePlan(plan, "after"));
}

const ROOT = { root_block_device: [{ volume_type: "gp3", volume_size: 20 }] };
const web = (instance_type: string, extra: JsonObject = ROOT): JsonObject => ({ instance_type, ...extra });

describe("compareCosts", () => {
  test("a resize is the difference of the two machines: 730 x (0.096 - 0.192)", () => {
    const address = "aws_instance.web";
    expect(compare({ address, before: web("m5.xlarge"), after: web("m5.large") })).toEqual({
      changes: [{ address, type: "aws_instance", before: "141.76", after: "71.68", delta: "-70.08" }],
      delta: "-70.08",
      unknown: [],
    });
  });

  test("what is created costs, what is deleted saves", () => {
    const comparison = compare(
      { address: "aws_eip.old", before: {}, after: null },
      { address: "aws_nat_gateway.new", after: {} },
    );
    expect(comparison.changes.map((change) => change.delta)).toEqual(["-3.65", "32.85"]);
    expect(comparison.delta).toBe("29.2");
  });

  test.each([
    ["after", web("m5.large"), web("m5.unheard")],
    ["before", web("m5.unheard"), web("m5.large")],
  ])("a price that is missing %s the change never makes a saving or a cost", (_, before, after) => {
    const comparison = compare({ address: "aws_instance.web", before, after });
    expect(comparison).toMatchObject({ delta: "0", unknown: ["aws_instance.web"] });
    expect(comparison.changes[0]?.unknown).toBe("the catalogue does not know the machine type m5.unheard");
  });

  test("a part that is left out on one side only makes the delta unknown", () => {
    const comparison = compare({
      address: "aws_instance.web",
      before: web("m5.xlarge"),
      after: web("m5.large", {}),
    });
    expect(comparison).toMatchObject({ delta: "0", unknown: ["aws_instance.web"] });
    const both = compare({
      address: "aws_instance.web",
      before: web("m5.xlarge", {}),
      after: web("m5.large", {}),
    });
    expect(both).toMatchObject({ delta: "-70.08", unknown: [] });
  });

  test("deleting or creating what has no price is unknown, not free", () => {
    const comparison = compare(
      { address: "aws_elasticache_cluster.old", before: {}, after: null },
      { address: "aws_elasticache_cluster.new", after: {} },
    );
    expect(comparison.unknown).toEqual(["aws_elasticache_cluster.old", "aws_elasticache_cluster.new"]);
    expect(comparison.delta).toBe("0");
  });
});

describe("properties of plans", () => {
  const names = machineTypes("aws").map((machine) => machine.name);
  const volume = fc.record({
    type: fc.constantFrom("gp2", "gp3", "io1", "st1", "sc1", "gp9"),
    size: fc.oneof(fc.nat(20_000), fc.constant(null), fc.constant("x")),
    iops: fc.option(fc.integer({ min: 0, max: 60_000 })),
    throughput: fc.option(fc.nat(1000)),
  });
  const resource = fc.oneof(
    volume.map((values) => ({ type: "aws_ebs_volume", values })),
    fc.constantFrom(...names).map((name) => ({ type: "aws_instance", values: web(name) })),
    fc.constantFrom(
      { type: "aws_eip", values: {} },
      { type: "aws_thing", values: {} },
      { type: "aws_vpc", values: {} },
    ),
  );
  const fleet = fc
    .array(resource, { maxLength: 12 })
    .map((list) => list.map(({ type, values }, index) => ({ address: `${type}.r${index}`, before: values })));

  test("a plan that changes nothing costs the same before and after", () => {
    fc.assert(
      fc.property(fleet, (resources) => {
        const plan = planOf(...resources);
        expect(pricePlan(plan, "after")).toEqual(pricePlan(plan, "before"));
        expect(compare(...resources)).toEqual({ changes: [], delta: "0", unknown: [] });
      }),
    );
  });

  test("the total is the sum of the resources, and each the sum of its line items: quantity x unit price", () => {
    fc.assert(
      fc.property(fleet, (resources) => {
        const estimate = pricePlan(planOf(...resources), "before");
        expect(estimate.resources).toHaveLength(resources.length);
        const costs = estimate.resources.flatMap((each) => each.monthlyCost ?? []);
        expect(estimate.total).toBe(addDecimals(decimal(0), ...costs));
        for (const { monthlyCost, lineItems, unpriced } of estimate.resources) {
          expect(monthlyCost === null).toBe(monthlyCost === null && unpriced !== undefined);
          const items = lineItems.flatMap((item) => item.monthlyCost ?? []);
          expect(monthlyCost ?? addDecimals(decimal(0), ...items)).toBe(addDecimals(decimal(0), ...items));
        }
      }),
    );
  });

  test("the delta is the difference of the totals where everything is priced", () => {
    const priced = names.filter(
      (name) => pricePlan(planOf({ address: "aws_instance.a", before: web(name) }), "before").total !== "0",
    );
    const name = fc.constantFrom(...priced);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 8 }), (pairs) => {
        const plan = planOf(
          ...pairs.map(([before, after], index) => ({
            address: `aws_instance.r${index}`,
            before: web(before),
            after: web(after),
          })),
        );
        const [before, after] = [pricePlan(plan, "before"), pricePlan(plan, "after")];
        expect(compareCosts(before, after).delta).toBe(subtract(after.total, before.total));
      }),
    );
  });

  test("a bigger volume never costs less", () => {
    const type = fc.constantFrom("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard");
    fc.assert(
      fc.property(type, fc.nat(16_384), fc.nat(16_384), (volumeType, size, more) => {
        const cost = (gib: number) => {
          const before = { type: volumeType, size: gib, iops: 3000 };
          return toNumber(pricePlan(planOf({ address: "aws_ebs_volume.a", before }), "before").total);
        };
        expect(cost(size + more)).toBeGreaterThanOrEqual(cost(size));
      }),
    );
  });
});
