import { assert, type JsonValue, type TextEdit } from "@apex/core";
import { attributeOf } from "@apex/generators-hcl";
import {
  type Attribute,
  type Block,
  type Expression,
  formatKey,
  formatLiteral,
  textOf,
} from "@apex/generators-hcl/syntax";
import { holdsComment } from "../syntax/tokens.ts";
import { appended, indentAt, removed, renamedAttribute, replaced } from "./text-pieces.ts";
import type { ChangeAnswer } from "./version-change.ts";

/** Edits that mean the same, or why there are none that certainly do. */
export type Outcome = readonly TextEdit[] | string;

/** One kind of {@link ChangeAnswer}. */
export type AnswerOf<K extends ChangeAnswer["kind"]> = Extract<ChangeAnswer, { kind: K }>;

const LOST_COMMENTS = "comments in it would be lost";

function isHeredoc(value: Expression): boolean {
  return value.kind === "template" && value.heredoc;
}

function constantOf(value: Expression): string | number | boolean | null | undefined {
  return value.kind === "literal" ? value.value : undefined;
}

function listed(values: Iterable<string>): string {
  return [...values].map((value) => JSON.stringify(value)).join(", ");
}

/** The constant text of a string. */
function constantText(value: Expression): string {
  if (value.kind === "literal") return String(value.value);
  if (value.kind !== "template") return "";
  return value.parts.map((part) => (part.kind === "text" ? part.value : "")).join("");
}

/** The same value under the new name. */
export function renamedTo(attribute: Attribute, { to, never }: AnswerOf<"renamed">): Outcome {
  if (never !== undefined && constantText(attribute.value).includes(never.text)) return never.because;
  return [renamedAttribute(attribute, to)];
}

/** `[value]` under the new name. */
export function wrapped(attribute: Attribute, to: string): Outcome {
  if (isHeredoc(attribute.value)) return "its value is a heredoc";
  const isNull = constantOf(attribute.value) === null;
  const value = textOf(attribute.value);
  return [renamedAttribute(attribute, to), replaced(attribute.value, isNull ? value : `[${value}]`)];
}

/** The only item of a list under the new name. */
export function unwrapped(attribute: Attribute, to: string): Outcome {
  const { value } = attribute;
  const item = value.kind === "tuple" && value.items.length === 1 ? value.items[0] : undefined;
  if (item === undefined || isHeredoc(item)) return "its value is not a list of exactly one item";
  return [renamedAttribute(attribute, to), replaced(value, textOf(item))];
}

function mappedValue(
  values: Readonly<Record<string, JsonValue>>,
  value: Expression,
): { readonly to: JsonValue } | string {
  const constant = constantOf(value);
  const key = String(constant);
  if (constant === undefined || constant === null || !Object.hasOwn(values, key))
    return `only for ${listed(Object.keys(values))} is it known what means the same`;
  const to = values[key];
  assert(to !== undefined, "an own key has a value");
  return { to };
}

/** The constant that stands for the old one, under each of the new names. */
export function mapped(
  attribute: Attribute,
  answer: AnswerOf<"mapped">,
  { resource, body }: { readonly resource: Block; readonly body: Block },
): Outcome {
  const { where, notBeside } = answer;
  if (notBeside !== undefined && attributeOf(body.body, notBeside) !== undefined)
    return `beside ${notBeside} it had an effect that nothing has now`;
  if (where !== undefined) {
    const value = attributeOf(resource.body, where.argument)?.value;
    const constant = value === undefined ? undefined : constantOf(value);
    if (typeof constant !== "string" || !where.starts.some((start) => constant.startsWith(start)))
      return `it depends on ${where.argument}, which has to start with ${listed(where.starts)}`;
  }
  const found = mappedValue(answer.values, attribute.value);
  if (typeof found === "string") return found;
  const [first, ...rest] = answer.to;
  assert(first !== undefined, "an argument becomes at least one");
  const { source } = attribute;
  const literal = formatLiteral(found.to);
  const before = `${source.lineBreak(attribute.start)}${indentAt(source, attribute.start)}`;
  const others = rest.map((name) => `${before}${name} = ${literal}`).join("");
  return [renamedAttribute(attribute, first), replaced(attribute.value, `${literal}${others}`)];
}

/** One argument that moves into a block, with what the table says of it. */
export interface Nested {
  readonly attribute: Attribute;
  readonly answer: AnswerOf<"nested">;
}

function nestedLines({ attribute, answer }: Nested): readonly string[] | string {
  const { value } = attribute;
  if (isHeredoc(value)) return "its value is a heredoc";
  const found = answer.values === undefined ? undefined : mappedValue(answer.values, value);
  if (typeof found === "string") return found;
  const text = found === undefined ? textOf(value) : formatLiteral(found.to);
  const beside = Object.entries(answer.beside ?? {}).map(([name, it]) => `${name} = ${formatLiteral(it)}`);
  return [...beside, `${answer.to} = ${answer.wrap === true ? `[${text}]` : text}`];
}

/** All arguments of a body that move into the same block, moved together: one block for all. */
export function nested(body: Block["body"], all: readonly Nested[]): Outcome {
  const [first] = all;
  assert(first !== undefined, "something is to be moved");
  const lines: string[] = [];
  for (const one of all) {
    const found = nestedLines(one);
    if (typeof found === "string") return found;
    lines.push(...found);
  }
  const [outer, ...inner] = first.answer.into;
  assert(outer !== undefined, "an argument moves into at least one block");
  if (body.blocks.some(({ type, labels }) => type === "dynamic" && labels[0] === outer))
    return `the ${outer} blocks are dynamic`;
  const existing = body.blocks.filter(({ type }) => type === outer);
  const [block] = existing;
  const rest = all.slice(1).map(({ attribute }) => removed(attribute));
  if (block !== undefined) {
    const isTaken = all.some(({ answer }) => attributeOf(block.body, answer.to) !== undefined);
    if (existing.length > 1 || inner.length > 0 || isTaken || first.answer.beside !== undefined)
      return `there is already a block ${outer}, which says something else`;
    return [removed(first.attribute), ...rest, appended(block, lines)];
  }
  return [replaced(first.attribute, newBlock(first.attribute, first.answer.into, lines)), ...rest];
}

/** The text of a block (in a block …) that stands where an argument stood. */
function newBlock({ source, start }: Attribute, into: readonly string[], lines: readonly string[]): string {
  const feed = source.lineBreak(start);
  const indent = indentAt(source, start);
  const at = (depth: number): string => `${feed}${indent}${"  ".repeat(depth)}`;
  const opened = into.map((type, depth) => `${depth === 0 ? "" : at(depth)}${type} {`).join("");
  const content = lines.map((line) => `${at(into.length)}${line}`).join("");
  const closed = into.map((_, depth) => `${at(into.length - 1 - depth)}}`).join("");
  return `${opened}${content}${closed}`;
}

/** An empty block for `true`. */
export function toBlock(attribute: Attribute, to: string): Outcome {
  if (String(constantOf(attribute.value)) !== "true") return "only for true is it known what means the same";
  return [replaced(attribute, `${to} {}`)];
}

/** One block for each object of a list that is written out. */
export function toBlocks(attribute: Attribute, answer: AnswerOf<"blocks">): Outcome {
  const { value, source, start } = attribute;
  if (value.kind !== "tuple" || value.items.length === 0)
    return "its value is not a list that is written out";
  if (holdsComment(textOf(attribute))) return LOST_COMMENTS;
  const feed = source.lineBreak(start);
  const indent = indentAt(source, start);
  const texts: string[] = [];
  for (const item of value.items) {
    const items = item.kind === "object" ? item.items : [];
    const names = items.map(({ name }) => name ?? "");
    const hasAll = answer.keys.length === names.length && answer.keys.every((key) => names.includes(key));
    if (!hasAll || items.some((one) => isHeredoc(one.value)))
      return `not every item is an object of exactly ${listed(answer.keys)}`;
    const lines = items.map((one) => `${indent}  ${formatKey(one.name ?? "")} = ${textOf(one.value)}${feed}`);
    texts.push(`${answer.to} {${feed}${lines.join("")}${indent}}`);
  }
  return [replaced(attribute, texts.join(`${feed}${indent}`))];
}

/** The arguments of a block, written in the body around it. */
export function lifted(block: Block, names: readonly string[], body: Block["body"]): Outcome {
  const { attributes, blocks } = block.body;
  const others = attributes.filter(({ name }) => !names.includes(name));
  if (blocks.length > 0 || others.length > 0 || attributes.length === 0)
    return `it holds something else than ${listed(names)}`;
  if (attributes.some(({ name }) => attributeOf(body, name) !== undefined))
    return "the same argument is set outside of it";
  if (body.blocks.filter(({ type }) => type === block.type).length > 1) return "there is more than one of it";
  if (holdsComment(textOf(block))) return LOST_COMMENTS;
  const join = `${block.source.lineBreak(block.start)}${indentAt(block.source, block.start)}`;
  return [replaced(block, attributes.map(textOf).join(join))];
}

/** The new argument with a reference to another attribute of the same resource. */
export function rereferred(attribute: Attribute, answer: AnswerOf<"rereferred">): Outcome {
  const { value } = attribute;
  const why = `only for a reference to ${answer.attribute} of an ${answer.type} is it known what means the same`;
  if (value.kind !== "attribute" || value.name !== answer.attribute) return why;
  const instance = value.of.kind === "index" ? value.of.of : value.of;
  const isOfType =
    instance.kind === "attribute" && instance.of.kind === "root" && instance.of.name === answer.type;
  const name = { source: value.source, start: value.end - value.name.length, end: value.end };
  if (!isOfType || textOf(name) !== value.name) return why;
  return [renamedAttribute(attribute, answer.to), replaced(name, answer.becomes)];
}

/** Nothing in its place, where its values are those that have no effect. */
export function droppedPiece(piece: Attribute | Block, answer: AnswerOf<"dropped">): Outcome {
  const { values } = answer;
  if (values === "any") return [removed(piece)];
  const isIdle = ({ value }: Attribute): boolean => {
    const constant = constantOf(value);
    return (
      constant === null || (constant !== undefined && values.some((one) => String(one) === String(constant)))
    );
  };
  const attributes = "value" in piece ? [piece] : piece.body.attributes;
  const hasBlocks = "body" in piece && (piece.body.blocks.length > 0 || attributes.length === 0);
  if (hasBlocks || !attributes.every(isIdle))
    return `only as ${values.map((value) => JSON.stringify(value)).join(" or ")} is it known to have no effect`;
  return [removed(piece)];
}
