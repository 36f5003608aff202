import { expect, test } from "vitest";
import { bundledProviders, bundledSchemaPack } from "./bundled-schema-packs.ts";
import type { SchemaPack } from "./schema-pack.ts";
import type { BlockSchema, TypeConstraint } from "@apex/core";

function pack(name: string): SchemaPack {
  const found = bundledSchemaPack(name);
  if (!found) throw new Error(`no pack ships for ${name}`);
  return found;
}

test("every provider has its types, at a version that is named", () => {
  const counts = bundledProviders().map((name) => {
    const { version, address } = pack(name);
    expect(address).toBe(`registry.terraform.io/hashicorp/${name}`);
    return `${name} ${version}: ${pack(name).resourceTypes().length} + ${pack(name).dataSourceTypes().length}`;
  });
  expect(counts).toEqual([
    "archive 2.7.1: 1 + 1",
    "aws 6.25.0: 1581 + 630",
    "cloudinit 2.3.7: 1 + 1",
    "external 2.3.5: 0 + 1",
    "google 6.50.0: 1096 + 373",
    "google-beta 6.50.0: 1215 + 406",
    "http 3.5.0: 0 + 1",
    "local 2.6.1: 2 + 3",
    "null 3.2.4: 1 + 1",
    "random 3.7.2: 8 + 0",
    "time 0.13.1: 4 + 0",
    "tls 4.1.0: 4 + 2",
  ]);
});

test("only the QuickSight definitions are not told", () => {
  const gaps = bundledProviders().flatMap((name) =>
    pack(name).gaps.map((gap) => gap.split(": ", 2).join(": ")),
  );
  expect(gaps).toEqual([
    "data-source aws_quicksight_analysis: definition",
    "resource aws_quicksight_analysis: definition",
    "resource aws_quicksight_dashboard: definition",
    "resource aws_quicksight_template: definition",
  ]);
});

test("a provider is found by name and by address, and only in the namespace hashicorp", () => {
  const aws = pack("aws");
  for (const name of [
    "hashicorp/aws",
    "registry.terraform.io/hashicorp/aws",
    "registry.opentofu.org/hashicorp/aws",
  ]) {
    expect(bundledSchemaPack(name)).toBe(aws);
  }
  for (const name of ["acme/aws", "example.com/hashicorp/aws", "azurerm", "../aws", "AWS", ""]) {
    expect(bundledSchemaPack(name)).toBeUndefined();
  }
});

test("the provider blocks take what users write in them, and no meta-argument", () => {
  const aws = pack("aws").providerSchema().block;
  expect(aws.attributes?.["region"]).toEqual({ type: "string", optional: true });
  expect(aws.attributes?.["allowed_account_ids"]).toEqual({ type: ["set", "string"], optional: true });
  expect(Object.keys(aws.block_types ?? {})).toEqual([
    "assume_role",
    "assume_role_with_web_identity",
    "default_tags",
    "endpoints",
    "ignore_tags",
  ]);
  expect(aws.block_types?.["default_tags"]).toEqual({
    nesting_mode: "list",
    block: { attributes: { tags: { type: ["map", "string"], optional: true } } },
  });
  const google = pack("google").providerSchema().block;
  expect(google.attributes).toMatchObject({
    project: { type: "string", optional: true },
    credentials: { type: "string", optional: true },
    scopes: { type: ["list", "string"], optional: true },
    default_labels: { type: ["map", "string"], optional: true },
  });
  expect(Object.keys(google.block_types ?? {})).toEqual(["batching", "external_credentials"]);
  for (const name of bundledProviders()) {
    expect(pack(name).providerSchema().block.attributes ?? {}).not.toHaveProperty("alias");
  }
});

/** Terraform's own rules for schemas (configschema InternalValidate), on every path of every type. */
function faults(block: BlockSchema, path: string): readonly string[] {
  const blocks = block.block_types ?? {};
  const ofAttributes = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) => {
    const at = `${path}.${name}`;
    const { type, required, optional, computed } = attribute;
    return [
      !/^[a-z0-9_]+$/.test(name) && `${at}: name`,
      (type === undefined || !isType(type)) && `${at}: type`,
      !required && !optional && !computed && `${at}: neither required, optional nor computed`,
      required && (optional || computed) && `${at}: required and something else`,
      Object.hasOwn(blocks, name) && `${at}: attribute and block`,
    ].filter((fault) => typeof fault === "string");
  });
  const ofBlocks = Object.entries(blocks).flatMap(([name, nested]) => {
    const at = `${path}.${name}`;
    const limits = (nested.min_items ?? 0) > (nested.max_items ?? Number.POSITIVE_INFINITY);
    return [...(limits ? [`${at}: more at least than at most`] : []), ...faults(nested.block, at)];
  });
  return [...ofAttributes, ...ofBlocks];
}

function isType(type: TypeConstraint): boolean {
  if (typeof type === "string") return ["string", "number", "bool", "dynamic"].includes(type);
  if (type[0] === "object") return Object.values(type[1]).every(isType);
  if (type[0] === "tuple") return type[1].every(isType);
  return ["list", "set", "map"].includes(type[0]) && isType(type[1]);
}

test.each(bundledProviders())("every path of every type of %s keeps Terraform's rules", (name) => {
  const of = pack(name);
  const found = [
    ...faults(of.providerSchema().block, "provider"),
    ...of.resourceTypes().flatMap((type) => faults(of.resourceSchema(type)!.block, type)),
    ...of.dataSourceTypes().flatMap((type) => faults(of.dataSourceSchema(type)!.block, `data.${type}`)),
  ];
  expect(found).toEqual([]);
});
