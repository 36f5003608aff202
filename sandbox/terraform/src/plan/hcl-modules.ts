import { z } from "zod";

/** A call of a module as it is written: only what tells where its files are. */
export interface ModuleCall {
  readonly name: string;
  readonly source: string;
}

const JsonModules = z.object({
  module: z.record(z.string(), z.looseObject({ source: z.string().optional() })).optional(),
});

/** One piece of HCL that matters here. */
type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "open" | "close" | "other" };

const SPACE = /[\s,]+/y;
const COMMENT = /(?:#|\/\/)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const HEREDOC = /<<-?([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;

class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  next(): Token | undefined {
    while (this.#take(SPACE) !== null || this.#take(COMMENT) !== null);
    const character = this.#text[this.#at];
    if (character === undefined) return undefined;
    const word = this.#take(WORD);
    if (word !== null) return { kind: "word", text: word[0] };
    const heredoc = this.#take(HEREDOC);
    if (heredoc?.[1] !== undefined) return this.#skipHeredoc(heredoc[1]);
    if (character === '"') return { kind: "string", text: this.#string() };
    this.#at++;
    if (character === "{") return { kind: "open" };
    return { kind: character === "}" ? "close" : "other" };
  }

  #skipHeredoc(marker: string): Token {
    const end = new RegExp(`^[ \\t]*${marker}[ \\t]*\\r?$`, "gmu");
    end.lastIndex = this.#at;
    const match = end.exec(this.#text);
    this.#at = match === null ? this.#text.length : end.lastIndex;
    return { kind: "other" };
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

/** The module calls of a `.tf` file. What does not parse gives no call: Terraform reports it better. */
export function moduleCalls(text: string): readonly ModuleCall[] {
  const lexer = new Lexer(text);
  const calls: ModuleCall[] = [];
  let depth = 0;
  let name: string | undefined;
  let recent: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    const [first, second] = recent.slice(-2);
    if (token.kind === "open") {
      const isModule = depth === 0 && first?.kind === "word" && first.text === "module";
      if (isModule && second?.kind === "string") name = second.text;
      depth++;
    } else if (token.kind === "close") {
      depth = Math.max(0, depth - 1);
      if (depth === 0) name = undefined;
    } else if (token.kind === "string" && name !== undefined && depth === 1) {
      const isSource = first?.kind === "word" && first.text === "source" && second?.kind === "other";
      if (isSource) calls.push({ name, source: token.text });
    }
    recent = [...recent.slice(-1), token];
  }
  return calls;
}

/** The module calls of a `.tf.json` file. */
export function jsonModuleCalls(text: string): readonly ModuleCall[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const modules = JsonModules.safeParse(parsed);
  if (!modules.success) return [];
  return Object.entries(modules.data.module ?? {}).flatMap(([name, call]) =>
    call.source === undefined ? [] : [{ name, source: call.source }],
  );
}

/** Whether a module's source is a directory beside its caller. */
export function isLocalSource(source: string): boolean {
  return source === "." || source === ".." || source.startsWith("./") || source.startsWith("../");
}

const RELATIVE_STRING = /"((?:\$\{path\.(?:module|root|cwd)\}\/)?[^"\n$]*\.\.\/[^"\n]*)"/g;

/** Paths written in strings that lead out of their directory, cut before the first interpolation. */
export function outwardPaths(text: string): readonly string[] {
  return [...text.matchAll(RELATIVE_STRING)].flatMap(([, found = ""]) => {
    const path = found.replace(/^\$\{path\.(?:module|root|cwd)\}\//, "");
    const interpolation = path.indexOf("${");
    if (interpolation < 0) return [path];
    const folder = path.slice(0, path.lastIndexOf("/", interpolation) + 1);
    return folder === "" ? [] : [folder];
  });
}
