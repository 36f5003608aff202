/** What a token is. `other` is a character that HCL does not know in code. */
type TokenKind = "identifier" | "number" | "string" | "heredoc" | "comment" | "newline" | "symbol" | "other";

/** What a token stands in, innermost: the file, a block, or brackets of an expression. */
export type Context = "file" | "block" | "object" | "tuple" | "paren";

/** A piece of HCL text, `[start, end)` in UTF-16 code units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What it stands in; a bracket stands in what is around it. */
  readonly context: Context;
  /** How many brackets are open before it. */
  readonly depth: number;
  /** False for a string that its line's end cuts off and for a heredoc without its end marker. */
  readonly closed: boolean;
  /** Of an opening bracket: what it opens. */
  readonly opens?: Context;
}

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const COMMENT = /(?:#|\/\/)[^\n]*|\/\*[^]*?(?:\*\/|$)/y;
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/uy;
const SYMBOL = /\.\.\.|=>|==|!=|<=|>=|&&|\|\||::|[-+*/%<>=!?:.,(){}[\]]/y;

/** Interpolations within interpolations; deeper ones end the string that they are in. */
const NESTING_MAX = 50;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Where the quoted string that starts at `at` ends. A string does not go on over its line's end, except within an interpolation;
 * HCL's own reader goes on all the same and then misreads the rest of the file, which is what this is here to do better.
 */
function stringEnd(
  text: string,
  at: number,
  nesting = 0,
): { readonly end: number; readonly closed: boolean } {
  let position = at + 1;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') return { end: position + 1, closed: true };
    if (character === "\n") break;
    if (character === "\\") position += 2;
    else if ((character === "$" || character === "%") && text[position + 1] === character) position += 2;
    else if ((character === "$" || character === "%") && text[position + 1] === "{") {
      const inner = interpolationEnd(text, position + 2, nesting + 1);
      if (inner === undefined) break;
      position = inner;
    } else position++;
  }
  const feed = text.indexOf("\n", Math.min(position, text.length));
  const end = text[position] === "\n" ? position : feed === -1 ? text.length : feed;
  return { end: end > at && text[end - 1] === "\r" ? end - 1 : end, closed: false };
}

/** The place after the `}` that ends an interpolation; `undefined` where its line does not hold one. */
function interpolationEnd(text: string, at: number, nesting: number): number | undefined {
  if (nesting > NESTING_MAX) return undefined;
  let depth = 0;
  let position = at;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      const inner = stringEnd(text, position, nesting);
      if (!inner.closed) return undefined;
      position = inner.end;
      continue;
    }
    if (character === "\n" && depth === 0) {
      // HCL lets an interpolation go over several lines; nobody closes one at a line that starts anything else.
      if (!/^\s*[}\w"(!]/.test(text.slice(position, position + 200))) return undefined;
    }
    if (character === "{") depth++;
    if (character === "}") {
      if (depth === 0) return position + 1;
      depth--;
    }
    position++;
  }
  return undefined;
}

function heredocEnd(
  text: string,
  opening: RegExpExecArray,
): { readonly end: number; readonly closed: boolean } {
  const start = opening.index + opening[0].length;
  const marker = opening[1] ?? "";
  let at = start;
  while (at < text.length) {
    const feed = text.indexOf("\n", at);
    const lineEnd = feed === -1 ? text.length : feed;
    const line = text.slice(at, lineEnd);
    if (line.trim() === marker) return { end: at + line.trimEnd().length, closed: true };
    at = lineEnd + 1;
  }
  return { end: text.length, closed: false };
}

/** Brackets that open, and what closes each. */
export const CLOSERS: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };

/** The header of a block that can only stand at the top of a file, at the start of its line. */
const TOP_LEVEL_HEADER =
  /(?:resource|data|variable|output|module|provider|locals|terraform|moved|import|removed|check)\b[^\n=]*\{[ \t]*(?:\r?\n|\})/y;

/** Whether a block that can only stand at the top of a file starts at `at`, the start of its line. */
export function isTopLevelHeader(text: string, at: number): boolean {
  return (at === 0 || text[at - 1] === "\n") && matchAt(TOP_LEVEL_HEADER, text, at) !== null;
}

interface Opened {
  readonly bracket: string;
  readonly context: Context;
}

class Tokenizer {
  readonly tokens: Token[] = [];
  private readonly text: string;
  private opened: Opened[] = [];

  constructor(text: string) {
    this.text = text;
  }

  private get context(): Context {
    return this.opened.at(-1)?.context ?? "file";
  }

  run(): readonly Token[] {
    let at = this.text.startsWith("\uFEFF") ? 1 : 0;
    while (at < this.text.length) {
      if (/[ \t\r]/.test(this.text[at] ?? "")) at++;
      else at = this.take(at);
    }
    return this.tokens;
  }

  private push(
    kind: TokenKind,
    start: number,
    end: number,
    more: { readonly closed?: boolean; readonly opens?: Context } = {},
  ): number {
    const text = this.text.slice(start, end);
    const { context } = this;
    this.tokens.push({ kind, start, end, text, context, depth: this.opened.length, closed: true, ...more });
    return end;
  }

  private take(at: number): number {
    const { text } = this;
    if (text[at] === "\n") return this.push("newline", at, at + 1);
    // What is still open there lost its end before: without this, one lost bracket would be the whole file's.
    if (this.opened.length > 0 && isTopLevelHeader(text, at)) this.opened = [];
    if (text[at] === '"') {
      const { end, closed } = stringEnd(text, at);
      return this.push("string", at, end, { closed });
    }
    const comment = matchAt(COMMENT, text, at);
    if (comment !== null) return this.push("comment", at, at + comment[0].trimEnd().length);
    const heredoc = matchAt(HEREDOC, text, at);
    if (heredoc !== null) {
      const { end, closed } = heredocEnd(text, heredoc);
      return this.push("heredoc", at, end, { closed });
    }
    const number = matchAt(NUMBER, text, at);
    if (number !== null) return this.push("number", at, at + number[0].length);
    const identifier = matchAt(IDENTIFIER, text, at);
    if (identifier !== null) return this.push("identifier", at, at + identifier[0].length);
    const symbol = matchAt(SYMBOL, text, at);
    if (symbol !== null) return this.symbol(at, symbol[0]);
    const wide = (text.codePointAt(at) ?? 0) > 0xffff;
    return this.push("other", at, at + (wide ? 2 : 1));
  }

  private symbol(at: number, symbol: string): number {
    if (Object.hasOwn(CLOSERS, symbol)) {
      const context = this.openedBy(symbol);
      this.push("symbol", at, at + 1, { opens: context });
      this.opened.push({ bracket: symbol, context });
      return at + 1;
    }
    if (/[)\]}]/.test(symbol)) {
      const match = this.opened.findLastIndex(({ bracket }) => CLOSERS[bracket] === symbol);
      const last = this.opened.at(-1);
      // A brace ends brackets that were lost in it; another closer without its opener is alone.
      if (match !== -1 && (symbol === "}" || match === this.opened.length - 1)) this.opened.length = match;
      else if (last === undefined || match === -1) return this.push("symbol", at, at + 1);
    }
    return this.push("symbol", at, at + symbol.length);
  }

  private openedBy(symbol: string): Context {
    if (symbol === "[") return "tuple";
    if (symbol === "(") return "paren";
    if (this.context !== "file" && this.context !== "block") return "object";
    const before = this.tokens.at(-1);
    const startsBlock =
      before !== undefined &&
      (before.kind === "identifier" || before.kind === "string" || before.kind === "newline") &&
      !this.isInValue();
    return startsBlock ? "block" : "object";
  }

  /** Whether an `=` stands before on the line. */
  private isInValue(): boolean {
    for (let index = this.tokens.length - 1; index >= 0; index--) {
      const token = this.tokens[index];
      if (token === undefined || token.kind === "newline") return false;
      if (token.depth < this.opened.length) return false;
      if (token.text === "=" && token.depth === this.opened.length) return true;
    }
    return false;
  }
}

/**
 * HCL text as tokens, without white space. Reads broken text on: a string ends with its line at the latest, and a block that can only
 * stand at the top of a file ends whatever is still open. Strings and heredocs are one token each, interpolations included.
 */
export function tokenize(text: string): readonly Token[] {
  return new Tokenizer(text).run();
}

/** Whether a comment stands in a piece of code, which an edit that writes it anew would lose. */
export function holdsComment(text: string): boolean {
  return tokenize(text).some(({ kind }) => kind === "comment");
}
