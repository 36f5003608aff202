import type { Token } from "../plan/hcl-lexer.ts";
import type { SourceText } from "../plan/collect-outside.ts";
import type { TrustFinding } from "./finding.ts";
import { lineOf } from "./line-of.ts";
import { mayRead, type Project } from "./project.ts";
import type { Scope, Texts } from "./scope.ts";
import { elementsOf, FOUND_NAME, resolvedPath, textsOf } from "./static-text.ts";
import { partsOf, templateParts } from "./template.ts";
import { closingOf, splitAt } from "./token-groups.ts";

/** Functions whose first argument is the path of a file that they read or look for. */
const READERS =
  /^(?:file|fileexists|fileset|filebase64|filemd5|filesha1|filesha256|filesha512|filebase64sha256|filebase64sha512|templatefile)$/;
const EXPRESSION_SHOWN_MAX = 80;
/** Pieces of a path, and of what a loop goes over; longer ones are not told. */
const PATH_PIECES_MAX = 200;
const LOOP_PIECES_MAX = 1_000;
const NESTING_MAX = 100;
/** `for a, b in`: the pieces between. */
const LOOP_NAMES_MAX = 4;

/** What holds for a whole configuration. */
export interface ScanSetting {
  readonly project: Project;
  /** The directories of all modules. */
  readonly modules: readonly string[];
  /** The texts of the templates that a path may mean; the last part of it is {@link FOUND_NAME} where any will do. */
  readonly templatesAt: (path: string) => readonly SourceText[];
  /** Paths of templates that have been scanned. */
  readonly scanned: Set<string>;
}

/** Where an expression stands. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** Of the pieces in the text: those of a template in a string count from its beginning. */
  readonly offset: number;
  readonly scope: Scope;
  /** How many loops and templates it stands in. */
  readonly depth?: number;
}

/** A finding, and in which file where that is another. */
export type ScanFinding = Omit<TrustFinding, "file"> & { readonly file?: string };

/** Looks through expressions for functions that read files. */
export class ExpressionScan {
  readonly #setting: ScanSetting;
  readonly #report: (finding: ScanFinding) => void;

  constructor(setting: ScanSetting, report: (finding: ScanFinding) => void) {
    this.#setting = setting;
    this.#report = report;
  }

  /** Reports what the expression reads where it may not. */
  scan(tokens: readonly Token[], outer: Source): void {
    const source = { ...outer, depth: (outer.depth ?? 0) + 1 };
    if (source.depth > NESTING_MAX) {
      return this.#add(
        "unknown-read",
        source,
        tokens[0]?.at ?? 0,
        "an expression is nested too deeply to be told",
      );
    }
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index];
      if (token?.kind === "string" || token?.kind === "heredoc") {
        for (const part of partsOf(token)) {
          if (part.kind === "literal") continue;
          this.scan(part.expression, { ...source, offset: source.offset + token.at + part.at });
        }
      } else if (token?.kind === "word" && token.text === "for") {
        const end = this.#loop(tokens, index, source);
        if (end !== undefined) index = end;
      } else if (token?.kind === "word") this.#call(tokens, index, source);
    }
  }

  /** The paths in the configuration of a local backend. */
  configured(
    config: readonly Token[],
    source: Source,
    block: { readonly name: string; readonly at: number },
  ): void {
    const { keys } = elementsOf(config, source.scope);
    const inner = config.slice(1, -1);
    const starts = inner.flatMap((token, index) => {
      const isKey = token.kind === "word" || token.kind === "string" || token.kind === "heredoc";
      return isKey &&
        (token.text === "path" || token.text === "workspace_dir") &&
        isAssigned(inner[index + 1])
        ? [index + 2]
        : [];
    });
    if (starts.length === 0 && keys === null) {
      this.#add(
        "unknown-read",
        source,
        block.at,
        `${block.name} reads a file that only an evaluation would tell`,
      );
    }
    for (const start of starts) {
      const rest = splitAt(inner.slice(start), ",")[0] ?? [];
      const end = rest.findIndex((token, index) => index > 0 && token.startsLine);
      const expression = end < 0 ? rest : rest.slice(0, end);
      this.#check(
        { what: block.name, at: block.at, paths: textsOf(expression, source.scope), shown: "" },
        source,
      );
    }
  }

  /** `for a, b in COLLECTION : RESULT`: scans it with its names bound; gives the index of its last piece. */
  #loop(tokens: readonly Token[], start: number, source: Source): number | undefined {
    const names: string[] = [];
    let index = start + 1;
    for (; index < start + 1 + LOOP_NAMES_MAX; index++) {
      const token = tokens[index];
      if (token?.kind === "word" && token.text === "in") break;
      if (token?.kind === "word") names.push(token.text);
      else if (token?.kind !== "other" || token.text !== ",") return undefined;
    }
    const rest = tokens.slice(index + 1, index + 1 + LOOP_PIECES_MAX);
    const [collection = []] = splitAt(rest, ":");
    if (names.length === 0 || tokens[index]?.kind !== "word" || collection.length === rest.length)
      return undefined;
    const { keys, values, items } = elementsOf(collection, source.scope);
    const last = names.at(-1) ?? "";
    const bound = new Map([...source.scope.bound, [last, { values, items }]]);
    if (names.length > 1) bound.set(names[0] ?? "", { values: keys, items: [] });
    this.scan(collection, source);
    const resultAt = index + 1 + collection.length + 1;
    const end = endOfGroup(tokens, resultAt);
    this.scan(tokens.slice(resultAt, end), { ...source, scope: { ...source.scope, bound } });
    return end - 1;
  }

  #call(tokens: readonly Token[], index: number, source: Source): void {
    const [name, open] = [tokens[index], tokens[index + 1]];
    if (name?.kind !== "word" || open?.kind !== "other" || open.text !== "(") return;
    const isOurs = READERS.test(name.text) || name.text === "templatestring";
    if (!isOurs) return;
    const near = tokens.slice(index + 1, index + 1 + PATH_PIECES_MAX);
    const end = closingOf(near, 0);
    const given = splitAt(near.slice(1, end), ",");
    // What is cut off in the middle is not what is written.
    const args = end < near.length ? given : given.slice(0, -1);
    if (name.text === "templatestring") return this.#templateString(args[0] ?? [], name.at, source);
    const paths = textsOf(args[0] ?? [], source.scope);
    const shown = shownText(args[0] ?? [], source);
    this.#check({ what: `${name.text}(${shown})`, at: name.at, paths, shown }, source);
    if (name.text === "fileset") this.#pattern(args[1] ?? [], name.at, source);
    if (name.text === "templatefile") this.#templates(paths, source);
  }

  #check(
    read: { readonly what: string; readonly at: number; readonly paths: Texts; readonly shown: string },
    source: Source,
  ): void {
    const { project, modules } = this.#setting;
    if (read.paths === null) {
      this.#add(
        "unknown-read",
        source,
        read.at,
        `${read.what} reads a file that only an evaluation would tell`,
      );
      return;
    }
    const isOut = (path: string) =>
      path.startsWith("~") || !mayRead(project, resolvedPath(path, source.scope), modules);
    if (read.paths.some(isOut)) {
      this.#add("reads", source, read.at, `${read.what} reads outside of the configuration`);
    }
  }

  #pattern(pattern: readonly Token[], at: number, source: Source): void {
    const patterns = textsOf(pattern, source.scope);
    if (patterns?.every((each) => !each.split("/").includes("..") && !each.startsWith("/")) === true) return;
    const what = `fileset(…, ${shownText(pattern, source)}) may list files outside of the configuration`;
    this.#add(patterns === null ? "unknown-read" : "reads", source, at, what);
  }

  /** Templates call functions too. */
  #templates(paths: Texts, source: Source): void {
    for (const path of paths ?? []) {
      for (const template of this.#setting.templatesAt(resolvedPath(path, source.scope))) {
        if (this.#setting.scanned.has(template.path)) continue;
        this.#setting.scanned.add(template.path);
        this.#template(template, source.scope);
      }
    }
  }

  #template({ path, text }: SourceText, outer: Scope): void {
    const scope: Scope = {
      ...outer,
      local: () => undefined,
      variable: () => undefined,
      iterators: new Map(),
      bound: new Map(),
    };
    for (const part of templateParts(text, false)) {
      if (part.kind !== "literal") this.scan(part.expression, { path, text, offset: part.at, scope });
    }
  }

  #templateString(template: readonly Token[], at: number, source: Source): void {
    const texts = textsOf(template, source.scope);
    if (texts === null) {
      const what = `templatestring(${shownText(template, source)}) runs a template that only an evaluation would tell`;
      this.#add("unknown-read", source, at, what);
    }
    for (const text of texts ?? []) this.#template({ path: source.path, text }, source.scope);
  }

  #add(kind: TrustFinding["kind"], source: Source, at: number, what: string): void {
    this.#report({ kind, file: source.path, line: lineOf(source.text, source.offset + at), what });
  }
}

function isAssigned(token: Token | undefined): boolean {
  return token?.kind === "equals" || (token?.kind === "other" && token.text === ":");
}

/** The index of the piece that closes the group in which `from` stands. */
function endOfGroup(tokens: readonly Token[], from: number): number {
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index];
    const isOpening =
      token?.kind === "open" || (token?.kind === "other" && (token.text === "(" || token.text === "["));
    const isClosing =
      token?.kind === "close" || (token?.kind === "other" && (token.text === ")" || token.text === "]"));
    if (isClosing) return index;
    if (isOpening) index = closingOf(tokens, index);
  }
  return tokens.length;
}

/** An expression as it is written, on one line and not too long. */
function shownText(tokens: readonly Token[], source: Source): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (tokens.length === 1 && (first.kind === "string" || first.kind === "heredoc")) return quoted(first.text);
  const lastLength = "text" in last ? last.text.length : 1;
  const text = source.text.slice(
    source.offset + first.at - (first.kind === "string" ? 1 : 0),
    source.offset + last.at + lastLength + (last.kind === "string" ? 1 : 0),
  );
  return clipped(text.replace(/\s+/g, " "));
}

function quoted(text: string): string {
  return `"${clipped(text.replaceAll(FOUND_NAME, "…").replace(/\s+/g, " "))}"`;
}

function clipped(text: string): string {
  return text.length > EXPRESSION_SHOWN_MAX ? `${text.slice(0, EXPRESSION_SHOWN_MAX)}…` : text;
}
