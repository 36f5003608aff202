import type { Token } from "../plan/hcl-lexer.ts";
import { nesting } from "./hcl-body.ts";
import { partsOf } from "./template.ts";

const PARENTHESES_MAX = 20;

/** Whether a piece is this mark. */
export function isOther(token: Token | undefined, text: string): boolean {
  return token?.kind === "other" && token.text === text;
}

/** The word that a piece is. */
export function wordOf(token: Token | undefined): string | undefined {
  return token?.kind === "word" ? token.text : undefined;
}

/** Splits at a piece that stands in no group. */
export function splitAt(tokens: readonly Token[], separator: string): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += nesting(token);
    if (depth === 0 && isOther(token, separator)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part, index) => part.length > 0 || index < parts.length - 1);
}

/** The index of the piece that closes the group which `open` opens; the end when there is none. */
export function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const token = tokens[index];
    if (token !== undefined) depth += nesting(token);
    if (depth === 0) return index;
  }
  return tokens.length;
}

/** A call with its arguments. */
export interface WholeCall {
  readonly name: string;
  readonly args: readonly (readonly Token[])[];
}

/** The call that an expression is as a whole. */
export function wholeCall(tokens: readonly Token[]): WholeCall | undefined {
  const start = wordOf(tokens[0]) === "core" && isOther(tokens[1], ":") ? 3 : 0;
  const name = wordOf(tokens[start]);
  if (name === undefined || !isOther(tokens[start + 1], "(")) return undefined;
  if (closingOf(tokens, start + 1) !== tokens.length - 1) return undefined;
  return { name, args: splitAt(tokens.slice(start + 2, -1), ",") };
}

/** Without parentheses around all of it, and without quotes around nothing but one interpolation. */
export function unwrapped(tokens: readonly Token[], depth = 0): readonly Token[] {
  if (depth > PARENTHESES_MAX) return [];
  const [first] = tokens;
  if (isOther(first, "(") && closingOf(tokens, 0) === tokens.length - 1)
    return unwrapped(tokens.slice(1, -1), depth + 1);
  if (tokens.length === 1 && (first?.kind === "string" || first?.kind === "heredoc")) {
    const parts = partsOf(first);
    if (parts.length === 1 && parts[0]?.kind === "value") return unwrapped(parts[0].expression, depth + 1);
  }
  return tokens;
}

/** A key of an object and the expression of its value. */
export interface ObjectItem {
  readonly key: Token;
  readonly value: readonly Token[];
}

/** The items of an object that is written out; `undefined` for everything else. */
export function objectItems(tokens: readonly Token[]): readonly ObjectItem[] | undefined {
  const inner = tokens.slice(1, -1);
  const isObject = tokens[0]?.kind === "open" && closingOf(tokens, 0) === tokens.length - 1;
  if (!isObject || wordOf(inner[0]) === "for") return undefined;
  const items: ObjectItem[] = [];
  for (let index = 0; index < inner.length; ) {
    const [key, assign] = [inner[index], inner[index + 1]];
    const isItem = assign?.kind === "equals" || isOther(assign, ":");
    const isKey = key?.kind === "word" || key?.kind === "string" || key?.kind === "heredoc";
    if (!isItem || !isKey) return undefined;
    const start = index + 2;
    let nested = 0;
    for (index = start; index < inner.length; index++) {
      const token = inner[index];
      const isEnd = nested === 0 && index > start && (token?.startsLine === true || isOther(token, ","));
      if (token === undefined || isEnd) break;
      nested += nesting(token);
    }
    items.push({ key, value: inner.slice(start, index) });
    if (isOther(inner[index], ",")) index++;
  }
  return items;
}
