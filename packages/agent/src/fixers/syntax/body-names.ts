import type { World } from "../../world/world.ts";
import { type BlockHeader, fullSchemaOfBody } from "../schema/core-schema.ts";

/** What a name is in a body: an argument, a block, or not known there. */
export type NameKind = "argument" | "block" | "unknown";

/** Bodies in which whoever writes them names the arguments, and that hold no blocks. Source: Terraform language. */
const FREE: ReadonlySet<string> = new Set(["locals", "module", "required_providers"]);

/** Arguments that no schema lists. Source: Terraform language, "Terraform Settings", "dynamic Blocks". */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  terraform: ["required_version"],
  dynamic: ["for_each", "iterator"],
};

/** Blocks that no schema lists. Source: the same. */
const OTHER_BLOCKS: ReadonlySet<string> = new Set([
  "dynamic",
  "content",
  "backend",
  "cloud",
  "required_providers",
]);

/** What `name` is in the innermost of these bodies, by the provider's schema or by Terraform's own language. */
export function nameKind(world: World, parents: readonly BlockHeader[], name: string): NameKind {
  const body = parents.at(-1);
  if (body === undefined) return "unknown";
  if (FREE.has(body.type)) return "argument";
  const schema = fullSchemaOfBody(world, parents);
  if (schema?.attributes !== undefined && Object.hasOwn(schema.attributes, name)) return "argument";
  if (schema?.block_types !== undefined && Object.hasOwn(schema.block_types, name)) return "block";
  const others = Object.hasOwn(OTHERS, body.type) ? OTHERS[body.type] : undefined;
  if (others?.includes(name)) return "argument";
  return OTHER_BLOCKS.has(name) ? "block" : "unknown";
}
