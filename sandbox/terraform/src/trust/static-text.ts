import { basename, dirname, join } from "node:path/posix";
import type { Token } from "../plan/hcl-lexer.ts";
import type { Elements, Placed, Scope, Texts } from "./scope.ts";
import { partsOf, type TemplateToken } from "./template.ts";
import {
  closingOf,
  isOther,
  objectItems,
  splitAt,
  unwrapped,
  type WholeCall,
  wholeCall,
  wordOf,
} from "./token-groups.ts";

/** References that lead to references are followed so far. */
const DEPTH_MAX = 12;
/** More possibilities than these are none. */
const TEXTS_MAX = 256;
const TEXT_LENGTH_MAX = 4096;
/** Stands for a name that `fileset` finds: whatever it is, it lies below the directory that was searched. */
export const FOUND_NAME = "\u0001found";

const NOTHING: Elements = { keys: null, values: null, items: [] };

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

/** The names of a way into an object: `.a`, `["b"]`; `undefined` for any other. */
function stepsOf(tokens: readonly Token[]): readonly string[] | undefined {
  const steps: string[] = [];
  for (let index = 0; index < tokens.length; ) {
    const [mark, name, end] = [tokens[index], tokens[index + 1], tokens[index + 2]];
    const isQuoted = isOther(mark, "[") && name?.kind === "string" && isOther(end, "]");
    const step = isQuoted ? name.text : isOther(mark, ".") ? wordOf(name) : undefined;
    if (step === undefined) return undefined;
    steps.push(step);
    index += isQuoted ? 3 : 2;
  }
  return steps;
}

/** The expressions that attributes of objects may have. */
function attributeOf(objects: readonly Placed[], name: string): readonly Placed[] | undefined {
  const found: Placed[] = [];
  for (const { expression, scope } of objects) {
    const items = objectItems(expression) ?? [];
    // The last of equal keys wins, and a key that is made may equal any.
    const isMade = items.some(({ key }) => "text" in key && key.text.includes("{"));
    const own = items.filter(({ key }) => "text" in key && key.text === name);
    if (isMade || own.length === 0) return undefined;
    found.push(...own.map(({ value }) => ({ expression: value, scope })));
  }
  return found.length === 0 ? undefined : found;
}

function textsWithin(objects: readonly Placed[] | undefined, steps: readonly string[], depth: number): Texts {
  let placed = objects;
  for (const step of steps) placed = placed === undefined ? undefined : attributeOf(placed, step);
  return ofAll(placed, depth);
}

/** `path.module`, `local.x`, `each.key`, `each.value.file` and the like. */
function textsOfReference(tokens: readonly Token[], scope: Scope, depth: number): Texts {
  const object = wordOf(tokens[0]);
  const steps = stepsOf(tokens.slice(1));
  if (object === undefined || steps === undefined) return null;
  const [name, ...rest] = steps;
  const bound = scope.bound.get(object);
  if (bound !== undefined) return name === undefined ? bound.values : textsWithin(bound.items, steps, depth);
  if (name === undefined) return null;
  const iterator = scope.iterators.get(object);
  if (iterator !== undefined) {
    if (name === "value" && rest.length > 0) return textsWithin(iterator.items, rest, depth);
    return rest.length > 0
      ? null
      : name === "key"
        ? iterator.keys
        : name === "value"
          ? iterator.values
          : null;
  }
  if (object === "local") return textsWithin(scope.local(name), rest, depth);
  if (object === "var") return textsWithin(scope.variable(name), rest, depth);
  return rest.length > 0 ? null : textsOfSetting(object, name, scope);
}

function textsOfSetting(object: string, name: string, scope: Scope): Texts {
  if (object === "path" && name === "module") return [scope.moduleDirectory];
  if (object === "path" && (name === "root" || name === "cwd")) return [scope.rootDirectory];
  if (object === "terraform" && name === "workspace") return ["default"];
  return object === "count" && name === "index" ? ["0"] : null;
}

function textsOfCall(call: WholeCall, scope: Scope, depth: number): Texts {
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

/** What any of several collections holds; nothing can be told where there is none. */
export function elementsOfAll(placed: readonly Placed[] | undefined, depth = 0): Elements {
  const all = (placed ?? []).map((each) =>
    knownElements.recall(each, NOTHING, () => elementsOf(each.expression, each.scope, depth + 1)),
  );
  const isKnown = all.every(({ items }) => items.length > 0);
  return {
    keys: union(all.map(({ keys }) => keys)),
    values: union(all.map(({ values }) => values)),
    items: isKnown ? all.flatMap(({ items }) => items) : [],
  };
}

/** What `for_each` and `for` go over. */
export function elementsOf(given: readonly Token[], scope: Scope, depth = 0): Elements {
  if (depth > DEPTH_MAX) return NOTHING;
  const tokens = unwrapped(given);
  const inner = tokens.slice(1, -1);
  const isWhole = closingOf(tokens, 0) === tokens.length - 1 && wordOf(inner[0]) !== "for";
  if (isOther(tokens[0], "[") && isWhole) {
    const items = splitAt(inner, ",").map((expression) => ({ expression, scope }));
    const values = union(items.map(({ expression }) => textsOf(expression, scope, depth)));
    return { keys: values, values, items };
  }
  const pairs = objectItems(tokens);
  if (pairs !== undefined) {
    return {
      keys: union(pairs.map(({ key }) => (key.kind === "word" ? [key.text] : textsOf([key], scope, depth)))),
      values: union(pairs.map(({ value }) => textsOf(value, scope, depth))),
      items: pairs.map(({ value }) => ({ expression: value, scope })),
    };
  }
  const call = wholeCall(tokens);
  if (call !== undefined) return elementsOfCall(call, scope, depth);
  const [object, name] = [wordOf(tokens[0]), wordOf(tokens[2])];
  if (name === undefined || tokens.length !== 3 || !isOther(tokens[1], ".")) return NOTHING;
  if (object === "local") return elementsOfAll(scope.local(name), depth);
  return object === "var" ? elementsOfAll(scope.variable(name), depth) : NOTHING;
}

function elementsOfCall(call: WholeCall, scope: Scope, depth: number): Elements {
  if (call.name === "toset" || call.name === "tolist" || call.name === "tomap") {
    return elementsOf(call.args[0] ?? [], scope, depth);
  }
  if (call.name !== "fileset") return NOTHING;
  const patterns = textsOf(call.args[1] ?? [], scope, depth);
  const isBelow = patterns?.every((pattern) => !pattern.split("/").includes("..")) === true;
  return isBelow ? { keys: [FOUND_NAME], values: [FOUND_NAME], items: [] } : NOTHING;
}

/** Joins a path of the configuration's to the directory that it is relative to. */
export function resolvedPath(path: string, scope: Scope): string {
  return path.startsWith("/") ? join(path) : join(scope.rootDirectory, path);
}
