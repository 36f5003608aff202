import type { BlockSchema, NestingMode, ResourceSchema } from "@apex/core";
import { attributeType } from "./value-type.ts";

const NESTING: Record<NestingMode, string> = {
  single: "SINGLE",
  list: "LIST",
  set: "SET",
  map: "MAP",
  group: "GROUP",
};

function wireBlock(block: BlockSchema): object {
  return {
    attributes: Object.entries(block.attributes ?? {}).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(attributeType(attribute))),
      required: attribute.required ?? false,
      optional: attribute.optional ?? false,
      computed: attribute.computed ?? false,
      sensitive: attribute.sensitive ?? false,
      deprecated: attribute.deprecated ?? false,
      write_only: attribute.write_only ?? false,
    })),
    block_types: Object.entries(block.block_types ?? {}).map(([name, nested]) => ({
      type_name: name,
      nesting: NESTING[nested.nesting_mode],
      min_items: nested.min_items ?? 0,
      max_items: nested.max_items ?? 0,
      block: wireBlock(nested.block),
    })),
  };
}

/** A schema as the protocol's `Schema` message. */
export function wireSchema(schema: ResourceSchema): object {
  return { version: schema.version, block: wireBlock(schema.block) };
}

/**
 * The message for types that a configuration does not use: only their names count, because Terraform suggests the
 * nearest one for a type that does not exist.
 */
export const NAME_ONLY_SCHEMA: object = { version: 0, block: { attributes: [], block_types: [] } };

/**
 * What modules may say in `provider_meta` blocks, which no published schema holds: who called, for the clouds' statistics.
 * Source: ProviderMetaSchema of the providers for AWS (`user_agent`) and Google (`module_name`). It has no effect on plans.
 */
export const PROVIDER_META: object = wireSchema({
  version: 0,
  block: {
    attributes: {
      user_agent: { type: ["list", "string"], optional: true },
      module_name: { type: "string", optional: true },
    },
  },
});
