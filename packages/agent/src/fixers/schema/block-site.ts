import type { BlockSchema } from "@apex/core";
import type { Block } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { type Scope, scopeAt } from "../expression-type.ts";
import { fullSchemaOfBody } from "./core-schema.ts";

/** A block that its body does not know. */
export interface BlockSite {
  readonly block: Block;
  readonly parent: Block;
  /** Of the parent's body. */
  readonly schema: BlockSchema;
  readonly scope: Scope;
  /** What the block is meant to be called: for `dynamic "x"` it is `x`. */
  readonly written: string;
}

/** The block that a problem points at, inside of another; `undefined` where nothing tells what may stand there. */
export function blockSite(problem: Problem, world: World): BlockSite | undefined {
  const { place } = problem;
  if (place === undefined) return undefined;
  const blocks = enclosingBlocks(world.configuration, place);
  const block = blocks.at(-1);
  const parent = blocks.at(-2);
  const [outermost] = blocks;
  if (block === undefined || parent === undefined || outermost === undefined) return undefined;
  if (place.end > block.open) return undefined;
  const schema = fullSchemaOfBody(world, blocks.slice(0, -1));
  const scope = scopeAt(world, place.file, outermost);
  if (schema === undefined || scope === undefined) return undefined;
  const isDynamic = block.type === "dynamic" && block.labels[0] !== undefined;
  return { block, parent, schema, scope, written: isDynamic ? (block.labels[0] ?? "") : block.type };
}
