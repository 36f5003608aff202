import type { BlockSchema, BlockTypeSchema } from "@apex/core";
import { attributeOf } from "@apex/generators-hcl";
import { type Attribute, type Expression, textOf } from "@apex/generators-hcl/syntax";
import type { Fixer, Proposal } from "../fixer.ts";
import { indentAt } from "../knowledge/text-pieces.ts";
import { realWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { type ArgumentSite, argumentSite, hasName } from "./argument-site.ts";

type ObjectExpression = Extract<Expression, { kind: "object" }>;

/** What cannot be written as blocks, as the reason that a person reads. */
class NotBlocks extends Error {}

function objectsOf(value: Expression): readonly ObjectExpression[] {
  if (value.kind === "parentheses") return objectsOf(value.inner);
  if (value.kind === "object") return [value];
  if (value.kind !== "tuple") throw new NotBlocks("its value is computed, and not written out as objects");
  const objects = value.items.flatMap((item) => (item.kind === "object" ? [item] : []));
  if (objects.length !== value.items.length) throw new NotBlocks("its list holds more than objects");
  const between = value.items.reduce((rest, item) => rest.replace(textOf(item), ""), textOf(value));
  if (/[#/]/.test(between)) throw new NotBlocks("its list holds comments that would be lost");
  return objects;
}

const COMMENT = /\/\*[^]*?\*\/|(?:#|\/\/)[^\n]*/g;

/** What stands between two items, as it stands between two lines of a block: without the comma, with a line break. */
function gapOf(text: string, indent: string): string {
  const comments = text.match(COMMENT) ?? [];
  const bare = text.replace(COMMENT, "\u0000").replace(",", "");
  let at = 0;
  const gap = bare.replace(/\0/g, () => comments[at++] ?? "");
  return gap.includes("\n") ? gap : `${gap.trimEnd()}\n${indent}`;
}

/** An object literal as the body of a block, its comments and line breaks kept. */
function bodyText(object: ObjectExpression, schema: BlockSchema, indent: string): string {
  const { text } = object.source;
  if (object.items.length === 0) return "{}";
  const inner = `${indent}  `;
  let written = "{";
  let at = object.start + 1;
  for (const { name, key, value, start, end } of object.items) {
    if (name === undefined || key.kind === "parentheses") throw new NotBlocks("one of its keys is computed");
    written += gapOf(text.slice(at, start), inner);
    const nested = schema.block_types?.[name];
    if (nested !== undefined && Object.hasOwn(schema.block_types ?? {}, name)) {
      written += blocksText(name, value, nested, inner);
    } else {
      const sign = text.slice(key.end, value.start);
      written += `${name}${/^\s*=\s*$/.test(sign) ? sign : " = "}${textOf(value)}`;
    }
    at = end;
  }
  return `${written}${gapOf(text.slice(at, object.end - 1), indent)}}`;
}

function blocksText(name: string, value: Expression, type: BlockTypeSchema, indent: string): string {
  const objects = objectsOf(value);
  if (type.nesting_mode === "map") throw new NotBlocks(`blocks of type ${name} need a label`);
  const isOne = type.nesting_mode === "single" || type.nesting_mode === "group";
  if (objects.length > (isOne ? 1 : (type.max_items ?? Infinity)))
    throw new NotBlocks(`more blocks of type ${name} are written than allowed`);
  if (objects.length === 0) throw new NotBlocks("an empty list is no block");
  return objects.map((object) => `${name} ${bodyText(object, type.block, indent)}`).join(`\n${indent}`);
}

/** Whether all names of an object, or of a list of objects, are arguments or blocks of a schema. */
function knowsAll(value: Expression, schema: BlockSchema | undefined): boolean {
  if (schema === undefined) return false;
  if (value.kind === "tuple") return value.items.every((item) => knowsAll(item, schema));
  if (value.kind !== "object") return false;
  return value.items.every(({ name }) => name !== undefined && hasName(schema, name));
}

/** The block type that an argument's name is, or is a slip of. */
function blockName(site: ArgumentSite, words: ReadonlySet<string>): string | undefined {
  const { attribute, schema } = site;
  const { name } = attribute;
  const types = Object.keys(schema.block_types ?? {});
  if (types.includes(name)) return name;
  if (hasName(schema, name)) return undefined;
  const verdict = judgeSlip(name, [...types, ...Object.keys(schema.attributes ?? {})], words);
  if (verdict.kind !== "slip" || verdict.plural || !types.includes(verdict.name)) return undefined;
  return knowsAll(attribute.value, schema.block_types?.[verdict.name]?.block) ? verdict.name : undefined;
}

function isAlone({ block, attribute }: ArgumentSite, name: string): boolean {
  const others = block.body.blocks.filter((other) => other.type === name || other.labels[0] === name);
  return others.length === 0 && attributeOf(block.body, attribute.name) === attribute;
}

function rewritten(site: ArgumentSite, name: string): string {
  const { attribute, schema }: { attribute: Attribute; schema: BlockSchema } = site;
  const type = schema.block_types?.[name];
  if (type === undefined) throw new NotBlocks(`there is no block ${name}`);
  if (type.max_items === 1 && !isAlone(site, name))
    throw new NotBlocks(`another ${name} block stands in this body`);
  return blocksText(name, attribute.value, type, indentAt(attribute.source, attribute.start));
}

/**
 * Writes `root_block_device = { … }` as a block, and a list of objects as one block each, those within them too. Comments and line
 * breaks are kept.
 *
 * Certain only where the value is written out as objects whose keys are plain names, and no more blocks result than the schema
 * allows; under a misspelt name, only where the block knows all that is written. Names that the block does not know stay for the next
 * round. Values that are computed (`var.x`, a `for`) are left alone: whether a `dynamic` block says the same depends on
 * what they are.
 */
export const blockWrittenAsArgument: Fixer = {
  name: "block-written-as-argument",
  classes: ["unsupported-argument"],
  propose(problem, world): Proposal {
    const site = argumentSite(problem, world);
    const name = site === undefined ? undefined : blockName(site, realWords(world));
    if (site === undefined || name === undefined) return null;
    const { start, end, source } = site.attribute;
    try {
      const text = rewritten(site, name);
      return {
        kind: "edits",
        edits: [{ file: source.file, start, end, text }],
        sentence: `${name} is a block and no argument: it is written as one, with the same content.`,
      };
    } catch (error) {
      if (!(error instanceof NotBlocks)) throw error;
      return { kind: "unsure", reason: `${name} is a block, but ${error.message}`, candidates: [name] };
    }
  },
};
