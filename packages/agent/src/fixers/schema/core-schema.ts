import type { AttributeSchema, BlockSchema, BlockTypeSchema } from "@apex/core";
import type { Block } from "@apex/generators-hcl/syntax";
import { directoryOf } from "@apex/generators-hcl";
import { schemaOfBody } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { variableType } from "../expression-type.ts";
import { ownEntry, typeSchema } from "../type-schema.ts";

const ANY: AttributeSchema = { type: "dynamic", optional: true };
const REQUIRED: AttributeSchema = { type: "dynamic", required: true };
const TEXT: AttributeSchema = { type: "string", optional: true };
const FLAG: AttributeSchema = { type: "bool", optional: true };
const NUMBER: AttributeSchema = { type: "number", optional: true };

function list(block: BlockSchema, max?: number): BlockTypeSchema {
  return { nesting_mode: "list", block, ...(max === undefined ? {} : { max_items: max }) };
}

const CHECK_RULE: BlockSchema = {
  attributes: { condition: REQUIRED, error_message: { type: "string", required: true } },
};

const LIFECYCLE: BlockSchema = {
  attributes: {
    create_before_destroy: FLAG,
    prevent_destroy: FLAG,
    ignore_changes: ANY,
    replace_triggered_by: ANY,
  },
  block_types: { precondition: list(CHECK_RULE), postcondition: list(CHECK_RULE) },
};

/** What Terraform itself understands in every resource and data source. Source: Terraform language, "Meta-arguments". */
const META_ATTRIBUTES: Readonly<Record<string, AttributeSchema>> = {
  count: NUMBER,
  for_each: ANY,
  provider: ANY,
  depends_on: ANY,
};

const META_BLOCKS: Readonly<Record<string, BlockTypeSchema>> = {
  lifecycle: list(LIFECYCLE, 1),
  provisioner: { nesting_mode: "map", block: {} },
  connection: list({}, 1),
};

/** Bodies of the blocks that Terraform itself reads. Source: Terraform language, the page of each block. */
const CORE_BODIES: Readonly<Record<string, BlockSchema>> = {
  variable: {
    attributes: {
      type: ANY,
      default: ANY,
      description: TEXT,
      sensitive: FLAG,
      nullable: FLAG,
      ephemeral: FLAG,
    },
    block_types: { validation: list(CHECK_RULE) },
  },
  output: {
    attributes: { value: REQUIRED, description: TEXT, sensitive: FLAG, ephemeral: FLAG, depends_on: ANY },
    block_types: { precondition: list(CHECK_RULE) },
  },
  moved: { attributes: { from: REQUIRED, to: REQUIRED } },
  import: { attributes: { to: REQUIRED, id: ANY, provider: ANY, for_each: ANY } },
  removed: {
    attributes: { from: REQUIRED },
    block_types: { lifecycle: list({ attributes: { destroy: FLAG } }, 1) },
  },
  lifecycle: LIFECYCLE,
  validation: CHECK_RULE,
  precondition: CHECK_RULE,
  postcondition: CHECK_RULE,
  assert: CHECK_RULE,
};

/** Terraform's top-level blocks and how many labels each has. Source: Terraform language, the page of each block. */
export const TOP_LEVEL_LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
  check: 1,
  locals: 0,
  terraform: 0,
  moved: 0,
  import: 0,
  removed: 0,
};

/** Arguments of every module call. Source: Terraform language, "Modules". */
const MODULE_ATTRIBUTES: Readonly<Record<string, AttributeSchema>> = {
  source: { type: "string", required: true },
  version: TEXT,
  providers: ANY,
  count: NUMBER,
  for_each: ANY,
  depends_on: ANY,
};

/** What tells which body a block has: also of one in a file that cannot be read. */
export type BlockHeader = Pick<Block, "type" | "labels" | "source">;

function inputsOf(world: World, block: BlockHeader): BlockSchema | undefined {
  const module = world.configuration.modules.get(directoryOf(block.source.file));
  const directory = module?.calls.get(block.labels[0] ?? "")?.directory;
  const called = directory === undefined ? undefined : world.configuration.modules.get(directory);
  if (called === undefined) return undefined;
  const inputs = [...called.variables].map(([name, variable]): [string, AttributeSchema] => [
    name,
    {
      type: variableType(called, name) ?? "dynamic",
      ...(variable.default === undefined ? { required: true } : { optional: true }),
    },
  ]);
  return { attributes: { ...MODULE_ATTRIBUTES, ...Object.fromEntries(inputs) } };
}

/** A body with what Terraform itself adds to it. */
function withMeta(schema: BlockSchema): BlockSchema {
  return {
    ...schema,
    attributes: { ...schema.attributes, ...META_ATTRIBUTES },
    block_types: { ...schema.block_types, ...META_BLOCKS },
  };
}

/**
 * What the innermost of these blocks may hold, by the provider's schema, by the variables of the called module or by Terraform's own
 * language. Blocks as {@link enclosingBlocks} gives them. `undefined` where none of these tells, and for bodies in which names are
 * free (`locals`).
 */
export function fullSchemaOfBody(world: World, blocks: readonly BlockHeader[]): BlockSchema | undefined {
  const [outermost, inner] = blocks;
  const last = blocks.at(-1);
  if (outermost === undefined || last === undefined) return undefined;
  const mode = outermost.type;
  if (mode === "resource" || mode === "data") {
    if (inner === undefined) {
      const schema = typeSchema(world, mode, outermost.labels[0] ?? "");
      return schema === undefined ? undefined : withMeta(schema);
    }
    const provided = schemaOfBody(world, blocks);
    if (provided !== undefined) return provided;
    const own = inner.type === "lifecycle" ? ownEntry(CORE_BODIES, last.type) : undefined;
    return own;
  }
  if (mode === "provider") {
    const schema = schemaOfBody(world, blocks);
    return inner !== undefined || schema === undefined
      ? schema
      : { ...schema, attributes: { ...schema.attributes, alias: TEXT } };
  }
  if (mode === "module") return inner === undefined ? inputsOf(world, outermost) : undefined;
  return ownEntry(CORE_BODIES, last.type);
}

/** The body of a top-level block, were it of type `name`; `undefined` where its names are free or not known. */
export function coreBody(world: World, name: string, labels: readonly string[]): BlockSchema | undefined {
  if (name !== "resource" && name !== "data") return ownEntry(CORE_BODIES, name);
  const schema = typeSchema(world, name, labels[0] ?? "");
  return schema === undefined ? undefined : withMeta(schema);
}
