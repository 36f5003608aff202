import { attributeOf } from "@apex/generators-hcl";
import { type Block, type Expression, textOf } from "@apex/generators-hcl/syntax";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import { nearest } from "../../world/nearest.ts";
import type { Fixer, Proposal } from "../fixer.ts";

const PRIMITIVES = ["string", "number", "bool"];
const CONSTRUCTORS = ["list", "set", "map", "object", "tuple"];
const KEYWORDS: ReadonlySet<string> = new Set([...PRIMITIVES, ...CONSTRUCTORS, "any"]);

/** Names of the same types in Go, Python, JavaScript, Java, SQL, YAML schemas and JSON Schema. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...["str", "text", "varchar", "char"].map((word) => [word, "string"] as const),
  ...["int", "integer", "float", "double", "num", "decimal", "int32", "int64", "float64", "long"].map(
    (word) => [word, "number"] as const,
  ),
  ...["boolean"].map((word) => [word, "bool"] as const),
  ...["array", "slice"].map((word) => [word, "list"] as const),
  ...["dict", "dictionary", "hash", "hashmap"].map((word) => [word, "map"] as const),
  ...["struct", "record"].map((word) => [word, "object"] as const),
]);

/** The keyword that a word means: the same in other case, of another language, a slip. */
function keywordFor(word: string, isCall: boolean): string | undefined {
  const lower = word.toLowerCase();
  const known = KEYWORDS.has(lower) ? lower : SYNONYMS.get(lower);
  const allowed = isCall ? CONSTRUCTORS : [...PRIMITIVES, "any", "list", "map", "set"];
  if (known !== undefined) return allowed.includes(known) || !isCall ? known : undefined;
  const near = nearest(word, allowed);
  return near.kind === "clear" ? near.name : undefined;
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text of a type with all its foreign words replaced; `undefined` where a part of it is not plain. */
function rewritten(type: Expression): readonly Piece[] | undefined {
  switch (type.kind) {
    case "root": {
      if (KEYWORDS.has(type.name)) return [];
      const word = keywordFor(type.name, false);
      return word === undefined ? undefined : [{ start: type.start, end: type.end, text: word }];
    }
    case "literal": {
      // Terraform 0.11 had the keywords in quotes, without the types of elements.
      const { value } = type;
      if (typeof value !== "string") return undefined;
      const old = value === "list" ? "list(string)" : value === "map" ? "map(string)" : undefined;
      const isType = PRIMITIVES.includes(value) || /^(?:list|set|map)\((?:string|number|bool)\)$/.test(value);
      const text = old ?? (isType ? value : undefined);
      return text === undefined ? undefined : [{ start: type.start, end: type.end, text }];
    }
    case "index": {
      // list[string]
      if (type.of.kind !== "root" || !["list", "set", "map"].includes(type.of.name)) return undefined;
      const inner = rewritten(type.key);
      if (inner === undefined) return undefined;
      const open = { start: type.of.end, end: type.key.start, text: "(" };
      return [open, ...inner, { start: type.key.end, end: type.end, text: ")" }];
    }
    case "call":
      return rewrittenCall(type);
    case "object":
      return type.items.reduce<readonly Piece[] | undefined>((pieces, { value }) => {
        const inner = rewritten(value);
        return pieces === undefined || inner === undefined ? undefined : [...pieces, ...inner];
      }, []);
    default:
      return undefined;
  }
}

function rewrittenCall(type: Extract<Expression, { kind: "call" }>): readonly Piece[] | undefined {
  const name = type.name === "optional" ? type.name : keywordFor(type.name, true);
  const [first, second, ...rest] = type.arguments;
  if (name === undefined || first === undefined) return undefined;
  const renamed = { start: type.start, end: type.start + type.name.length, text: name };
  const pieces = name === type.name ? [] : [renamed];
  if (name === "optional") {
    const inner = rewritten(first);
    return inner === undefined ? undefined : [...pieces, ...inner];
  }
  // map(string, number): keys are always strings.
  const hasKeyType = name === "map" && second !== undefined && rest.length === 0;
  if (hasKeyType && first.kind === "root" && keywordFor(first.name, false) === "string") {
    const inner = rewritten(second);
    return inner === undefined
      ? undefined
      : [...pieces, { start: first.start, end: second.start, text: "" }, ...inner];
  }
  if (second !== undefined || name === "tuple") return undefined;
  const inner = rewritten(first);
  return inner === undefined ? undefined : [...pieces, ...inner];
}

/** `set` or `object` alone: what its elements are is for the default to tell. */
function bare(block: Block, type: Expression): Proposal {
  const keyword = textOf(type);
  const fallback = attributeOf(block.body, "default")?.value;
  const candidates =
    keyword === "object" ? ["any", "map(string)"] : [`${keyword}(string)`, `${keyword}(any)`];
  const unsure = {
    kind: "unsure",
    reason: `What a ${keyword} holds is part of its type, and the default does not tell it`,
    candidates,
  } as const;
  const edit = (text: string): Proposal => ({
    kind: "edits",
    edits: [{ file: type.source.file, start: type.start, end: type.end, text }],
    sentence: `A ${keyword} needs to say what it holds; the default fits ${text}.`,
  });
  if (keyword === "object" && fallback?.kind === "object") return edit("any");
  if (keyword !== "set" || fallback?.kind !== "tuple" || fallback.items.length === 0) return unsure;
  const kinds = new Set(
    fallback.items.map((item) => (item.kind === "literal" ? typeof item.value : "unknown")),
  );
  const [kind = "unknown"] = kinds;
  const element = kind === "boolean" ? "bool" : kind;
  return kinds.size === 1 && PRIMITIVES.includes(element) ? edit(`set(${element})`) : unsure;
}

/** Whether a `"list"` or `"map"` of Terraform 0.11 holds something else than the strings that it stood for. */
function holdsMore(block: Block, type: Expression): boolean {
  if (type.kind !== "literal" || (type.value !== "list" && type.value !== "map")) return false;
  const fallback = attributeOf(block.body, "default")?.value;
  if (fallback === undefined) return false;
  if (fallback.kind !== "tuple" && fallback.kind !== "object") return true;
  const values =
    fallback.kind === "tuple" ? fallback.items : fallback.items.map(({ value }): Expression => value);
  return !values.every(
    (value) => value.kind === "template" || (value.kind === "literal" && typeof value.value === "string"),
  );
}

/**
 * A variable's type with keywords of other languages (`str`, `integer`, `array(…)`), misspelt ones, in quotes, or with brackets of
 * another kind. What a bare `set` or `object` holds is taken from a constant default and else unsure.
 */
export const typeKeyword: Fixer = {
  name: "type-keyword",
  classes: ["invalid-type-constraint", "invalid-reference"],
  propose({ place }, world): Proposal {
    if (place === undefined) return null;
    const block = enclosingBlocks(world.configuration, place)[0];
    const attribute = attributeAt(world.configuration, place);
    if (block?.type !== "variable" || attribute?.name !== "type") return null;
    const type = attribute.value;
    if (type.kind === "root" && ["set", "object", "tuple"].includes(type.name)) return bare(block, type);
    if (holdsMore(block, type)) {
      const reason = `The default of this ${textOf(type)} holds more than strings`;
      return { kind: "unsure", reason, candidates: [] };
    }
    const pieces = rewritten(type);
    if (pieces === undefined || pieces.length === 0) {
      const reason = `${textOf(type).slice(0, 80)} is no type of Terraform's, and which is meant is not plain`;
      return { kind: "unsure", reason, candidates: [] };
    }
    const { file } = type.source;
    const sentence = "The type is written with Terraform's own keywords.";
    return { kind: "edits", edits: pieces.map((piece) => ({ file, ...piece })), sentence };
  },
};
