import type { AttributeSchema, BlockSchema, BlockTypeSchema, TypeConstraint } from "@apex/core";

/** Short forms for writing a schema by hand. */

export function required(type: TypeConstraint): AttributeSchema {
  return { type, required: true };
}

export function optional(type: TypeConstraint): AttributeSchema {
  return { type, optional: true };
}

/** Optional, and chosen by the provider when left out. */
export function defaulted(type: TypeConstraint): AttributeSchema {
  return { type, optional: true, computed: true };
}

type Attributes = Readonly<Record<string, AttributeSchema>>;
type Blocks = Readonly<Record<string, BlockTypeSchema>>;

/** A body; what is empty is left out, as Terraform does. */
export function body(attributes: Attributes, blocks: Blocks = {}): BlockSchema {
  return {
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(Object.keys(blocks).length > 0 ? { block_types: blocks } : {}),
  };
}

/** A block that may be written once. */
export function atMostOne(attributes: Attributes, blocks: Blocks = {}): BlockTypeSchema {
  return { nesting_mode: "list", block: body(attributes, blocks), max_items: 1 };
}

/** A block that must be written once. */
export function exactlyOne(attributes: Attributes, blocks: Blocks = {}): BlockTypeSchema {
  return { ...atMostOne(attributes, blocks), min_items: 1 };
}

/** A block that may be written any number of times, in an order that counts. */
export function anyNumber(attributes: Attributes, blocks: Blocks = {}): BlockTypeSchema {
  return { nesting_mode: "list", block: body(attributes, blocks) };
}

/** The same block with other limits. */
export function limited(
  block: BlockTypeSchema,
  limits: { readonly min_items?: number; readonly max_items?: number },
): BlockTypeSchema {
  return { ...block, ...limits };
}
