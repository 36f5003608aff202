/** One token of HCL, made out without a parser: what is left of a file that cannot be parsed. */
export interface HclToken {
  readonly kind: "name" | "number" | "string" | "heredoc" | "mark" | "comment" | "newline";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Strings within the interpolations of strings; deeper ones are taken for the end of the line. */
const STRINGS_DEPTH_MAX = 30;

/** Where a string literal ends; an unclosed quote ends with its line. */
function stringEnd(text: string, start: number, nesting = 0): number {
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\n") return at;
    if (character === "\\") at++;
    else if ((character === "$" || character === "%") && text[at + 1] === "{") {
      depth++;
      at++;
    } else if (character === "}" && depth > 0) depth--;
    else if (character === '"') {
      if (depth === 0) return at + 1;
      at = nesting < STRINGS_DEPTH_MAX ? stringEnd(text, at, nesting + 1) - 1 : lineEnd(text, at);
    }
  }
  return text.length;
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline;
}

function heredocEnd(text: string, start: number, delimiter: string): number {
  const close = new RegExp(`^[ \\t]*${delimiter}[ \\t]*\\r?$`, "gm");
  close.lastIndex = start;
  const found = close.exec(text);
  return found === null ? text.length : found.index + found[0].length;
}

function endOf(text: string, start: number, kind: HclToken["kind"]): number {
  if (kind === "string") return stringEnd(text, start);
  if (kind === "heredoc") {
    const delimiter = /^<<-?([\p{L}_][\p{L}\p{N}_-]*)/u.exec(text.slice(start, start + 100))?.[1] ?? "";
    return heredocEnd(text, text.indexOf("\n", start) + 1 || text.length, delimiter);
  }
  if (text.startsWith("/*", start)) return text.indexOf("*/", start + 2) + 2 || text.length;
  return lineEnd(text, start);
}

const START =
  /(?<newline>\n)|(?<comment>#|\/\/|\/\*)|(?<heredoc><<-?[\p{L}_][\p{L}\p{N}_-]*[ \t]*\r?\n)|(?<string>")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_-]*)|(?<mark>\S)/gu;

/** Splits a text into tokens; never fails: what is no HCL is marks. */
export function tokensOf(text: string): readonly HclToken[] {
  const tokens: HclToken[] = [];
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const groups = match.groups ?? {};
    const kind = (Object.keys(groups).find((name) => groups[name] !== undefined) ??
      "mark") as HclToken["kind"];
    const start = match.index;
    const isPlain = kind === "newline" || kind === "number" || kind === "name" || kind === "mark";
    const end = isPlain ? start + match[0].length : Math.max(endOf(text, start, kind), start + 1);
    tokens.push({ kind, text: text.slice(start, end), start, end });
    START.lastIndex = end;
  }
  return tokens;
}

/** The tokens that mean something: neither comments nor line ends. Equal texts mean the same, whatever their blanks. */
export function meaningOf(text: string): string {
  return tokensOf(text)
    .filter(({ kind }) => kind !== "comment" && kind !== "newline")
    .map((token) => token.text)
    .join(" ");
}

/** The text without its comments, blanks and line ends as they are. */
export function withoutComments(text: string): string {
  let from = 0;
  let plain = "";
  for (const { kind, start, end } of tokensOf(text)) {
    if (kind !== "comment") continue;
    plain += text.slice(from, start);
    from = end;
  }
  return plain + text.slice(from);
}

/** What is written in a literal, without its quotes; texts within heredocs and JSON count each for itself. */
export function literalsOf(text: string): readonly string[] {
  return tokensOf(text).flatMap((token) => {
    if (token.kind === "number") return [token.text];
    if (token.kind === "name") return token.text === "true" || token.text === "false" ? [token.text] : [];
    if (token.kind === "heredoc") return innerLiterals(token.text);
    if (token.kind !== "string") return [];
    const inner = token.text.replace(/^"|"$/g, "");
    return [
      inner,
      ...(inner.includes('\\"') ? innerLiterals(inner.replaceAll('\\"', '"')) : []),
      ...interpolated(inner),
    ];
  });
}

function innerLiterals(text: string): readonly string[] {
  return [...text.matchAll(/"([^"\n]*)"|\b(\d+|true|false)\b/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

function interpolated(text: string): readonly string[] {
  return [...text.matchAll(/[$%]\{([^}]*)\}/g)].flatMap(([, inner = ""]) => innerLiterals(inner));
}
