import { z } from "zod";
import { AdapterError } from "@apex/core";
import type { SchemaPackContent } from "./encode-schema-pack.ts";
import type { BlockSchema, ProviderSchema, ResourceSchema, TypeConstraint } from "@apex/core";

const typeConstraint: z.ZodType<TypeConstraint> = z.lazy(() =>
  z.union([
    z.enum(["string", "number", "bool", "dynamic"]),
    z.tuple([z.enum(["list", "set", "map"]), typeConstraint]),
    z.tuple([z.literal("object"), z.record(z.string(), typeConstraint)]),
    z.tuple([z.literal("object"), z.record(z.string(), typeConstraint), z.array(z.string())]),
    z.tuple([z.literal("tuple"), z.array(typeConstraint)]),
  ]),
);

const flag = z.boolean().exactOptional();
/** What Terraform needs of an attribute; descriptions are left out, they are most of the bytes. */
const attribute = z.object({
  type: typeConstraint.exactOptional(),
  get nested_type() {
    return z
      .object({
        attributes: z.record(z.string(), attribute),
        nesting_mode: z.enum(["single", "list", "set", "map"]),
      })
      .exactOptional();
  },
  required: flag,
  optional: flag,
  computed: flag,
  sensitive: flag,
  deprecated: flag,
  write_only: flag,
});

const block: z.ZodType<BlockSchema> = z.lazy(() =>
  z.object({
    attributes: z.record(z.string(), attribute).exactOptional(),
    block_types: z
      .record(
        z.string(),
        z.object({
          nesting_mode: z.enum(["single", "group", "list", "set", "map"]),
          block,
          min_items: z.number().int().nonnegative().exactOptional(),
          max_items: z.number().int().nonnegative().exactOptional(),
        }),
      )
      .exactOptional(),
    deprecated: flag,
  }),
);

const resource: z.ZodType<ResourceSchema> = z.object({ version: z.number().int().nonnegative(), block });
const EMPTY: ResourceSchema = { version: 0, block: {} };
const provider: z.ZodType<ProviderSchema> = z.object({
  provider: resource.default(EMPTY),
  resource_schemas: z.record(z.string(), resource).default({}),
  data_source_schemas: z.record(z.string(), resource).default({}),
});

const document = z.object({
  format_version: z.string().regex(/^1\./, "only format version 1 is known"),
  provider_schemas: z.record(z.string(), provider),
});

/** The document does not say which version of the provider wrote it; `terraform version -json` does. */
const UNKNOWN_VERSION = "0.0.0";

/**
 * Reads the output of `terraform providers schema -json`: one content per provider, descriptions dropped.
 *
 * @param name what error messages call the text, usually its file
 * @param versions provider versions by address; what is missing is 0.0.0
 * @throws AdapterError `invalid` with the place of the first thing that is not as documented
 */
export function readSchemaDocument(
  text: string,
  name: string,
  versions: ReadonlyMap<string, string> = new Map(),
): readonly SchemaPackContent[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AdapterError(
      "invalid",
      `${name} is not JSON; write it with \`terraform providers schema -json\``,
      { cause },
    );
  }
  const read = document.safeParse(json);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new AdapterError(
      "invalid",
      `${name}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not a schema"}`,
    );
  }
  return Object.entries(read.data.provider_schemas).map(([address, schema]) => ({
    address,
    version: versions.get(address) ?? UNKNOWN_VERSION,
    origin: "terraform providers schema -json",
    schema,
    gaps: [],
  }));
}
