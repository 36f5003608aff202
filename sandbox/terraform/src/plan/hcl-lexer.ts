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
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;

/** Takes HCL apart as far as blocks and the literals of their arguments need it; never fails. */
export class HclLexer {
  readonly #text: string;
  #at = 0;
  #heredocAt = 0;

  constructor(text: string) {
    this.#text = text;
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
    const at = token.kind === "string" ? start + 1 : token.kind === "heredoc" ? this.#heredocAt : start;
    return { ...token, startsLine, at };
  }

  #token(): UnplacedToken | undefined {
    const character = this.#text[this.#at];
    if (character === undefined) return undefined;
    const word = this.#take(WORD);
    if (word !== null) return { kind: "word", text: word[0] };
    const heredoc = this.#take(HEREDOC);
    if (heredoc?.[1] !== undefined) return this.#skipHeredoc(heredoc[1]);
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

  #skipHeredoc(marker: string): UnplacedToken {
    const end = new RegExp(`^[ \\t]*${marker}[ \\t]*\\r?$`, "gmu");
    end.lastIndex = this.#at;
    const match = end.exec(this.#text);
    this.#heredocAt = this.#at;
    this.#at = match === null ? this.#text.length : end.lastIndex;
    return { kind: "heredoc", text: this.#text.slice(this.#heredocAt, match?.index ?? this.#at) };
  }

  /** The text of a quoted string; templates in it, with the strings inside of them, are taken along. */
  #string(): string {
    const start = ++this.#at;
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      const pair = this.#text.slice(this.#at, this.#at + 2);
      if (depth > 0 && character === '"') {
        this.#string();
        continue;
      }
      if (character === "\\") this.#at++;
      else if (pair === "${" || pair === "%{") depth++;
      else if (character === "}" && depth > 0) depth--;
      else if (character === '"') break;
      this.#at++;
    }
    const text = this.#text.slice(start, this.#at);
    this.#at++;
    return text;
  }
}
