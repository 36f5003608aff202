import type { BlockSchema } from "@apex/core";
import type { Attribute, Block } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { type Scope, scopeAt } from "../expression-type.ts";
import { usedVariables } from "../knowledge/variable-use.ts";
import { fullSchemaOfBody } from "./core-schema.ts";

/** An argument that its body does not know. */
export interface ArgumentSite {
  readonly attribute: Attribute;
  /** Outermost first; the last one holds the argument. */
  readonly blocks: readonly Block[];
  readonly block: Block;
  readonly schema: BlockSchema;
  readonly scope: Scope;
}

/** The argument that a problem points at; `undefined` where there is none or nothing tells what its body may hold. */
export function argumentSite(problem: Problem, world: World): ArgumentSite | undefined {
  const { place } = problem;
  if (place === undefined) return undefined;
  const attribute = attributeAt(world.configuration, place);
  const blocks = enclosingBlocks(world.configuration, place);
  const [outermost] = blocks;
  const block = blocks.at(-1);
  if (attribute === undefined || outermost === undefined || block === undefined) return undefined;
  const schema = fullSchemaOfBody(world, blocks);
  const scope = scopeAt(world, place.file, outermost);
  if (schema === undefined || scope === undefined) return undefined;
  return { attribute, blocks, block, schema, scope };
}

/** Whether a schema has an attribute or nested block of that name. */
export function hasName(schema: BlockSchema, name: string): boolean {
  return Object.hasOwn(schema.attributes ?? {}, name) || Object.hasOwn(schema.block_types ?? {}, name);
}

/** Whether a configuration may set the attribute. */
export function isSettable(schema: BlockSchema, name: string): boolean {
  if (!Object.hasOwn(schema.attributes ?? {}, name)) return false;
  const attribute = schema.attributes?.[name];
  return attribute?.required === true || attribute?.optional === true;
}

/**
 * Whether an unknown argument is an input whose `variable` block is missing: the called module uses `var.name`. Then the call is
 * right, and the module is not.
 */
export function isLostInput(site: ArgumentSite, world: World): boolean {
  const [outermost] = site.blocks;
  if (outermost?.type !== "module") return false;
  const directory = site.scope.module.calls.get(outermost.labels[0] ?? "")?.directory;
  return directory !== undefined && usedVariables(world.configuration, directory).has(site.attribute.name);
}
