import { expect, test } from "vitest";
import type { SchemaPackContent } from "../encode-schema-pack.ts";
import type { BlockSchema, ResourceSchema } from "@apex/core";
import { supplementSchema } from "./supplement-schema.ts";

function content(name: string, resources: Record<string, ResourceSchema>): SchemaPackContent {
  return {
    address: `registry.terraform.io/hashicorp/${name}`,
    version: "1.0.0",
    origin: "a test",
    gaps: [],
    schema: {
      provider: { version: 0, block: {} },
      resource_schemas: resources,
      data_source_schemas: {},
    },
  };
}

function withAttributes(...names: readonly string[]): ResourceSchema {
  const attributes = Object.fromEntries(
    names.map((name) => [name, { type: "string" as const, optional: true }]),
  );
  return { version: 0, block: { attributes } };
}

const random = {
  random_password: withAttributes("result", "bcrypt_hash", "length"),
  random_bytes: withAttributes("base64", "hex"),
};

test("known sensitive attributes are marked, others are not", () => {
  const { attributes } = supplementSchema(content("random", random)).schema.resource_schemas[
    "random_password"
  ]!.block;
  expect(attributes).toEqual({
    result: { type: "string", optional: true, sensitive: true },
    bcrypt_hash: { type: "string", optional: true, sensitive: true },
    length: { type: "string", optional: true },
  });
});

test("a fact about something the provider no longer has fails the generation", () => {
  const { random_bytes } = random;
  expect(() => supplementSchema(content("random", { random_bytes }))).toThrow(
    /random_password, which does not exist/,
  );
  const renamed = { ...random, random_password: withAttributes("value") };
  expect(() => supplementSchema(content("random", renamed))).toThrow(
    /random_password: bcrypt_hash, which does not/,
  );
});

test("an argument that ends in _wo is write-only; one that is computed is not", () => {
  const vault: ResourceSchema = {
    version: 0,
    block: {
      attributes: {
        password_wo: { type: "string", optional: true },
        has_value_wo: { type: "bool", computed: true },
      },
      block_types: { login: { nesting_mode: "list", block: withAttributes("token_wo").block } },
    },
  };
  const { block } = supplementSchema(content("acme", { acme_vault: vault })).schema.resource_schemas[
    "acme_vault"
  ]!;
  const writeOnly = { type: "string", optional: true, sensitive: true, write_only: true };
  expect(block.attributes).toEqual({
    password_wo: writeOnly,
    has_value_wo: { type: "bool", computed: true },
  });
  expect(block.block_types?.["login"]?.block.attributes).toEqual({ token_wo: writeOnly });
});

test("a statement of the web ACL holds statements three levels deep and no deeper", async () => {
  const { webAclStatement } = await import("./wafv2-statement.ts");
  let block: BlockSchema = webAclStatement.block;
  for (const combination of ["and_statement", "not_statement", "or_statement"]) {
    const statement = block.block_types?.[combination]?.block.block_types?.["statement"];
    expect(statement).toMatchObject({ nesting_mode: "list", min_items: 1 });
    block = statement!.block;
  }
  expect(Object.keys(block.block_types ?? {})).toContain("geo_match_statement");
  expect(Object.keys(block.block_types ?? {})).not.toContain("and_statement");
});
