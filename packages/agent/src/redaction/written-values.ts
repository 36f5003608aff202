import { isHarmlessName } from "./secret-names.ts";

/** A text that is written out: `[start, end)` in UTF-16 code units, without its quotes. */
export interface WrittenText {
  readonly start: number;
  readonly end: number;
}

/** What is written out in a value, and where reading it stopped: what lies before is not read twice. */
export interface ReadValue {
  readonly texts: readonly WrittenText[];
  readonly end: number;
}

/** Characters of one value that are looked through. */
const VALUE_MAX = 100_000;
/** Characters of a text on one line. */
const TEXT_MAX = 8_000;
/** Characters before a value in which its line has to begin. */
const INDENT_MAX = 200;

/** What an element of a secret is called that tells who, where or which. */
const DESCRIBING =
  /^(?:name|type|key|kind|id|arn|version|path|user(?:_?name)?|login|host(?:_?name)?|address|port|db(?:_?name)?|database|engine|driver|mode|region|namespace|value_?from|description|env|length|format)$/i;

/** `\"…\"` of a text within a text, `'…'` of a script. */
const OTHER_QUOTE = /\\{1,7}["']|'/y;
const PLAIN_TEXT = /"((?:\\.|\$\{[^}\n]{0,400}\}|\$(?!\{[^}\n]{0,400}\})|[^"\\\n$]){0,8000})"/y;
const HEREDOC = /<<[-~]?([A-Za-z_]\w*)[ \t]*\r?\n/y;
const BLOCK_SCALAR = /[|>][+-]?\d?[ \t]*\r?\n/y;
const KEY = /[A-Za-z_][\w-]*(?=[ \t]*[=:](?![=>]))/y;
const WORD = /[\w.-]+/y;
/** Not within an address. */
const COMMENT = /(?:#|(?<!:)\/\/)[^\n]*/y;
/** Where an expression begins: neither a shell's variable or command, nor the prose of a header. */
const EXPRESSION: Readonly<Record<string, RegExp>> = { "=": /[^$\s]/y, ":": /["[{(]|\w+\(/y };
/** `PASSWORD=hunter2` in a script, a query, a connection string. */
const TIGHT = /[^\s"',;&<>]{3,500}/y;
/** `password: hunter2` alone on a line of YAML or settings. */
const ALONE = /[^\s"'`,;&<>(){}[\]|]{3,500}(?=[ \t]*\r?(?:\n|$))/y;
/** What stands for something else, or for no text. */
const CODE =
  /^(?:(?:var|local|data|module|each|self|random_\w+|aws_\w+|google_\w+|azurerm_\w+)\.|[A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w*-]*|\[[^\]]*\])+$|(?:true|false|null|none|string|number|bool|any|list|map|set|object|\d+)$|[$«*<%])/i;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The text that `\"` or `'` opens, up to the same mark on its line. */
function quoted(text: string, at: number, quote: string): WrittenText | undefined {
  const start = at + quote.length;
  const [line = ""] = text.slice(start, start + TEXT_MAX).split("\n", 1);
  for (let end = line.indexOf(quote); end !== -1; end = line.indexOf(quote, end + 1)) {
    if (line[end - 1] !== "\\") return { start, end: start + end };
  }
  return undefined;
}

/** The lines of a heredoc that begins here, and where its last line ends. */
function heredocAt(text: string, at: number): WrittenText | undefined {
  const opening = matchAt(HEREDOC, text, at);
  if (opening === null) return undefined;
  const start = at + opening[0].length;
  const closing = new RegExp(`^[ \\t]*${opening[1]}[ \\t]*\\r?$`, "gm");
  closing.lastIndex = start;
  const end = closing.exec(text)?.index ?? Math.min(text.length, start + VALUE_MAX);
  return { start, end: Math.max(start, end - 1) };
}

/** What stands on a line before a place; `undefined` where the line begins too far away. */
export function lineBefore(text: string, at: number): string | undefined {
  const before = text.slice(Math.max(0, at - INDENT_MAX), at);
  const start = before.lastIndexOf("\n") + 1;
  return start === 0 && at > INDENT_MAX ? undefined : before.slice(start);
}

/** The lines of a YAML block that are indented deeper than the line on which it begins. */
function blockScalarAt(text: string, at: number): WrittenText | undefined {
  const opening = matchAt(BLOCK_SCALAR, text, at);
  if (opening === null) return undefined;
  const line = lineBefore(text, at) ?? "";
  const indent = line.length - line.trimStart().length;
  const start = at + opening[0].length;
  const lines = new RegExp(`(?:[ \\t]{${indent + 1},}[^\\n]*(?:\\n|$)|[ \\t]*\\r?\\n)*`, "y");
  const length = matchAt(lines, text, start)?.[0].trimEnd().length ?? 0;
  return length === 0 ? undefined : { start, end: start + length };
}

/** An index, a path of a file, what is compared: a text that selects the secret and is none. */
function isSelector(text: string, open: number, close: number): boolean {
  const before = text.slice(Math.max(0, open - 40), open).trimEnd();
  return (
    /[\w)\]]\[$|[=!]=$|\b(?:file\w*|templatefile|pathexpand|abspath)\($/.test(before) ||
    /^[ \t]*[=!]=/.test(text.slice(close + 1, close + 20))
  );
}

/** Whether what stands under a key within a secret tells of it and is not the secret itself. */
export function isDescribing(key: string): boolean {
  return DESCRIBING.test(key) || isHarmlessName(key);
}

/** Walks through an expression to its end, and gives the texts in it. */
class Walk {
  readonly #text: string;
  readonly #end: number;
  #at: number;
  #depth = 0;
  #key = "";

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
    this.#end = Math.min(text.length, at + VALUE_MAX);
  }

  read(): ReadValue {
    const texts: WrittenText[] = [];
    let isOpen = true;
    while (isOpen && this.#at < this.#end && this.#depth >= 0) {
      const found = this.#quoted() ?? this.#heredoc();
      if (found === undefined) isOpen = this.#step();
      else if (found !== null) texts.push(found);
    }
    return { texts, end: this.#at };
  }

  /** `null`: a text that is no secret. */
  #quoted(): WrittenText | null | undefined {
    const written = matchAt(PLAIN_TEXT, this.#text, this.#at);
    if (written === null) return undefined;
    const open = this.#at;
    const close = open + written[0].length - 1;
    this.#at = close + 1;
    const [rest] = matchAt(/[ \t]*[?:=!&|]?=?/y, this.#text, this.#at) ?? [""];
    const next = rest.trim();
    if (this.#depth > 0 && (next === "=" || next === ":")) {
      this.#key = written[1] ?? "";
      return null;
    }
    const isOwn = !isSelector(this.#text, open, close) && !(this.#depth > 0 && isDescribing(this.#key));
    if (this.#depth === 0 && next === "") this.#depth = -1;
    return isOwn ? { start: open + 1, end: close } : null;
  }

  #heredoc(): WrittenText | undefined {
    const found = heredocAt(this.#text, this.#at);
    if (found === undefined) return undefined;
    this.#at = found.end;
    const line = this.#text.indexOf("\n", found.end + 1);
    this.#at = line === -1 ? this.#end : line;
    return found;
  }

  /** Past what is no text; false where the expression ends. */
  #step(): boolean {
    const character = this.#text[this.#at] ?? "";
    const comment = matchAt(COMMENT, this.#text, this.#at);
    const key = this.#depth > 0 ? matchAt(KEY, this.#text, this.#at) : null;
    if (key !== null) this.#key = key[0];
    const passed = comment ?? key ?? matchAt(WORD, this.#text, this.#at);
    if (passed !== null) {
      this.#at += passed[0].length;
      return true;
    }
    if ("([{".includes(character)) this.#depth += 1;
    if (")]}".includes(character)) this.#depth -= 1;
    this.#at += 1;
    // A text without an end: what follows it cannot be told from it.
    return character !== '"' && !(this.#depth === 0 && "\n,;".includes(character));
  }
}

/** Reads the expression that begins at `at`. */
export function readExpression(text: string, at: number): ReadValue {
  return new Walk(text, at).read();
}

/** How a value is written after its name. */
export interface Assignment {
  readonly name: string;
  readonly sign: string;
  /** Nothing stands between the name, the sign and the value. */
  readonly isTight: boolean;
  /** The name is the first on its line. */
  readonly isFirst: boolean;
}

function bareAt(
  text: string,
  at: number,
  { name, sign, isTight, isFirst }: Assignment,
): WrittenText | undefined {
  const isSpoken = sign === "=" && isTight;
  if (!isSpoken && !isFirst) return undefined;
  const value = matchAt(isSpoken ? TIGHT : ALONE, text, at)?.[0];
  if (value === undefined) return undefined;
  const isNumber = /^\d{6,}$/.test(value) && /pass|pwd/i.test(name);
  return CODE.test(value) && !isNumber ? undefined : { start: at, end: at + value.length };
}

/** Reads the value at `at`: of HCL, JSON, YAML, a script, a file of settings, or of one within a text. */
export function readValue(text: string, at: number, assignment: Assignment): ReadValue {
  const [quote] = matchAt(OTHER_QUOTE, text, at) ?? [];
  if (quote !== undefined) {
    const found = quoted(text, at, quote);
    return found === undefined ? { texts: [], end: at } : { texts: [found], end: found.end };
  }
  const scalar = assignment.sign === ":" ? blockScalarAt(text, at) : undefined;
  const whole = scalar ?? bareAt(text, at, assignment);
  if (whole !== undefined) return { texts: [whole], end: whole.end };
  const isExpression = matchAt(EXPRESSION[assignment.sign] ?? /(?!)/y, text, at) !== null;
  return isExpression ? readExpression(text, at) : { texts: [], end: at };
}
