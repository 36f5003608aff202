import { type Diagnostic, InvariantError } from "@apex/core";
import { Language, Parser } from "web-tree-sitter";
import { FILE_LENGTH_MAX } from "../limits.ts";
import type { Attribute, Block, Body, Expression } from "./expression.ts";
import { ExpressionReader } from "./read-expression.ts";
import { unescapeQuoted } from "./read-template.ts";
import { SourceText } from "./source-text.ts";
import { copyTree, type SyntaxNode } from "./syntax-node.ts";

/** A file as read. When it has syntax errors, `body` holds what could be made out around them. */
export interface ParsedFile {
  readonly source: SourceText;
  readonly body: Body;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads HCL text with every token's place. Never throws on bad input: errors are in {@link ParsedFile.diagnostics}. */
export interface HclParser {
  parse(file: string, text: string): ParsedFile;
  /** One expression alone, as given to `-var`. */
  parseExpression(file: string, text: string): Expression;
}

/** Syntax errors listed per file: the first ones matter, the rest follow from them. */
const SYNTAX_ERRORS_MAX = 20;

/** web-tree-sitter keeps one runtime for all: two that start at once would each put theirs in the place of the other's. */
let runtimeStarted: Promise<void> | undefined;

/**
 * Loads the grammar. Both arguments are the bytes of WebAssembly modules: web-tree-sitter's own runtime, and
 * `tree-sitter-terraform.wasm` of `@tree-sitter-grammars/tree-sitter-hcl`.
 */
export async function createHclParser(modules: {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}): Promise<HclParser> {
  runtimeStarted ??= Parser.init({ wasmBinary: modules.runtime });
  await runtimeStarted;
  const language = await Language.load(modules.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return {
    parse: (file, text) => parseFile(parser, new SourceText(file, text)),
    parseExpression(file, text) {
      const parsed = parseFile(parser, new SourceText(file, `value = ${text}`));
      const value = parsed.body.attributes[0]?.value;
      const source = new SourceText(file, text);
      const isWhole = parsed.diagnostics.length === 0 && parsed.body.attributes.length === 1;
      if (value !== undefined && isWhole) return value;
      return { kind: "invalid", reason: "not a Terraform expression", source, start: 0, end: text.length };
    },
  };
}

function parseFile(parser: Parser, source: SourceText): ParsedFile {
  const empty: Body = { attributes: [], blocks: [] };
  if (source.text.length > FILE_LENGTH_MAX) {
    const summary = `The file is longer than ${FILE_LENGTH_MAX} characters and was not read`;
    return { source, body: empty, diagnostics: [error(source, 0, "file-too-long", summary)] };
  }
  if (/^\uFEFF?\s*\{/.test(source.text)) {
    const summary = "Syntax error: the file is JSON, not HCL";
    return { source, body: empty, diagnostics: [error(source, 0, "hcl-syntax", summary)] };
  }
  const whole = parsePiece(parser, source, { start: 0, end: source.text.length });
  if (!whole.diagnostics.some(({ code }) => code === "hcl-syntax")) return { source, ...whole };
  return { source, ...(parsePieces(parser, source) ?? whole) };
}

interface Piece {
  readonly body: Body;
  readonly diagnostics: readonly Diagnostic[];
}

function parsePiece(
  parser: Parser,
  source: SourceText,
  range: { readonly start: number; readonly end: number },
): Piece {
  const text = source.text.slice(range.start, range.end);
  const tree = parser.parse(readable(text));
  if (tree === null) throw new InvariantError("the HCL grammar was not loaded");
  const root = copyTree(tree, text, range.start);
  tree.delete();
  const reader = new BodyReader(source);
  const body = reader.body(root.children.find((child) => child.type === "body"));
  return { body, diagnostics: [...syntaxErrors(root, source), ...reader.diagnostics] };
}

/**
 * After an error the grammar may lose its way for the rest of the file. People and formatters write the closing brace of
 * a top-level block at the start of a line: read piece by piece up to those, an error costs only its own piece.
 * `undefined` when no piece has an error, which means that the pieces were cut in the wrong places.
 */
function parsePieces(parser: Parser, source: SourceText): Piece | undefined {
  const ends = Array.from(
    source.text.matchAll(/^\}[^\n]*(\n|$)/gm),
    (match) => match.index + match[0].length,
  );
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  const diagnostics: Diagnostic[] = [];
  let start = 0;
  for (const end of [...ends, source.text.length]) {
    const piece = parsePiece(parser, source, { start, end });
    attributes.push(...piece.body.attributes);
    blocks.push(...piece.body.blocks);
    diagnostics.push(...piece.diagnostics);
    start = end;
  }
  return diagnostics.length === 0
    ? undefined
    : { body: { attributes, blocks }, diagnostics: diagnostics.slice(0, SYNTAX_ERRORS_MAX) };
}

/**
 * The grammar does not know numbers such as `1e3` and takes the end of `$$${` for an interpolation. It is given other
 * characters of the same length; all values are read from the true text, so that strings and comments that look alike
 * lose nothing.
 */
function readable(text: string): string {
  return text
    .replace(/\b\d+[eE][+-]?\d+\b/g, (number) => "1".repeat(number.length))
    .replace(/([$%])\1{2,}(?=\{)/g, (run, marker: string) => "_".repeat(run.length - 2) + marker + marker);
}

function error(source: SourceText, offset: number, code: string, summary: string): Diagnostic {
  return { severity: "error", code, summary, source: { file: source.file, ...source.position(offset) } };
}

function syntaxErrors(root: SyntaxNode, source: SourceText): Diagnostic[] {
  const found: Diagnostic[] = [];
  const pending = [root];
  for (
    let node = pending.pop();
    node !== undefined && found.length < SYNTAX_ERRORS_MAX;
    node = pending.pop()
  ) {
    if (node.broken) {
      const text = source.text.slice(node.start, node.end).split("\n")[0]?.slice(0, 40) ?? "";
      const what = node.type === "ERROR" ? `unexpected ${JSON.stringify(text)}` : "something is missing";
      found.push(error(source, node.start, "hcl-syntax", `Syntax error: ${what}`));
    } else {
      for (let index = node.children.length - 1; index >= 0; index--) {
        const child = node.children[index];
        if (child !== undefined) pending.push(child);
      }
    }
  }
  return found;
}

/** Blocks within blocks; deeper ones are left out with a diagnostic. */
const BLOCK_DEPTH_MAX = 50;

class BodyReader {
  readonly diagnostics: Diagnostic[] = [];
  private readonly source: SourceText;
  private readonly expressions: ExpressionReader;

  constructor(source: SourceText) {
    this.source = source;
    this.expressions = new ExpressionReader(source);
  }

  body(node: SyntaxNode | undefined, depth = 0): Body {
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    const names = new Set<string>();
    for (const child of node?.children ?? []) {
      if (child.type === "attribute") {
        const attribute = this.attribute(child);
        if (attribute === undefined) continue;
        if (names.has(attribute.name)) {
          const summary = `The attribute ${attribute.name} is set twice in one block`;
          this.diagnostics.push(error(this.source, attribute.start, "hcl-duplicate", summary));
        }
        names.add(attribute.name);
        attributes.push(attribute);
      } else if (child.type === "block") {
        const block = this.block(child, depth);
        if (block !== undefined) blocks.push(block);
      }
    }
    return { attributes, blocks };
  }

  private attribute(node: SyntaxNode): Attribute | undefined {
    const name = node.children[0];
    const value = node.children.at(-1);
    if (name === undefined || value?.type !== "expression") return undefined;
    const located = { source: this.source, start: node.start, end: node.end };
    const read = this.expressions.read(value);
    return {
      name: this.source.text.slice(name.start, name.end),
      value: this.endsItsLine(node.end) ? read : this.misread(read),
      ...located,
    };
  }

  /** The grammar does not know that a line break ends an attribute: `a = 1 b = 2` would be read as two. */
  private endsItsLine(end: number): boolean {
    const rest = this.source.text.slice(end, this.source.lineEnd(end));
    return /^\s*($|#|\/\/|\/\*|\})/.test(rest);
  }

  private misread(read: Expression): Expression {
    const { source, end, start } = read;
    this.diagnostics.push(
      error(source, end, "hcl-syntax", "Syntax error: an attribute must be followed by a line break"),
    );
    return { kind: "invalid", reason: "a syntax error", source, start, end };
  }

  private block(node: SyntaxNode, depth: number): Block | undefined {
    const type = node.children[0];
    const open = node.children.find((child) => child.type === "block_start");
    const close = node.children.at(-1);
    if (type === undefined || open === undefined || close?.type !== "block_end") return undefined;
    if (depth > BLOCK_DEPTH_MAX) {
      const summary = `Blocks nested more than ${BLOCK_DEPTH_MAX} levels deep are not read`;
      this.diagnostics.push(error(this.source, node.start, "hcl-too-deep", summary));
      return undefined;
    }
    const labels = node.children
      .slice(1)
      .filter((child) => child.type === "string_lit" || child.type === "identifier")
      .map((child) => {
        const text = this.source.text.slice(child.start, child.end);
        return child.type === "string_lit" ? unescapeQuoted(text.slice(1, -1)) : text;
      });
    return {
      type: this.source.text.slice(type.start, type.end),
      labels,
      body: this.body(
        node.children.find((child) => child.type === "body"),
        depth + 1,
      ),
      open: open.start,
      close: close.start,
      source: this.source,
      start: node.start,
      end: node.end,
    };
  }
}
