import { expect, test } from "vitest";
import { encodeSchemaPack, type SchemaPackContent } from "./encode-schema-pack.ts";
import { decodeSchemaPack, openSchemaPack } from "./schema-pack.ts";
import type { ResourceSchema } from "@apex/core";

function schemaWith(attribute: string): ResourceSchema {
  return { version: 1, block: { attributes: { [attribute]: { type: "string", optional: true } } } };
}

function content(types: readonly string[]): SchemaPackContent {
  return {
    address: "registry.terraform.io/acme/acme",
    version: "1.2.3",
    origin: "a test",
    gaps: ["resource acme_a: x: not told"],
    schema: {
      provider: schemaWith("region"),
      resource_schemas: Object.fromEntries(types.map((type) => [type, schemaWith(`of_${type}`)])),
      data_source_schemas: { acme_image: schemaWith("filter") },
    },
  };
}

test("what goes into a pack comes out again", () => {
  const types = Array.from({ length: 3000 }, (_, index) => `acme_${String(index).padStart(4, "0")}`);
  const pack = decodeSchemaPack(encodeSchemaPack(content(types)), "test");
  expect(pack).toMatchObject({
    address: "registry.terraform.io/acme/acme",
    version: "1.2.3",
    origin: "a test",
  });
  expect(pack.gaps).toEqual(["resource acme_a: x: not told"]);
  expect(pack.resourceTypes()).toEqual(types);
  expect(pack.dataSourceTypes()).toEqual(["acme_image"]);
  expect(pack.providerSchema()).toEqual(schemaWith("region"));
  for (const type of types) expect(pack.resourceSchema(type)).toEqual(schemaWith(`of_${type}`));
  expect(pack.dataSourceSchema("acme_image")).toEqual(schemaWith("filter"));
});

test("a type the provider does not have is undefined, also when its name is one of Object's", () => {
  const pack = decodeSchemaPack(encodeSchemaPack(content(["acme_a"])), "test");
  for (const type of ["acme_b", "", "constructor", "__proto__", "toString"]) {
    expect(pack.resourceSchema(type)).toBeUndefined();
    expect(pack.dataSourceSchema(type)).toBeUndefined();
  }
});

test("the order of the source does not show in the bytes", () => {
  const forward = encodeSchemaPack(content(["acme_a", "acme_b", "acme_c"]));
  const backward = encodeSchemaPack(content(["acme_c", "acme_b", "acme_a"]));
  expect(Buffer.compare(forward, backward)).toBe(0);
});

test("the digest tells a changed attribute, a changed provider and a changed gap", () => {
  const digest = (changed: SchemaPackContent) => decodeSchemaPack(encodeSchemaPack(changed), "test").digest;
  const base = content(["acme_a"]);
  const others = [
    content(["acme_b"]),
    { ...base, schema: { ...base.schema, provider: schemaWith("zone") } },
    { ...base, gaps: [] },
  ];
  expect(digest(content(["acme_a"]))).toBe(digest(base));
  for (const other of others) expect(digest(other)).not.toBe(digest(base));
});

test("a provider without resources or data sources is a valid pack", () => {
  const empty = { ...content([]), schema: { ...content([]).schema, data_source_schemas: {} } };
  const pack = decodeSchemaPack(encodeSchemaPack(empty), "test");
  expect([pack.resourceTypes(), pack.dataSourceTypes()]).toEqual([[], []]);
});

test("bytes that are no pack are refused with the reason", () => {
  const bytes = encodeSchemaPack(content(["acme_a"]));
  const open = (changed: Uint8Array) => () => decodeSchemaPack(changed, "acme.schema-pack");
  expect(open(new Uint8Array())).toThrow(/acme\.schema-pack is not usable: it does not start as a pack does/);
  expect(open(Buffer.from("version https://git-lfs.github.com/spec/v1\n"))).toThrow(/does not start/);
  expect(open(bytes.subarray(0, 20))).toThrow(/cut short/);
  expect(open(bytes.subarray(0, bytes.length - 1))).toThrow(/length is not as recorded/);
  const broken = Uint8Array.from(bytes);
  broken.fill(0xff, 12, 40);
  expect(open(broken)).toThrow(/does not decompress/);
});

test("bytes inside a larger buffer are read from their own start", () => {
  const bytes = encodeSchemaPack(content(["acme_a"]));
  const shifted = Buffer.concat([Buffer.from("xyz"), bytes]).subarray(3);
  expect(decodeSchemaPack(shifted, "test").resourceSchema("acme_a")).toEqual(schemaWith("of_acme_a"));
});

test("a missing file says where it belongs", () => {
  expect(() => openSchemaPack("/nowhere/aws.schema-pack")).toThrow(/cannot be read; Apex ships it in/);
});
