import {
  type CostDifference,
  compareDecimals,
  decimal,
  type JsonObject,
  type JsonValue,
  subtract,
  sumDecimals,
} from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planOf, type ResourceInput } from "../testing/plan-builder.ts";
import { priceDifference } from "./price-difference.ts";
import { between } from "./testing.ts";

const volume = fc.record({
  volume_type: fc.constantFrom("gp2", "gp3", "io1"),
  volume_size: fc.constantFrom(10, 20, 50),
  iops: fc.constantFrom(100, 3000, 4000),
});

/** With all devices named or none, and with what has no price, in part or at all. */
const instance = fc.record(
  {
    instance_type: fc.constantFrom("m5.large", "m5.xlarge", "t3.small", "m5.unheard-of"),
    root_block_device: fc.array(volume, { minLength: 1, maxLength: 1 }),
    ebs_block_device: fc.array(volume, { maxLength: 3 }),
    monitoring: fc.boolean(),
  },
  { requiredKeys: ["ebs_block_device"] },
);

const values: fc.Arbitrary<readonly [string, JsonObject]> = fc.oneof(
  instance.map((each) => ["aws_instance", each as JsonObject] as const),
  fc
    .record({ type: fc.constantFrom("gp3", "io2", "no-such"), size: fc.constantFrom(5, 50) })
    .map((each) => ["aws_ebs_volume", each] as const),
  fc
    .record({ size: fc.constantFrom(5, 50), mode: fc.constantFrom("a", "b") })
    .map((each) => ["aws_unheard_of", each] as const),
  fc
    .record({ load_balancer_type: fc.constantFrom("network", "application") })
    .map((each) => ["aws_lb", each] as const),
);

const configuration = fc
  .uniqueArray(fc.tuple(fc.nat(4), values), { maxLength: 6, selector: ([name, [type]]) => `${type}.${name}` })
  .map((all) =>
    all.map(([name, [type, after]]): ResourceInput => ({ address: `${type}.r${name}`, before: null, after })),
  );

/** What a difference says, or what it says of the other direction when it is `turned`. */
function told(difference: CostDifference, turned: boolean) {
  const other = {
    added: "removed",
    removed: "added",
    changed: "changed",
    replaced: "replaced",
    same: "same",
  };
  const kindOf = (kind: keyof typeof other) => (turned ? other[kind] : kind);
  const amount = (delta: CostDifference["delta"] | null) =>
    delta !== null && turned ? subtract(decimal(0), delta) : delta;
  const pair = (from: unknown, to: unknown) => (turned ? [to, from] : [from, to]);
  return {
    resources: difference.resources.map((resource) => ({
      address: resource.address,
      kind: kindOf(resource.kind),
      delta: amount(resource.delta),
      bounds: pair(resource.mayBeLess, resource.mayBeMore),
      items: resource.lineItems
        .map((item) => JSON.stringify([kindOf(item.kind), pair(item.before, item.after), amount(item.delta)]))
        .sort(),
    })),
    delta: amount(difference.delta),
    sides: pair(difference.before, difference.after),
    bounds: pair(difference.mayBeLess, difference.mayBeMore),
  };
}

test("a configuration differs from itself in nothing", () => {
  fc.assert(
    fc.property(configuration, (resources) => {
      const { delta, mayBeMore, mayBeLess, resources: compared } = between(resources, resources);
      expect({ delta, mayBeMore, mayBeLess }).toEqual({ delta: "0", mayBeMore: false, mayBeLess: false });
      expect(compared.filter(({ kind, attributes }) => kind !== "same" || attributes.length > 0)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("from the other side everything is the other way round", () => {
  fc.assert(
    fc.property(configuration, configuration, (base, head) => {
      expect(told(between(head, base), true)).toEqual(told(between(base, head), false));
    }),
    { numRuns: 200 },
  );
});

test("the parts add up: lines to resources, resources to the whole, and both sides when all is priced", () => {
  fc.assert(
    fc.property(configuration, configuration, (base, head) => {
      const { resources, before, after, delta, ...bounds } = between(base, head);
      expect(sumDecimals(resources.flatMap((resource) => resource.delta ?? []))).toBe(delta);
      for (const resource of resources.filter((each) => each.delta !== null)) {
        expect(sumDecimals(resource.lineItems.flatMap((item) => item.delta ?? []))).toBe(resource.delta);
      }
      const isPriced = resources.every((resource) => resource.delta !== null);
      const gap = subtract(subtract(after, before), delta);
      expect(isPriced && compareDecimals(gap, decimal(0)) !== 0).toBe(false);
      const isExact = !bounds.mayBeMore && !bounds.mayBeLess;
      expect(isExact && compareDecimals(gap, decimal(0)) !== 0).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test("every line of either side is in one pair, and the order of resources is no matter", () => {
  fc.assert(
    fc.property(configuration, configuration, (base, head) => {
      const difference = between(base, head);
      expect(between(base.toReversed(), head.toReversed())).toEqual(difference);
      const kept = difference.resources.flatMap(({ lineItems }) =>
        lineItems.flatMap(({ before }) => before ?? []),
      );
      const alone = priceDifference({ base: planOf(), head: planOf(...base) });
      const all = alone.resources.flatMap(({ lineItems }) => lineItems.flatMap(({ after }) => after ?? []));
      const names = (items: typeof all) => items.map((item) => JSON.stringify(item)).sort();
      expect(names(kept)).toEqual(names(all));
    }),
    { numRuns: 200 },
  );
});

const KEYS = ["instance_type", "size", "type", "root_block_device", "iops", "__proto__", "constructor", "x"];

const anything = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as JsonValue),
);

test("whatever a plan holds is compared, and from itself nothing differs", () => {
  const side = fc.record({
    values: anything,
    unknown: fc.oneof(anything, fc.constantFrom(true, false, null)),
  });
  fc.assert(
    fc.property(fc.constantFrom("aws_instance", "aws_ebs_volume", "aws_x"), side, side, (type, from, to) => {
      const of = ({ values: after, unknown }: typeof from): ResourceInput[] => [
        { address: `${type}.a`, before: null, after, unknown },
      ];
      const [resource] = between(of(from), of(to)).resources;
      expect(resource?.attributes.length).toBeLessThanOrEqual(10);
      expect(between(of(from), of(structuredClone(from))).resources[0]?.kind).toBe("same");
    }),
    { numRuns: 200 },
  );
});
