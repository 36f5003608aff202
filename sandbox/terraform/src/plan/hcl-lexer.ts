import { AdapterError } from "@apex/core";

/** One piece of HCL that matters here. */
export type Token = UnplacedToken & {
  /** Nothing but space stands before it on its line. */
  readonly startsLine: boolean;
  /** Where it begins in the text; what is in quotes begins behind them. */
  readonly at: number;
};

/** `heredoc` and `string` hold what is written, with templates and escapes; `other` holds one character, or an arrow or a comparison. */
type UnplacedToken =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "heredoc"; readonly text: string }
  | { readonly kind: "other"; readonly text: string }
  | { readonly kind: "open" | "close" | "equals" };

const SPACE = /\s+/y;
const COMMENT = /(?:#|\/\/)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;
/** What Go's TrimSpace takes off a line before it is compared with the marker of a heredoc. */
const MARGIN = "[\\t\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";
/** Strings in templates in strings: deeper than this nobody writes. */
const NESTING_MAX = 200;
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;

/** Takes HCL apart as far as blocks and the literals of their arguments need it. Throws an AdapterError beyond its limit. */
export class HclLexer {
  readonly #text: string;
  #at = 0;
  #nesting = 0;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  /** The next token; `undefined` at the end. */
  next(): Token | undefined {
    const from = this.#at;
    while (this.#take(SPACE) !== null || this.#take(COMMENT) !== null);
    const startsLine = from === 0 || this.#text.slice(from, this.#at).includes("\n");
    const start = this.#at;
    const token = this.#token();
    if (token === undefined) return undefined;
    const behind = token.kind === "heredoc" ? this.#text.indexOf("\n", start) + 1 : start + 1;
    const at = token.kind === "string" || token.kind === "heredoc" ? behind : start;
    return { ...token, startsLine, at };
  }

  #token(): UnplacedToken | undefined {
    const character = this.#text[this.#at];
    if (character === undefined) return undefined;
    const word = this.#take(WORD);
    if (word !== null) return { kind: "word", text: word[0] };
    const heredoc = this.#take(HEREDOC);
    if (heredoc?.[1] !== undefined) return this.#heredoc(heredoc[1]);
    if (character === '"') return { kind: "string", text: this.#string() };
    this.#at++;
    switch (character) {
      case "{":
        return { kind: "open" };
      case "}":
        return { kind: "close" };
      case "=":
        if (this.#text[this.#at] !== "=" && this.#text[this.#at] !== ">") return { kind: "equals" };
        this.#at++;
        return { kind: "other", text: this.#text.slice(this.#at - 2, this.#at) };
      default:
        return { kind: "other", text: character };
    }
  }

  /** Up to the line that is the marker; lines within templates do not count. */
  #heredoc(marker: string): UnplacedToken {
    const start = this.#at;
    const end = new RegExp(`${MARGIN}${marker}${MARGIN}(?=\\n|$)`, "uy");
    for (let isLineStart = true; this.#at < this.#text.length; ) {
      const lineAt = this.#at;
      if (isLineStart && this.#take(end) !== null) {
        return { kind: "heredoc", text: this.#text.slice(start, lineAt) };
      }
      isLineStart = this.#text[this.#at] === "\n";
      if (!this.#skipTemplate()) this.#at++;
    }
    return { kind: "heredoc", text: this.#text.slice(start) };
  }

  /** The text of a quoted string; templates in it, with the strings inside of them, are taken along. */
  #string(): string {
    const start = ++this.#at;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      if (this.#text[this.#at] === "\\") this.#at += 2;
      else if (!this.#skipTemplate()) this.#at++;
    }
    const text = this.#text.slice(start, this.#at);
    this.#at++;
    return text;
  }

  /** Passes over `${…}` or `%{…}`, or over the characters that stand for their beginning. */
  #skipTemplate(): boolean {
    const mark = this.#text[this.#at];
    if (mark !== "$" && mark !== "%") return false;
    if (this.#text.startsWith(`${mark}${mark}{`, this.#at)) {
      this.#at += 3;
      return true;
    }
    if (this.#text[this.#at + 1] !== "{") return false;
    this.#at += 2;
    this.skipExpression();
    return true;
  }

  /** Passes over the rest of a template's expression, its closing brace included; gives the position of that. */
  skipExpression(): number {
    if (++this.#nesting > NESTING_MAX) {
      throw new AdapterError(
        "invalid",
        `A configuration with templates ${NESTING_MAX} levels deep is not read.`,
      );
    }
    let depth = 0;
    for (let token = this.next(); token !== undefined; token = this.next()) {
      if (token.kind === "open") depth++;
      else if (token.kind === "close" && depth-- === 0) {
        this.#nesting--;
        return this.#at - 1;
      }
    }
    this.#nesting--;
    return this.#text.length;
  }
}
