import type { JsonValue, TextEdit } from "@apex/core";
import type { Attribute, Block, Located, ObjectLiteral } from "../syntax/expression.ts";
import { formatKey, formatLiteral } from "../syntax/literal.ts";
import type { SourceText } from "../syntax/source-text.ts";

/** A name and its value as HCL text. */
export interface NewAttribute {
  readonly name: string;
  readonly value: string;
}

const INDENTATION = "  ";

function indentationAt(source: SourceText, offset: number): string {
  return /^\uFEFF?([ \t]*)/.exec(source.text.slice(source.lineStart(offset), offset))?.[1] ?? "";
}

function isOneLine(located: Located, from: number, to: number): boolean {
  return !located.source.text.slice(from, to).includes("\n");
}

function insertion(source: SourceText, at: number, text: string): TextEdit {
  return { file: source.file, start: at, end: at, text };
}

/** Where the `=` of a definition stands, counted from the start of its name. */
function equalsOffset(item: Located, nameEnd: number, separator: string): number {
  const at = item.source.text.indexOf(separator, nameEnd);
  return at - item.start;
}

/** `name = value`, with the `=` under that of the neighbour where the name leaves room. */
function aligned(attribute: NewAttribute, offset: number, separator = "="): string {
  const { name, value } = attribute;
  if (separator === ":") return `${name}: ${value}`;
  const width = offset - 1 >= name.length ? offset - 1 : name.length;
  return `${name.padEnd(width)} = ${value}`;
}

/** True when a comment that goes on over the line's end starts after `offset`. */
function opensComment(source: SourceText, offset: number): boolean {
  const rest = source.text.slice(offset, source.lineEnd(offset)).replace(/(#|\/\/).*$/, "");
  return rest.lastIndexOf("/*") > rest.lastIndexOf("*/");
}

function ownAttributes(block: Block): Attribute[] {
  return block.body.attributes.filter(
    ({ source, start, end }) => source === block.source && start > block.open && end <= block.close,
  );
}

/** The attribute after whose line new ones go: the last one-line one before any nested block. */
function anchorOf(block: Block): Attribute | undefined {
  const own = ownAttributes(block);
  const firstNested = Math.min(...block.body.blocks.map(({ start }) => start), block.close);
  const before = own.filter(({ end }) => end <= firstNested);
  const candidates = before.length > 0 ? before : own;
  return candidates.findLast((item) => isOneLine(item, item.start, item.end)) ?? candidates.at(-1);
}

/** A definition with the end of its name: an attribute of a block, an entry of an object. */
interface Definition extends Located {
  readonly nameEnd: number;
}

/** The one-line definitions on the lines up to the anchor, without a gap: those that Terraform's formatter aligns. */
function runOf(items: readonly Definition[], anchor: Located): Definition[] {
  const run: Definition[] = [];
  let { line } = anchor.source.position(anchor.start);
  for (const item of items.toReversed()) {
    const isNext = item.source.position(item.start).line === line && isOneLine(item, item.start, item.end);
    if (!isNext) continue;
    run.push(item);
    line--;
  }
  return run;
}

/**
 * The place of the `=` in the lines up to the anchor, where they are formatted as Terraform's formatter does; 0 where none
 * of them takes part in an alignment; `undefined` where the lines follow another style.
 */
function alignmentAt(items: readonly Definition[], anchor: Located): number | undefined {
  const run = runOf(items, anchor);
  if (run.length === 0) return 0;
  const offset = Math.max(...run.map(({ start, nameEnd }) => nameEnd - start)) + 1;
  return run.every((item) => equalsOffset(item, item.nameEnd, "=") === offset) ? offset : undefined;
}

/** {@link alignmentAt} for what is added to a block. */
function alignmentOf(block: Block): number | undefined {
  const anchor = anchorOf(block);
  if (anchor === undefined) return 0;
  const items = ownAttributes(block).map((item) => ({ ...item, nameEnd: item.start + item.name.length }));
  return alignmentAt(items, anchor);
}

/**
 * Whether attributes can be added to a block one by one. A name too long for the alignment of its neighbours would
 * leave a file that `terraform fmt -check` refuses: then all that are added have to be laid out together.
 */
export function areIndependent(block: Block, attributes: readonly NewAttribute[]): boolean {
  if (isOneLine(block, block.open, block.close)) return false;
  const offset = alignmentOf(block);
  if (offset === 0) return attributes.length === 1;
  return offset === undefined || attributes.every(({ name }) => name.length < offset);
}

/**
 * The lines of attributes that are added below others with the `=` at `offset`: first those that fit, then, after an
 * empty line, those whose names are too long, so that no line of the user's moves.
 */
function layOut(
  attributes: readonly NewAttribute[],
  offset: number,
  start: { readonly lineBreak: string; readonly indentation: string },
): string {
  const fitting = attributes.filter(({ name }) => name.length < offset);
  const others = attributes.filter(({ name }) => name.length >= offset);
  const { lineBreak, indentation } = start;
  const width = Math.max(0, ...others.map(({ name }) => name.length)) + 1;
  const lines = (items: readonly NewAttribute[], at: number): string =>
    items.map((item) => `${lineBreak}${indentation}${aligned(item, at)}`).join("");
  return `${lines(fitting, offset)}${offset > 0 ? lineBreak : ""}${lines(others, width)}`;
}

/**
 * The edits that add attributes to a block, each on its own line, in the block's own indentation and alignment. All that
 * are added are given together unless they {@link areIndependent}.
 */
export function insertAttributes(block: Block, attributes: readonly NewAttribute[]): TextEdit[] {
  const { source } = block;
  const lineBreak = source.lineBreak(block.open);
  if (isOneLine(block, block.open, block.close)) return expandOneLine(block, attributes);
  const { at, indentation, neighbour } = placeIn(block);
  if (!areIndependent(block, attributes)) {
    const text = layOut(attributes, alignmentOf(block) ?? 0, { lineBreak, indentation });
    return [insertion(source, at, text)];
  }
  const offset = alignmentOf(block) ?? neighbour;
  return attributes.map((attribute) =>
    insertion(source, at, `${lineBreak}${indentation}${aligned(attribute, offset)}`),
  );
}

/** Where new attributes go in a block of several lines, with the place of the `=` of the attribute before. */
function placeIn(block: Block): {
  readonly at: number;
  readonly indentation: string;
  readonly neighbour: number;
} {
  const { source } = block;
  const anchor = anchorOf(block);
  if (anchor !== undefined && !opensComment(source, anchor.end)) {
    return {
      at: source.lineEnd(anchor.end),
      indentation: indentationAt(source, anchor.start),
      neighbour: equalsOffset(anchor, anchor.start + anchor.name.length, "="),
    };
  }
  const first = block.body.blocks[0];
  const isOwn = first !== undefined && first.source === source;
  return {
    at: opensComment(source, block.open + 1) ? block.open + 1 : source.lineEnd(block.open),
    indentation: isOwn
      ? indentationAt(source, first.start)
      : indentationAt(source, block.start) + INDENTATION,
    neighbour: 0,
  };
}

/** `{ a = 1 }` holds one attribute at most: the block gets a line for each. */
function expandOneLine(block: Block, attributes: readonly NewAttribute[]): TextEdit[] {
  const { source, open, close } = block;
  const lineBreak = source.lineBreak(open);
  const outer = indentationAt(source, block.start);
  const indentation = outer + INDENTATION;
  const [existing] = ownAttributes(block);
  const offset =
    existing === undefined ? 0 : equalsOffset(existing, existing.start + existing.name.length, "=");
  const lines = attributes
    .map((attribute) => `${lineBreak}${indentation}${aligned(attribute, offset)}`)
    .join("");
  const ending = `${lines}${lineBreak}${outer}`;
  if (existing === undefined) return [{ file: source.file, start: open + 1, end: close, text: ending }];
  const start = { file: source.file, start: open + 1, end: existing.start, text: lineBreak + indentation };
  return [start, { file: source.file, start: existing.end, end: close, text: ending }];
}

/** The edits that add keys to an object written out in a file, in its own style. */
export function insertKeys(object: ObjectLiteral, keys: ReadonlyMap<string, JsonValue>): TextEdit[] {
  const { source, form } = object;
  const isJson = form === "json";
  const entries = [...keys].map(
    ([key, value]): NewAttribute => ({
      name: isJson ? JSON.stringify(key) : formatKey(key),
      value: isJson ? JSON.stringify(value) : formatLiteral(value),
    }),
  );
  const last = object.items.at(-1);
  if (last === undefined) {
    const text = entries.map((entry) => aligned(entry, 0, isJson ? ":" : "=")).join(", ");
    return [insertion(source, object.start + 1, isJson ? text : ` ${text} `)];
  }
  const between = source.text.slice(last.key.end, last.value.start);
  const separator = between.includes(":") ? ":" : "=";
  const offset = equalsOffset(last, last.key.end, separator);
  const closes = object.end - 1 <= source.lineEnd(last.end);
  if (closes || isOneLine(object, object.start, last.start)) {
    return entries.map((entry) => insertion(source, last.end, `, ${aligned(entry, 0, separator)}`));
  }
  const lineBreak = source.lineBreak(last.start) + indentationAt(source, last.start);
  if (isJson) {
    return entries.map((entry) => insertion(source, last.end, `,${lineBreak}${aligned(entry, 0, ":")}`));
  }
  const items = object.items.map((item) => ({ ...item, nameEnd: item.key.end }));
  const alignment = separator === "=" ? alignmentAt(items, last) : undefined;
  const comma = /^\s*,/.test(source.text.slice(last.end, source.lineEnd(last.end))) ? "," : "";
  // A comment that runs on over the line would swallow what is put after the line.
  const at = opensComment(source, last.end) ? last.end : source.lineEnd(last.end);
  return entries.map((entry) => {
    const isTooLong = alignment !== undefined && alignment > 0 && entry.name.length >= alignment;
    const gap = isTooLong ? source.lineBreak(last.start) : "";
    const line = aligned(entry, isTooLong ? 0 : (alignment ?? offset), separator);
    return insertion(source, at, `${gap}${lineBreak}${line}${comma}`);
  });
}

function formatBody(attributes: readonly NewAttribute[], indentation: string, lineBreak: string): string {
  const width = Math.max(0, ...attributes.map(({ name }) => name.length));
  return attributes.map((item) => `${indentation}${aligned(item, width + 1)}${lineBreak}`).join("");
}

/** The edit that adds a nested block at the end of a block; `undefined` for a block written on one line. */
export function insertNestedBlock(
  block: Block,
  type: string,
  attributes: readonly NewAttribute[],
): TextEdit | undefined {
  const { source } = block;
  if (isOneLine(block, block.open, block.close)) return undefined;
  const own = [...ownAttributes(block), ...block.body.blocks.filter((inner) => inner.source === source)];
  const last = own.toSorted((a, b) => a.end - b.end).at(-1);
  const indentation = last === undefined ? INDENTATION : indentationAt(source, last.start);
  const lineBreak = source.lineBreak(block.open);
  const at = source.lineEnd(last === undefined ? block.open : last.end);
  if (last !== undefined && opensComment(source, last.end)) return undefined;
  const inner = formatBody(attributes, indentation + INDENTATION, lineBreak);
  const gap = last === undefined ? lineBreak : lineBreak + lineBreak;
  return insertion(source, at, `${gap}${indentation}${type} {${lineBreak}${inner}${indentation}}`);
}

/** A nested block to write, with the blocks in it. */
export interface NewNestedBlock {
  readonly type: string;
  readonly attributes: readonly NewAttribute[];
  readonly blocks: readonly NewNestedBlock[];
}

/** The inside of a new block: attributes, then blocks, with an empty line before each block that follows anything. */
function formatInside(
  { attributes, blocks }: Omit<NewNestedBlock, "type">,
  indentation: string,
  lineBreak: string,
): string {
  const nested = blocks.map((block) => {
    const inner = formatInside(block, indentation + INDENTATION, lineBreak);
    return inner === ""
      ? `${indentation}${block.type} {}${lineBreak}`
      : `${indentation}${block.type} {${lineBreak}${inner}${indentation}}${lineBreak}`;
  });
  const body = formatBody(attributes, indentation, lineBreak);
  return [...(body === "" ? [] : [body]), ...nested].join(lineBreak);
}

/** The edit that adds a top-level resource block after another one, with an empty line between them. */
export function insertResource(
  beside: Block,
  header: { readonly type: string; readonly name: string },
  inside: Omit<NewNestedBlock, "type">,
): TextEdit {
  const { source } = beside;
  const lineBreak = source.lineBreak(beside.open);
  const body = formatInside(inside, INDENTATION, lineBreak);
  const text = `resource "${header.type}" "${header.name}" {${lineBreak}${body}}`;
  const at = opensComment(source, beside.end) ? beside.end : source.lineEnd(beside.end);
  return insertion(source, at, `${lineBreak}${lineBreak}${text}`);
}
