import type { Resource, UtilizationProfile } from "@apex/core";
import { expect, test } from "vitest";
import { analyze } from "./analyze.ts";
import { defaultPolicy } from "./policy/policy.ts";
import { billed, profile, resource, series, WINDOW } from "./testing/builders.ts";

const GIB = 1024 ** 3;

/** Databases that are called alike. */
const database = (region: string): Resource => {
  const arn = `arn:aws:rds:${region}:111111111111:db:orders`;
  const attributes = { arn, identifier: "orders", instance_class: "db.m5.2xlarge", engine: "postgres" };
  return resource("aws_db_instance", arn, attributes, {
    address: `aws_db_instance.${region.slice(0, 2)}`,
    name: "orders",
    region,
    aliases: ["orders"],
  });
};

const EU = database("eu-west-1");
const US = database("us-east-1");

const load = (id: string, cpu: number, freeGib: number): UtilizationProfile =>
  profile(
    id,
    series("cpu_percent", cpu, { statistic: "maximum" }),
    series("freeable_memory_bytes", freeGib * GIB, { statistic: "minimum" }),
    series("database_connections", 20, { statistic: "maximum" }),
  );
const quiet = (id: string) => load(id, 6, 29);
const busy = (id: string) => load(id, 88, 3);

async function judged(
  resources: readonly Resource[],
  profiles: readonly UtilizationProfile[],
  costs = [] as Parameters<typeof analyze>[0]["costs"],
) {
  const analysis = await analyze({ resources, profiles, costs, window: WINDOW, policy: defaultPolicy() });
  const resized = analysis.recommendations.filter(({ rule }) => rule === "rds-resize");
  return { ...analysis, resized, codes: analysis.diagnostics.map(({ code }) => code) };
}

test("databases that are called alike are each judged on their own samples", async () => {
  const one = await judged([EU, US], [quiet(EU.id), busy(US.id)]);
  expect(one.resized).toMatchObject([
    { resourceId: EU.id, resourceName: "orders", address: "aws_db_instance.eu" },
  ]);
  expect(one.codes).toEqual([]);
  const both = await judged([EU, US], [quiet(EU.id), quiet(US.id)]);
  expect(both.resized.map(({ resourceId }) => resourceId)).toEqual([EU.id, US.id]);
  expect(new Set(both.recommendations.map(({ id }) => id)).size).toBe(both.recommendations.length);
});

test("a decision keeps its id when a namesake appears", async () => {
  const alone = await judged([EU], [quiet(EU.id)]);
  const beside = await judged([US, EU], [quiet(US.id), quiet(EU.id)]);
  expect(beside.resized.map(({ id }) => id)).toContain(alone.resized[0]?.id);
});

test("samples and costs under the name alone are used where it means one, and else for none, and told", async () => {
  expect((await judged([EU], [quiet("orders")])).resized).toHaveLength(1);
  const told = await judged([EU, US], [quiet("orders")], [billed("orders", 0.5)]);
  expect(told.resized).toEqual([]);
  expect(told.diagnostics).toMatchObject([{ code: "resource-id-shared", severity: "warning" }]);
  expect(told.diagnostics[0]?.summary).toMatch(/: orders$/);
  const onlyBilled = await judged([EU, US], [quiet(EU.id)], [billed("orders", 0.5)]);
  expect(onlyBilled.codes).toEqual(["resource-id-shared"]);
  expect(onlyBilled.resized[0]?.monthlySavings.net).toBeNull();
});

test.each([
  ["before", [busy("orders"), quiet(EU.id)]],
  ["after", [quiet(EU.id), busy("orders")]],
])(
  "what an earlier Apex filed under the name gives way to what is under the ARN, %s it",
  async (_, profiles) => {
    const { resized, codes } = await judged([EU], profiles);
    expect(resized).toHaveLength(1);
    expect(codes).toEqual(["profile-superseded"]);
  },
);

test("what an earlier Apex filed under a name of several is missed by none that is measured under its ARN", async () => {
  const old = profile("orders", series("cpu_percent", 50));
  expect((await judged([EU, US], [quiet(EU.id), busy(US.id), old])).codes).toEqual(["profile-superseded"]);
  expect((await judged([EU, US], [quiet(EU.id), old])).codes).toEqual(["resource-id-shared"]);
});

test("an Auto Scaling group that is called as a database is takes none of its samples", async () => {
  const arn = "arn:aws:autoscaling:eu-west-1:111111111111:autoScalingGroup:0:autoScalingGroupName/orders";
  const group = resource(
    "aws_autoscaling_group",
    arn,
    { arn, name: "orders" },
    { name: "orders", aliases: ["orders"] },
  );
  const { resized, codes } = await judged([group, EU], [quiet(EU.id)]);
  expect([resized.length, codes]).toEqual([1, []]);
});
