import {
  compareDecimals,
  decimal,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ResourceEstimate,
} from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pricePlan } from "./price-plan.ts";
import { RESOURCE_PRICERS } from "./terraform/resource-pricers.ts";
import { tabledResources } from "./testing/delta-cases.ts";
import { AWS_COMPUTE_DELTAS } from "./testing/deltas/aws-compute.ts";
import { AWS_DATA_DELTAS } from "./testing/deltas/aws-data.ts";
import { GOOGLE_DELTAS } from "./testing/deltas/google.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

const LINK = "https://www.googleapis.com/compute/v1/projects/p/global/instanceTemplates/t-1";
const EBS = { volume_size: 20, volume_type: "io1", iops: 100, throughput: 125 };
const GOOGLE_DISK = { boot: true, disk_size_gb: 20, disk_type: "pd-extreme", provisioned_iops: 500 };
const GPUS = [{ type: "nvidia-tesla-t4", count: 2 }];

/** Sound resources of every kind, for the properties to spoil. */
const SOUND: readonly (readonly [string, JsonObject])[] = [
  ...tabledResources([...AWS_COMPUTE_DELTAS, ...AWS_DATA_DELTAS, ...GOOGLE_DELTAS]),
  [
    "aws_instance",
    {
      id: "i-1",
      ami: "a",
      instance_type: "t3.large",
      root_block_device: [EBS],
      ebs_block_device: [EBS],
      monitoring: true,
    },
  ],
  ["aws_ec2_instance_state", { instance_id: "i-1", state: "stopped" }],
  [
    "aws_launch_template",
    {
      id: "lt-1",
      name: "l",
      instance_type: "c5.large",
      latest_version: 1,
      default_version: 1,
      block_device_mappings: [{ device_name: "/dev/xvda", ebs: [EBS] }],
    },
  ],
  [
    "aws_launch_configuration",
    { name: "lc-1", instance_type: "c5.large", root_block_device: [EBS], ebs_block_device: [EBS] },
  ],
  [
    "aws_autoscaling_group",
    { desired_capacity: 3, min_size: 1, launch_template: [{ id: "lt-1", version: "1" }] },
  ],
  ["aws_autoscaling_group", { desired_capacity: 3, launch_configuration: "lc-1" }],
  [
    "aws_autoscaling_group",
    {
      desired_capacity: 3,
      mixed_instances_policy: [
        {
          launch_template: [
            {
              launch_template_specification: [{ launch_template_id: "lt-1" }],
              override: [{ instance_type: "c5.large", weighted_capacity: "2" }],
            },
          ],
          instances_distribution: [
            { on_demand_base_capacity: 0, on_demand_percentage_above_base_capacity: 50 },
          ],
        },
      ],
    },
  ],
  ["aws_ebs_volume", { type: "gp3", size: 10, iops: 4000, throughput: 200 }],
  ["aws_ebs_snapshot", { volume_size: 10 }],
  [
    "aws_db_instance",
    {
      identifier: "d",
      engine: "mysql",
      instance_class: "db.m5.large",
      allocated_storage: 500,
      storage_type: "gp3",
      iops: 13_000,
      multi_az: true,
      backup_retention_period: 7,
    },
  ],
  [
    "aws_db_instance",
    { replicate_source_db: "d", instance_class: "db.m5.large", storage_type: "io1", iops: 2000 },
  ],
  ["aws_rds_cluster", { cluster_identifier: "c", engine: "aurora-mysql" }],
  [
    "aws_rds_cluster_instance",
    { cluster_identifier: "c", engine: "aurora-mysql", instance_class: "db.r5.large" },
  ],
  ["aws_eip", {}],
  ["aws_nat_gateway", {}],
  ["aws_lb", { load_balancer_type: "network" }],
  ["aws_alb", {}],
  ["aws_elb", {}],
  [
    "google_compute_instance",
    {
      zone: "us-central1-a",
      machine_type: "n1-standard-4",
      boot_disk: [{ initialize_params: [{ size: 10, type: "pd-ssd" }] }],
      scratch_disk: [{ size: 375 }],
      guest_accelerator: GPUS,
    },
  ],
  ["google_compute_disk", { zone: "us-central1-a", type: "pd-extreme", size: 10, provisioned_iops: 300 }],
  [
    "google_compute_instance_template",
    {
      self_link: LINK,
      machine_type: "n1-standard-4",
      disk: [GOOGLE_DISK, { type: "SCRATCH", disk_size_gb: 375 }],
      guest_accelerator: GPUS,
    },
  ],
  [
    "google_compute_instance_group_manager",
    { zone: "us-central1-a", target_size: 2, version: [{ instance_template: LINK }] },
  ],
  [
    "google_compute_region_instance_group_manager",
    { region: "us-central1", target_size: 2, version: [{ instance_template: LINK }] },
  ],
  [
    "google_container_node_pool",
    {
      location: "us-central1-a",
      node_count: 2,
      node_config: [{ machine_type: "n1-standard-4", local_ssd_count: 1, guest_accelerator: GPUS }],
    },
  ],
  ["google_compute_snapshot", { zone: "us-central1-a", disk_size_gb: 10 }],
  ["google_compute_address", { region: "us-central1", users: [] }],
  [
    "google_sql_database_instance",
    {
      region: "us-central1",
      database_version: "POSTGRES_15",
      settings: [{ tier: "db-custom-2-7680", disk_size: 20 }],
    },
  ],
];

const NONSENSE: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -1,
  -1e9,
  0.1,
  7,
  1e21,
  5e-324,
  1.7e308,
  "",
  "x",
  "-1",
  "1e999",
  "NaN",
  "/",
  "__proto__",
  "constructor",
  "$Default",
  "us-east-1-bos-1a",
  "spot",
  [],
  {},
  [null],
  [[]],
  [{}],
  { a: 1 },
];

/** Replaces, at the leaf that `choices` lead to, what is there. */
function spoil(value: JsonValue, choices: readonly number[], nonsense: JsonValue): JsonValue {
  const [choice = 0, ...rest] = choices;
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item: JsonValue, index) =>
      index === choice % value.length ? spoil(item, rest, nonsense) : item,
    );
  }
  const names = isJsonObject(value) ? Object.keys(value) : [];
  const name = names[choice % names.length];
  if (!isJsonObject(value) || name === undefined || choice % 11 === 10) return nonsense;
  return { ...value, [name]: spoil(value[name] ?? null, rest, nonsense) };
}

function asObject(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

const change = fc.record({
  choices: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
  nonsense: fc.constantFrom(...NONSENSE),
});

const resource = fc.record({
  index: fc.nat(SOUND.length - 1),
  changes: fc.array(change, { maxLength: 3 }),
  unknown: fc.array(fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }), { maxLength: 2 }),
});

/** Terraform's marks of what is not known yet, in the shape of the values. */
function marks(value: JsonValue, paths: readonly (readonly number[])[]): JsonValue {
  const none = (each: JsonValue): JsonValue => {
    if (Array.isArray(each)) return (each as JsonValue[]).map(none);
    return isJsonObject(each)
      ? Object.fromEntries(Object.entries(each).map(([name, item]) => [name, none(item)]))
      : false;
  };
  return paths.reduce<JsonValue>((marked, path) => spoil(marked, path, true), none(value));
}

function faults(estimate: ResourceEstimate): readonly string[] {
  const { monthlyCost, unpriced, lineItems } = estimate;
  const found: string[] = [];
  if (monthlyCost === null && !unpriced) found.push("no cost and no reason");
  if (monthlyCost !== null && compareDecimals(monthlyCost, decimal(0)) < 0) found.push("negative cost");
  for (const item of lineItems) {
    if ((item.quantity === null) !== (item.monthlyCost === null))
      found.push(`${item.name}: cost without quantity`);
    if (item.quantity !== null && compareDecimals(item.quantity, decimal(0)) < 0)
      found.push(`${item.name}: negative`);
    if (item.usageBased && item.quantity !== null) found.push(`${item.name}: quantity of use`);
  }
  return found;
}

test("the sound resources are of every priced type, and priced", () => {
  const types = new Set(SOUND.map(([type]) => type));
  expect([...RESOURCE_PRICERS.keys()].filter((type) => !types.has(type))).toEqual([]);
  const estimate = pricePlan(
    planOf(...SOUND.map(([type, before], index) => ({ address: `${type}.r${index}`, before }))),
    "before",
  );
  const unpriced = estimate.resources
    .filter((each) => each.monthlyCost === null)
    .map((each) => each.unpriced);
  expect(unpriced).toEqual(["the spot price of c5.large is not known"]);
});

test("whatever the attributes are, every resource has a cost that is not negative, or a reason", () => {
  fc.assert(
    // Many spoilt ones at once: the sound ones beside them, which they may point at, cost most of the time.
    fc.property(fc.array(resource, { minLength: 1, maxLength: 40 }), (spoilt) => {
      const inputs = spoilt.map(({ index, changes, unknown }, number): ResourceInput => {
        const [type, before] = SOUND[index]!;
        const after = asObject(
          changes.reduce<JsonValue>((value, each) => spoil(value, each.choices, each.nonsense), before),
        );
        return { address: `${type}.r${number}`, before, after, unknown: marks(after, unknown) };
      });
      const sound = SOUND.map(
        ([type, before], index): ResourceInput => ({ address: `${type}.sound${index}`, before }),
      );
      const plan = planOf(...inputs, ...sound);
      const after = pricePlan(plan, "after");
      expect(
        after.resources.map((each) => [each.address, faults(each)]).filter(([, found]) => found?.length),
      ).toEqual([]);
      expect(after.resources).toHaveLength(plan.resources.length);
    }),
    { numRuns: 100 },
  );
});
