import { HclLexer, type Token } from "../plan/hcl-lexer.ts";

/** An argument: its name and the pieces of its expression. */
export interface Argument {
  readonly name: string;
  readonly expression: readonly Token[];
}

/** A block with all that is in it, as it is written. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  /** Where it begins in the text. */
  readonly at: number;
  readonly body: Body;
}

/** What stands between braces, or in a whole file. */
export interface Body {
  readonly arguments: readonly Argument[];
  readonly blocks: readonly Block[];
}

const DEPTH_MAX = 100;
const OPENING = new Set(["(", "["]);
const CLOSING = new Set([")", "]"]);

/** +1 for a piece that opens a group, −1 for one that closes it. */
export function nesting(token: Token): -1 | 0 | 1 {
  if (token.kind === "open" || (token.kind === "other" && OPENING.has(token.text))) return 1;
  if (token.kind === "close" || (token.kind === "other" && CLOSING.has(token.text))) return -1;
  return 0;
}

/** All pieces of a text. */
export function tokensOf(text: string): readonly Token[] {
  const lexer = new HclLexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) tokens.push(token);
  return tokens;
}

/** Reads blocks within blocks. What does not parse is passed over: Terraform reports it and does nothing. */
class BodyReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(depth: number): Body {
    const body = { arguments: [] as Argument[], blocks: [] as Block[] };
    while (this.#next < this.#tokens.length) {
      const token = this.#tokens[this.#next++];
      if (token?.kind === "close") break;
      if (token?.kind !== "word") continue;
      if (this.#tokens[this.#next]?.kind === "equals") {
        this.#next++;
        body.arguments.push({ name: token.text, expression: this.#expression() });
        continue;
      }
      const labels: string[] = [];
      for (let label = this.#label(); label !== undefined; label = this.#label()) labels.push(label);
      if (this.#tokens[this.#next]?.kind !== "open" || depth >= DEPTH_MAX) continue;
      this.#next++;
      body.blocks.push({ type: token.text, labels, at: token.at, body: this.read(depth + 1) });
    }
    return body;
  }

  #label(): string | undefined {
    const token = this.#tokens[this.#next];
    if (token?.kind !== "word" && token?.kind !== "string") return undefined;
    if (token.startsLine) return undefined;
    this.#next++;
    return token.text;
  }

  /** Up to the end of the line, or of the lines that the groups in it span. */
  #expression(): readonly Token[] {
    const start = this.#next;
    let depth = 0;
    for (; this.#next < this.#tokens.length; this.#next++) {
      const token = this.#tokens[this.#next];
      if (token === undefined) break;
      const step = nesting(token);
      const isEnd = depth === 0 && (step < 0 || (token.startsLine && this.#next > start));
      if (isEnd) break;
      depth = Math.max(0, depth + step);
    }
    return this.#tokens.slice(start, this.#next);
  }
}

/** The blocks and arguments of a `.tf` or `.tfvars` file. */
export function parseBody(text: string): Body {
  return new BodyReader(tokensOf(text)).read(0);
}
