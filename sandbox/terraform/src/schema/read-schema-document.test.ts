import { expect, test } from "vitest";
import { encodeSchemaPack } from "./encode-schema-pack.ts";
import { readSchemaDocument } from "./read-schema-document.ts";
import { decodeSchemaPack } from "./schema-pack.ts";

/** The form of `terraform providers schema -json`, Terraform 1.11. */
const document = {
  format_version: "1.0",
  provider_schemas: {
    "registry.terraform.io/hashicorp/null": {
      provider: { version: 0, block: { description_kind: "plain" } },
      resource_schemas: {
        null_resource: {
          version: 0,
          block: {
            attributes: {
              id: {
                type: "string",
                description: "Set to a random value",
                description_kind: "plain",
                computed: true,
              },
              triggers: { type: ["map", "string"], description_kind: "plain", optional: true },
            },
            description_kind: "plain",
          },
        },
      },
    },
    "registry.terraform.io/acme/acme": {
      resource_schemas: {
        acme_nested: {
          version: 3,
          block: {
            attributes: {
              key: { type: "string", sensitive: true, write_only: true, optional: true },
              pair: { type: ["tuple", ["string", "bool"]], computed: true },
              options: { type: ["object", { a: "string", b: "number" }, ["b"]], optional: true },
              servers: {
                nested_type: {
                  attributes: { name: { type: "string", required: true } },
                  nesting_mode: "list",
                },
                optional: true,
              },
            },
            block_types: {
              rule: { nesting_mode: "set", min_items: 2, max_items: 5, block: { attributes: {} } },
            },
          },
        },
      },
    },
  },
};

test("every provider of the document is read, descriptions dropped", () => {
  const [first, second] = readSchemaDocument(JSON.stringify(document), "schema.json");
  expect(first).toMatchObject({ address: "registry.terraform.io/hashicorp/null", gaps: [] });
  expect(first?.schema.resource_schemas["null_resource"]).toEqual({
    version: 0,
    block: {
      attributes: {
        id: { type: "string", computed: true },
        triggers: { type: ["map", "string"], optional: true },
      },
    },
  });
  expect(second?.schema.data_source_schemas).toEqual({});
  expect(second?.schema.resource_schemas["acme_nested"]).toEqual(
    document.provider_schemas["registry.terraform.io/acme/acme"].resource_schemas.acme_nested,
  );
});

test("versions come from the output of `terraform version -json` when it is given", () => {
  const versions = new Map([["registry.terraform.io/hashicorp/null", "3.2.4"]]);
  const read = readSchemaDocument(JSON.stringify(document), "schema.json", versions);
  expect(read.map((content) => content.version)).toEqual(["3.2.4", "0.0.0"]);
});

test("what was read from a document survives a pack", () => {
  const [, content] = readSchemaDocument(JSON.stringify(document), "schema.json");
  const pack = decodeSchemaPack(encodeSchemaPack(content!), "test");
  expect(pack.resourceSchema("acme_nested")).toEqual(content!.schema.resource_schemas["acme_nested"]);
});

test("a document of another kind is refused with the place", () => {
  const read = (value: unknown) => () => readSchemaDocument(JSON.stringify(value), "schema.json");
  expect(() => readSchemaDocument("{", "schema.json")).toThrow(/schema\.json is not JSON/);
  expect(read({ format_version: "0.1" })).toThrow(/format_version: only format version 1 is known/);
  expect(read({ format_version: "1.0", values: {} })).toThrow(/provider_schemas/);
  const broken = {
    resource_schemas: { x_y: { version: 0, block: { attributes: { a: { type: "text" } } } } },
  };
  expect(read({ format_version: "1.0", provider_schemas: { "x/y": broken } })).toThrow(
    /provider_schemas\.x\/y\.resource_schemas\.x_y\.block/,
  );
});
