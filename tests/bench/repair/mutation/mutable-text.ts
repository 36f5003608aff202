import type { TextEdit } from "@apex/core";
import type { ParsedFile } from "@apex/generators-hcl";
import { type Attribute, type Block, expressionsIn } from "@apex/generators-hcl/syntax";

/** Numbers from 0 to below 1. */
export type Random = () => number;

/** One way to spoil a text: edits of one file that belong together. */
export type Spoiling = readonly Omit<TextEdit, "file">[];

/** Lists the ways to spoil a text by one kind of mistake. What is not a choice of place (which letter) is left to chance. */
export type Operator = (parsed: ParsedFile, random: Random) => readonly Spoiling[];

/** A name as it stands in a file. */
export interface NamePlace {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** One of several, or `undefined` of none. */
export function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)];
}

/** All blocks of a file, each before the blocks in it. */
export function blocksIn({ body }: ParsedFile): readonly Block[] {
  const inside = (blocks: readonly Block[]): readonly Block[] =>
    blocks.flatMap((block) => [block, ...inside(block.body.blocks)]);
  return inside(body.blocks);
}

/** All arguments of a file. */
export function argumentsIn(parsed: ParsedFile): readonly Attribute[] {
  return [...parsed.body.attributes, ...blocksIn(parsed).flatMap(({ body }) => body.attributes)];
}

/** The labels of a block, without their quotes. */
export function labelsOf({ source, start, open }: Block): readonly NamePlace[] {
  return [...source.text.slice(start, open).matchAll(/"([^"\n]+)"/g)].map((match) => {
    const at = start + match.index + 1;
    const name = match[1] ?? "";
    return { start: at, end: at + name.length, name };
  });
}

/** Constants that a provider or Terraform knows a list of. */
const LISTED = /type|class|tier|family|engine|zone|region|protocol/;

/** Names of arguments, blocks, labels, keys, functions, the steps of references, and values that are one of a list. */
export function namesIn(parsed: ParsedFile): readonly NamePlace[] {
  const named = (start: number, name: string): NamePlace => ({ start, end: start + name.length, name });
  const ofArguments = argumentsIn(parsed).flatMap(({ start, name, value }) => {
    const isListed = value.kind === "literal" && typeof value.value === "string" && LISTED.test(name);
    return [named(start, name), ...(isListed ? [named(value.start + 1, String(value.value))] : [])];
  });
  const ofBlocks = blocksIn(parsed).flatMap((block) => [named(block.start, block.type), ...labelsOf(block)]);
  const ofExpressions = [...expressionsIn(parsed)].flatMap((node) => {
    if (node.kind === "root" || node.kind === "call") return [named(node.start, node.name)];
    if (node.kind === "attribute") return [named(node.end - node.name.length, node.name)];
    if (node.kind !== "object") return [];
    return node.items.flatMap(({ name, key }) => (name === undefined ? [] : [named(key.start, name)]));
  });
  const { text } = parsed.source;
  return [...ofArguments, ...ofBlocks, ...ofExpressions].filter(
    ({ start, end, name }) => name !== "" && text.slice(start, end) === name,
  );
}

/** From the start of the line where a piece starts to after that where it ends. */
export function wholeLines({ source, start, end }: Block | Attribute): { start: number; end: number } {
  const feed = source.text.indexOf("\n", end);
  return { start: source.lineStart(start), end: feed === -1 ? source.text.length : feed + 1 };
}
