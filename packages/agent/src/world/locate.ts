import type { BlockSchema } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";
import {
  type Attribute,
  type Block,
  type Body,
  type Expression,
  expressionsIn,
} from "@apex/generators-hcl/syntax";
import type { FilePlace } from "../diagnostics/problem.ts";
import type { World } from "./world.ts";

/** Whether a place lies within; an empty place counts as the character that it stands before. */
function covers(outer: { readonly start: number; readonly end: number }, place: FilePlace): boolean {
  return outer.start <= place.start && Math.max(place.end, place.start + 1) <= outer.end;
}

/**
 * The blocks around a place, outermost first. A place in a block's header (its type, its labels, its brace) is in that block: where
 * Terraform points at a block that is not expected, the last one is that block and the one before it is where it stands. Empty
 * for a place between the top-level blocks, in a file that is not part of the configuration, or in a piece that the parser could not
 * make out.
 */
export function enclosingBlocks(configuration: Configuration, place: FilePlace): readonly Block[] {
  const found: Block[] = [];
  let body: Body | undefined = configuration.parsed.get(place.file)?.body;
  while (body !== undefined) {
    const inner: Block | undefined = body.blocks.find((block) => covers(block, place));
    if (inner !== undefined) found.push(inner);
    body = inner?.body;
  }
  return found;
}

/** The attribute of the innermost block (or of the file itself) that holds the place, its name included. */
export function attributeAt(configuration: Configuration, place: FilePlace): Attribute | undefined {
  const inner = enclosingBlocks(configuration, place).at(-1)?.body;
  const body = inner ?? configuration.parsed.get(place.file)?.body;
  return body?.attributes.find((attribute) => covers(attribute, place));
}

/** The smallest expression that holds all of the place: for Terraform's ranges mostly the one that it means. */
export function expressionAt(configuration: Configuration, place: FilePlace): Expression | undefined {
  const attribute = attributeAt(configuration, place);
  if (attribute === undefined) return undefined;
  let smallest: Expression | undefined;
  for (const expression of expressionsIn({ body: { attributes: [attribute], blocks: [] } })) {
    if (!covers(expression, place)) continue;
    if (smallest === undefined || expression.end - expression.start <= smallest.end - smallest.start) {
      smallest = expression;
    }
  }
  return smallest;
}

/** Blocks that Terraform itself gives a meaning in a resource or a data source. Source: Terraform language, "Meta-arguments". */
const META_BLOCKS: ReadonlySet<string> = new Set(["lifecycle", "provisioner", "connection"]);

/** A key of an object, never something that it inherits: names are the user's. */
function ownEntry<T>(record: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** What tells which schema a body has: also of a block in a file that cannot be read. */
type BlockHeader = Pick<Block, "type" | "labels">;

function schemaOfTopLevel(world: World, block: BlockHeader): BlockSchema | undefined {
  const [type] = block.labels;
  if (type === undefined) return undefined;
  if (block.type === "resource") return world.schemas.resource(type)?.block;
  if (block.type === "data") return world.schemas.dataSource(type)?.block;
  if (block.type === "provider") return world.schemas.provider(type)?.block;
  return undefined;
}

/**
 * What the innermost of these blocks may hold, as {@link enclosingBlocks} gives them. `content` of `dynamic "x"` is the body of `x`.
 * `undefined` where no provider decides it: variables, outputs, `lifecycle`, `dynamic` itself, a type that no known schema has.
 */
export function schemaOfBody(world: World, blocks: readonly BlockHeader[]): BlockSchema | undefined {
  const [outermost, ...inner] = blocks;
  if (outermost === undefined) return undefined;
  let schema = schemaOfTopLevel(world, outermost);
  const canHaveMeta = outermost.type !== "provider";
  let isTop = true;
  let repeated: BlockSchema | undefined;
  for (const block of inner) {
    if (repeated !== undefined) {
      // Directly in `dynamic`: only `content` is a body of the provider's.
      schema = block.type === "content" ? repeated : undefined;
      repeated = undefined;
    } else if (block.type === "dynamic" && ownEntry(schema?.block_types, "dynamic") === undefined) {
      repeated = ownEntry(schema?.block_types, block.labels[0] ?? "")?.block;
      schema = undefined;
    } else if (isTop && canHaveMeta && META_BLOCKS.has(block.type)) {
      return undefined;
    } else {
      schema = ownEntry(schema?.block_types, block.type)?.block;
    }
    isTop = false;
    if (schema === undefined && repeated === undefined) return undefined;
  }
  return schema;
}

/** Where each label of a block stands, quotes included. Fewer than its labels only if the header could not be read again. */
export function labelPlaces(block: Block): readonly FilePlace[] {
  const { source, start, type, open } = block;
  const from = start + type.length;
  const header = source.text.slice(from, open);
  const tokens = /\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|[\p{L}_][\p{L}\p{N}_-]*/gu;
  return [...header.matchAll(tokens)]
    .filter(([token]) => !token.startsWith("/*"))
    .map((match) => ({
      file: source.file,
      start: from + match.index,
      end: from + match.index + match[0].length,
    }));
}

/** The place of the name in `name = value`. */
export function attributeNamePlace({ source, start, name }: Attribute): FilePlace {
  return { file: source.file, start, end: start + name.length };
}
