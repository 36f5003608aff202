import { AdapterError } from "@apex/core";
import { describe, expect, test } from "vitest";
import { decodePlan } from "./decode-plan.ts";

interface Given {
  readonly address: string;
  readonly before?: object | null;
  readonly after?: object | null;
  readonly actions?: readonly string[];
  readonly unknown?: object;
  readonly sensitive?: object;
}

/** A plan as `terraform show -json` prints it for the real providers, with what a test is about. */
function planJson(changes: readonly Given[], rest: object = {}): unknown {
  return {
    format_version: "1.2",
    terraform_version: "1.9.8",
    applyable: true,
    resource_changes: changes.map((given) => ({
      address: given.address,
      mode: "managed",
      type: given.address.split(".").at(-2),
      name: given.address.split(".").at(-1)?.replace(/\[.*/, ""),
      provider_name: "registry.terraform.io/hashicorp/aws",
      change: {
        actions: given.actions ?? ["update"],
        before: given.before ?? null,
        after: given.after ?? null,
        after_unknown: given.unknown ?? {},
        before_sensitive: given.sensitive ?? {},
        after_sensitive: given.sensitive ?? {},
      },
    })),
    ...rest,
  };
}

function changed(given: Omit<Given, "address">): readonly string[] {
  const plan = decodePlan(planJson([{ address: "aws_instance.a", ...given }]));
  return plan.resources[0]?.changedAttributes ?? [];
}

test("a resource that a moved block renames says where it was", () => {
  const change = { actions: ["no-op"], before: { size: 1 }, after: { size: 1 } };
  const named = { mode: "managed", type: "aws_ebs_volume", name: "b", change };
  const changes = [{ ...named, address: "aws_ebs_volume.b", previous_address: "aws_ebs_volume.a[0]" }];
  const plan = decodePlan({ format_version: "1.2", resource_changes: changes });
  expect(plan.resources[0]).toMatchObject({
    address: "aws_ebs_volume.b",
    previousAddress: "aws_ebs_volume.a[0]",
  });
});

describe("changed attributes", () => {
  test("are the leaves that differ, in blocks by index", () => {
    const before = { type: "a", root: [{ size: 1, kind: "gp2" }], tags: { A: "1" } };
    const after = { type: "a", root: [{ size: 1, kind: "gp3" }], tags: { A: "1", B: "2" } };
    expect(changed({ before, after })).toEqual(["root[0].kind", "tags.B"]);
  });

  test("include what becomes unknown, and the rest of a list that grows or shrinks", () => {
    expect(changed({ before: { v: 1, s: "x" }, after: { s: "x" }, unknown: { v: true } })).toEqual(["v"]);
    expect(changed({ before: { l: ["a"] }, after: { l: ["a", "b"] } })).toEqual(["l[1]"]);
    expect(changed({ before: { l: ["a", "b"] }, after: { l: [] } })).toEqual(["l[0]", "l[1]"]);
    expect(changed({ before: { b: [{ x: 1 }] }, after: { b: [{ x: 1 }] }, unknown: { b: [{}] } })).toEqual(
      [],
    );
  });

  test("leave out a set that is printed in another order, and are empty for creation and deletion", () => {
    expect(changed({ before: { s: ["a", "b"] }, after: { s: ["b", "a"] } })).toEqual([]);
    expect(changed({ before: null, after: { s: 1 }, actions: ["create"] })).toEqual([]);
    expect(changed({ before: { s: 1 }, after: null, actions: ["delete"] })).toEqual([]);
  });

  test("tell that a sensitive value changed, without the value", () => {
    const json = planJson([
      {
        address: "aws_db_instance.a",
        before: { password: "old", tags: { k: "v" } },
        after: { password: "new", tags: { k: "v" } },
        sensitive: { password: true },
      },
    ]);
    const [resource] = decodePlan(json).resources;
    expect(resource?.changedAttributes).toEqual(["password"]);
    expect(JSON.stringify(resource)).not.toMatch(/old|new/);
    expect(resource?.after).toEqual({ tags: { k: "v" } });
  });
});

describe("the region of a resource", () => {
  const configuration = {
    provider_config: {
      aws: { name: "aws", expressions: { region: { references: ["var.region"] } } },
      "aws.us": { name: "aws", alias: "us", expressions: { region: { constant_value: "us-east-1" } } },
      "module.net:aws": { name: "aws", expressions: { region: { constant_value: "ap-south-1" } } },
      google: { name: "google", expressions: { zone: { constant_value: "europe-west1-b" } } },
    },
    root_module: {
      resources: [
        { address: "aws_instance.plain", provider_config_key: "aws" },
        { address: "aws_instance.aliased", provider_config_key: "aws.us" },
        { address: "google_compute_disk.d", provider_config_key: "google" },
      ],
      module_calls: {
        net: { module: { resources: [{ address: "aws_eip.e", provider_config_key: "module.net:aws" }] } },
        web: { module: { resources: [{ address: "aws_instance.w", provider_config_key: "aws" }] } },
      },
    },
  };
  const regionOf = (given: Given) =>
    decodePlan(planJson([given], { configuration, variables: { region: { value: "eu-central-1" } } }))
      .resources[0]?.region;

  test.each<[string, Given, string | undefined]>([
    ["of a variable", { address: "aws_instance.plain", after: {} }, "eu-central-1"],
    ["of an alias", { address: "aws_instance.aliased", after: {} }, "us-east-1"],
    ["of a zone of Google's provider", { address: "google_compute_disk.d", after: {} }, "europe-west1"],
    ["of a module's own provider", { address: "module.net.aws_eip.e", after: {} }, "ap-south-1"],
    ["of an inherited provider", { address: 'module.web["a"].aws_instance.w[0]', after: {} }, "eu-central-1"],
    ["its own", { address: "aws_instance.plain", after: { region: "us-west-2" } }, "us-west-2"],
    [
      "of its zone",
      { address: "aws_instance.plain", after: { availability_zone: "us-gov-west-1c" } },
      "us-gov-west-1",
    ],
    [
      "of Google's zone as a link",
      { address: "x.y", after: { zone: "https://x/zones/asia-east1-a" } },
      "asia-east1",
    ],
    [
      "of its ARN before",
      { address: "x.y", before: { arn: "arn:aws:ec2:sa-east-1:1:instance/i" } },
      "sa-east-1",
    ],
    [
      "of nothing that tells",
      { address: "x.y", after: { arn: "arn:aws:iam::1:role/r", zone: "" } },
      undefined,
    ],
  ])("%s", (_name, given, region) => {
    expect(regionOf(given)).toBe(region);
  });
});

describe("what is no plan is refused with the place and the way to make one", () => {
  test.each([
    ["null", null],
    ["a text", "plan"],
    ["a state", { version: 4, resources: [] }],
    ["a later format", { format_version: "2.0" }],
    ["a broken change", planJson([{ address: "a.b", actions: ["explode"] }])],
  ])("%s", (_name, json) => {
    expect(() => decodePlan(json)).toThrow(AdapterError);
    expect(() => decodePlan(json)).toThrow(/Not a Terraform plan in JSON.*terraform show -json/s);
  });

  test("an empty plan is a plan", () => {
    expect(decodePlan({ format_version: "1.2" })).toEqual({ terraformVersion: "unknown", resources: [] });
  });
});

test("outputs are told with what is unknown in them, without what is sensitive; a plan without any tells none", () => {
  const change = { actions: ["create"], before: null, before_sensitive: false };
  const plan = decodePlan(
    planJson([], {
      output_changes: {
        id: { ...change, after_unknown: true, after_sensitive: false },
        password: { ...change, after: "hunter2", after_unknown: false, after_sensitive: true },
      },
    }),
  );
  expect(plan.outputs).toEqual({
    id: { actions: ["create"], after: null, afterUnknown: true, isSensitive: false },
    password: { actions: ["create"], after: null, afterUnknown: false, isSensitive: true },
  });
  expect(decodePlan(planJson([]))).not.toHaveProperty("outputs");
});
