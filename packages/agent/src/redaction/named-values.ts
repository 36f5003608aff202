import { isReference } from "./secret-forms.ts";
import {
  type Assignment,
  lineBefore,
  readExpression,
  readValue,
  type WrittenText,
} from "./written-values.ts";

type IsNamed = (name: string) => boolean;

/** `name =`, `name: `, `"name": `, `\"name\":`, and where the value begins. */
const ASSIGNED =
  /(?<name>[A-Za-z_][A-Za-z0-9_.-]{0,100})(?<quote>\\{0,7}["'])?(?<gap>[ \t]*)(?<sign>[=:])(?![=>])(?<after>[ \t]*)/g;

/** `{ name = "DB_PASSWORD", value = … }`, as containers and settings have it. */
const PAIR =
  /\b(?:name|key|parameter_?key|option_?name)(?:\\{0,7}["'])?[ \t]*[=:][ \t]*(?<open>\\{0,7}["']?)(?<name>[A-Za-z_][\w.:/-]{0,100})\k<open>/gi;
const PAIR_VALUE = /\bvalue(?:\\{0,7}["'])?[ \t]*(?<sign>[=:])[ \t]*/i;
/** Characters on each side of a name within which its value stands. */
const PAIR_REACH = 600;

/** What may be declared sensitive. */
const DECLARED = /\b(?:variable|output)[ \t]+"(?<name>[^"\n]{1,100})"[ \t]*\{/g;
const NEXT_BLOCK = /\n[a-z_]+[ \t]*(?:"[^"\n]*"[ \t]*)*\{/;
const SENSITIVE = /\b(?:sensitive|ephemeral)[ \t]*=[ \t]*true\b/;
const DECLARED_VALUE = /\b(?:default|value)[ \t]*=[ \t]*/;

/** The function that marks what it is given. */
const MARKED = /\bsensitive\(\s*/g;

const ELEMENT = /<(?<name>[A-Za-z_][\w.-]{0,60})>(?<value>[^<>\n]{3,500})<\//g;

function isFirstOnLine(text: string, at: number): boolean {
  return /^[ \t]*(?:- |export )?[ \t]*["']?$/.test(lineBefore(text, at) ?? "no");
}

function* assigned(text: string, isNamed: IsNamed): Generator<WrittenText> {
  let done = 0;
  for (const match of text.matchAll(ASSIGNED)) {
    const { name = "", quote = "", gap = "", sign = "", after = "" } = match.groups ?? {};
    if (match.index < done || !isNamed(name.split(".").at(-1) ?? "")) continue;
    const assignment: Assignment = {
      name,
      sign,
      isTight: quote + gap + after === "",
      isFirst: isFirstOnLine(text, match.index) && (sign === "=" || after !== ""),
    };
    const { texts, end } = readValue(text, match.index + match[0].length, assignment);
    yield* texts;
    done = end;
  }
}

/** Where the value of a pair is whose name is at `[from, to)`, and the sign before it. */
function pairValue(text: string, from: number, to: number): { at: number; sign: string } | undefined {
  const after = text.slice(to, to + PAIR_REACH);
  const next = after.search(/[{}]|\b(?:name|key)\b/i);
  const found = PAIR_VALUE.exec(next === -1 ? after : after.slice(0, next + 1));
  if (found !== null) return { at: to + found.index + found[0].length, sign: found.groups?.["sign"] ?? "" };
  const before = text.slice(Math.max(0, from - PAIR_REACH), from);
  const brace = Math.max(before.lastIndexOf("{"), before.lastIndexOf("}"));
  const earlier = before[brace] === "{" ? PAIR_VALUE.exec(before.slice(brace)) : null;
  if (earlier === null) return undefined;
  const at = from - before.length + brace + earlier.index + earlier[0].length;
  return { at, sign: earlier.groups?.["sign"] ?? "" };
}

function* paired(text: string, isNamed: IsNamed): Generator<WrittenText> {
  let done = 0;
  for (const match of text.matchAll(PAIR)) {
    const name = match.groups?.["name"] ?? "";
    if (!isNamed(name.split(/[.:/]/).at(-1) ?? "")) continue;
    const value = pairValue(text, match.index, match.index + match[0].length);
    if (value === undefined || value.at < done) continue;
    const { texts, end } = readValue(text, value.at, {
      name,
      sign: value.sign,
      isTight: false,
      isFirst: true,
    });
    yield* texts;
    done = end;
  }
}

function* declared(text: string, isNamed: IsNamed): Generator<WrittenText> {
  const blocks = [...text.matchAll(DECLARED)];
  for (const [index, match] of blocks.entries()) {
    const from = match.index + match[0].length;
    const [body = ""] = text.slice(from, blocks[index + 1]?.index).split(NEXT_BLOCK, 1);
    if (!SENSITIVE.test(body) && !isNamed(match.groups?.["name"] ?? "")) continue;
    const value = DECLARED_VALUE.exec(body);
    if (value !== null) yield* readExpression(text, from + value.index + value[0].length).texts;
  }
}

function* marked(text: string): Generator<WrittenText> {
  let done = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index < done) continue;
    const { texts, end } = readExpression(text, match.index + match[0].length);
    yield* texts;
    done = end;
  }
}

function* elements(text: string, isNamed: IsNamed): Generator<WrittenText> {
  for (const match of text.matchAll(ELEMENT)) {
    const { name = "", value = "" } = match.groups ?? {};
    const start = match.index + name.length + 2;
    if (isNamed(name)) yield { start, end: start + value.length };
  }
}

/** What is written out as the value of something that is named, or declared, as a secret. */
export function* secretsByName(text: string, isNamed: IsNamed): Generator<WrittenText> {
  for (const find of [assigned, paired, declared, marked, elements]) {
    for (const found of find(text, isNamed)) {
      if (!isReference(text.slice(found.start, found.end))) yield found;
    }
  }
}
