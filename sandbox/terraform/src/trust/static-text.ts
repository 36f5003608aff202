import { basename, dirname, join } from "node:path/posix";
import type { Token } from "../plan/hcl-lexer.ts";
import { nesting } from "./hcl-body.ts";
import type { Elements, Placed, Scope, Texts } from "./scope.ts";
import { partsOf, type TemplateToken } from "./template.ts";

/** References that lead to references are followed so far. */
const DEPTH_MAX = 12;
/** More possibilities than these are none. */
const TEXTS_MAX = 256;
const TEXT_LENGTH_MAX = 4096;
const PARENTHESES_MAX = 20;
/** Stands for a name that `fileset` finds: whatever it is, it lies below the directory that was searched. */
export const FOUND_NAME = "\u0001found";

const NOTHING: Elements = { keys: null, values: null };

function limited(texts: readonly string[]): Texts {
  const distinct = [...new Set(texts)];
  const isTooMuch = distinct.length > TEXTS_MAX || distinct.some((text) => text.length > TEXT_LENGTH_MAX);
  return isTooMuch ? null : distinct;
}

function union(all: readonly Texts[]): Texts {
  const known = all.filter((texts) => texts !== null);
  return known.length < all.length || known.length === 0 ? null : limited(known.flat());
}

/** Every combination of one text of each, joined. */
function product(all: readonly Texts[], separator = ""): Texts {
  let texts: readonly string[] = [];
  for (const [index, next] of all.entries()) {
    if (next === null) return null;
    const joined: Texts =
      index === 0 ? next : limited(texts.flatMap((head) => next.map((tail) => head + separator + tail)));
    if (joined === null) return null;
    texts = joined;
  }
  return all.length === 0 ? [""] : texts;
}

function isOther(token: Token | undefined, text: string): boolean {
  return token?.kind === "other" && token.text === text;
}

function wordOf(token: Token | undefined): string | undefined {
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

/** The call that an expression is as a whole. */
function wholeCall(
  tokens: readonly Token[],
): { readonly name: string; readonly args: readonly (readonly Token[])[] } | undefined {
  const start = wordOf(tokens[0]) === "core" && isOther(tokens[1], ":") ? 3 : 0;
  const name = wordOf(tokens[start]);
  if (name === undefined || !isOther(tokens[start + 1], "(")) return undefined;
  if (closingOf(tokens, start + 1) !== tokens.length - 1) return undefined;
  return { name, args: splitAt(tokens.slice(start + 2, -1), ",") };
}

/** Without parentheses around all of it, and without quotes around nothing but one interpolation. */
function unwrapped(tokens: readonly Token[], depth = 0): readonly Token[] {
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

/** What has been told of an expression already: values that refer to values are followed once. */
class Memory<T> {
  readonly #known = new WeakMap<Scope, WeakMap<readonly Token[], { readonly told: T }>>();

  recall({ expression, scope }: Placed, unknown: T, tell: () => T): T {
    const ofScope = this.#known.get(scope) ?? new WeakMap<readonly Token[], { readonly told: T }>();
    this.#known.set(scope, ofScope);
    const known = ofScope.get(expression);
    if (known !== undefined) return known.told;
    // What refers to itself cannot be told.
    ofScope.set(expression, { told: unknown });
    const told = tell();
    ofScope.set(expression, { told });
    return told;
  }
}

const knownTexts = new Memory<Texts>();
const knownElements = new Memory<Elements>();

function ofAll(placed: readonly Placed[] | undefined, depth: number): Texts {
  if (placed === undefined) return null;
  return union(
    placed.map((each) =>
      knownTexts.recall(each, null, () => textsOf(each.expression, each.scope, depth + 1)),
    ),
  );
}

/** The texts that a template may give. */
function textsOfTemplate(token: TemplateToken, scope: Scope, depth: number): Texts {
  return product(
    partsOf(token).map((part) =>
      part.kind === "literal"
        ? [part.text]
        : part.kind === "value"
          ? textsOf(part.expression, scope, depth)
          : null,
    ),
  );
}

/** `path.module`, `local.x`, `each.key` and the like. */
function textsOfReference(tokens: readonly Token[], scope: Scope, depth: number): Texts {
  const [object, name] = [wordOf(tokens[0]), wordOf(tokens[2])];
  if (object !== undefined && tokens.length === 1) return scope.bound.get(object) ?? null;
  if (object === undefined || name === undefined || tokens.length !== 3 || !isOther(tokens[1], "."))
    return null;
  const iterator = scope.iterators.get(object);
  if (iterator !== undefined)
    return name === "key" ? iterator.keys : name === "value" ? iterator.values : null;
  switch (object) {
    case "path":
      return name === "module"
        ? [scope.moduleDirectory]
        : name === "root" || name === "cwd"
          ? [scope.rootDirectory]
          : null;
    case "terraform":
      return name === "workspace" ? ["default"] : null;
    case "count":
      return ["0"];
    case "local":
      return ofAll(scope.local(name), depth);
    case "var":
      return ofAll(scope.variable(name), depth);
    default:
      return null;
  }
}

function textsOfCall(call: NonNullable<ReturnType<typeof wholeCall>>, scope: Scope, depth: number): Texts {
  const args = (from = 0) => call.args.slice(from).map((arg) => textsOf(arg, scope, depth));
  const [first = null] = args();
  const mapped = (change: (text: string) => string) => (first === null ? null : limited(first.map(change)));
  switch (call.name) {
    case "abspath":
    case "pathexpand":
    case "tostring":
      return first;
    case "basename":
      return mapped((path) => basename(path));
    case "dirname":
      return mapped((path) => dirname(path));
    case "lower":
      return mapped((text) => text.toLowerCase());
    case "upper":
      return mapped((text) => text.toUpperCase());
    case "join": {
      const separator = first?.length === 1 ? first[0] : undefined;
      const list = unwrapped(call.args[1] ?? []);
      if (separator === undefined || call.args.length !== 2 || !isOther(list[0], "[")) return null;
      const items = splitAt(list.slice(1, -1), ",");
      return product(
        items.map((item) => textsOf(item, scope, depth)),
        separator,
      );
    }
    case "format":
      return textsOfFormat(first, args(1));
    default:
      return null;
  }
}

/** Of all verbs only `%s`, which is what paths are made with. */
function textsOfFormat(formats: Texts, args: readonly Texts[]): Texts {
  if (formats?.length !== 1) return null;
  const pieces = (formats[0] ?? "").split("%s");
  if (pieces.some((piece) => piece.includes("%")) || pieces.length !== args.length + 1) return null;
  return product(
    pieces.flatMap((piece, index) => [[piece], ...(index < args.length ? [args[index] ?? null] : [])]),
  );
}

/** The texts that an expression may give, told without evaluating anything; `null` when they cannot be told. */
export function textsOf(given: readonly Token[], scope: Scope, depth = 0): Texts {
  if (depth > DEPTH_MAX) return null;
  const tokens = unwrapped(given);
  const [first] = tokens;
  const branches = splitAt(tokens, "?");
  if (branches.length === 2) {
    const [yes = [], ...no] = splitAt(branches[1] ?? [], ":");
    return no.length !== 1 ? null : union([yes, no[0] ?? []].map((each) => textsOf(each, scope, depth)));
  }
  if (tokens.length === 1 && (first?.kind === "string" || first?.kind === "heredoc")) {
    return textsOfTemplate(first, scope, depth);
  }
  const call = wholeCall(tokens);
  return call === undefined ? textsOfReference(tokens, scope, depth) : textsOfCall(call, scope, depth);
}

function elementsOfAll(placed: readonly Placed[] | undefined, depth: number): Elements {
  const all = (placed ?? []).map((each) =>
    knownElements.recall(each, NOTHING, () => elementsOf(each.expression, each.scope, depth + 1)),
  );
  return { keys: union(all.map(({ keys }) => keys)), values: union(all.map(({ values }) => values)) };
}

/** What `for_each` and `for` go over. */
export function elementsOf(given: readonly Token[], scope: Scope, depth = 0): Elements {
  if (depth > DEPTH_MAX) return NOTHING;
  const tokens = unwrapped(given);
  const inner = tokens.slice(1, -1);
  const isFor = wordOf(inner[0]) === "for";
  if (isOther(tokens[0], "[") && closingOf(tokens, 0) === tokens.length - 1 && !isFor) {
    const values = union(splitAt(inner, ",").map((item) => textsOf(item, scope, depth)));
    return { keys: values, values };
  }
  if (tokens[0]?.kind === "open" && closingOf(tokens, 0) === tokens.length - 1 && !isFor) {
    return elementsOfObject(inner, scope, depth);
  }
  const call = wholeCall(tokens);
  if (call !== undefined && (call.name === "toset" || call.name === "tolist" || call.name === "tomap")) {
    return elementsOf(call.args[0] ?? [], scope, depth);
  }
  if (call?.name === "fileset") {
    const patterns = textsOf(call.args[1] ?? [], scope, depth);
    const isBelow = patterns?.every((pattern) => !pattern.split("/").includes("..")) === true;
    return isBelow ? { keys: [FOUND_NAME], values: [FOUND_NAME] } : NOTHING;
  }
  const [object, name] = [wordOf(tokens[0]), wordOf(tokens[2])];
  if (name === undefined || tokens.length !== 3) return NOTHING;
  if (object === "local") return elementsOfAll(scope.local(name), depth);
  return object === "var" ? elementsOfAll(scope.variable(name), depth) : NOTHING;
}

function elementsOfObject(inner: readonly Token[], scope: Scope, depth: number): Elements {
  const keys: Texts[] = [];
  const values: Texts[] = [];
  for (let index = 0; index < inner.length; ) {
    const key = inner[index];
    const assign = inner[index + 1];
    const isItem = assign?.kind === "equals" || isOther(assign, ":");
    if (!isItem || (key?.kind !== "word" && key?.kind !== "string" && key?.kind !== "heredoc"))
      return NOTHING;
    const start = index + 2;
    let nested = 0;
    for (index = start; index < inner.length; index++) {
      const token = inner[index];
      if (token === undefined || (nested === 0 && index > start && (token.startsLine || isOther(token, ","))))
        break;
      nested += nesting(token);
    }
    keys.push(key.kind === "word" ? [key.text] : textsOf([key], scope, depth));
    values.push(textsOf(inner.slice(start, index), scope, depth));
    if (isOther(inner[index], ",")) index++;
  }
  return { keys: union(keys), values: union(values) };
}

/** Joins a path of the configuration's to the directory that it is relative to. */
export function resolvedPath(path: string, scope: Scope): string {
  return path.startsWith("/") ? join(path) : join(scope.rootDirectory, path);
}
