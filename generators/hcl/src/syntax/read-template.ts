import type { Expression, Located, TemplatePart } from "./expression.ts";
import type { SourceText } from "./source-text.ts";
import { stripIndentation } from "./strip-indentation.ts";
import type { SyntaxNode } from "./syntax-node.ts";

/** Reads the expression inside an interpolation or directive. */
export type ReadExpression = (node: SyntaxNode, depth: number) => Expression;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** What the inside of a quoted string means: backslash escapes, `$${` and `%%{`. Terraform's strings are in NFC. */
export function unescapeQuoted(raw: string): string {
  if (!/[\\$%]/.test(raw)) return raw.normalize("NFC");
  const text = raw.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{/gs,
    (whole: string, ...groups: (string | undefined)[]) => {
      const [short, long, simple, marker] = groups;
      if (marker !== undefined) return `${marker}{`;
      const code = short ?? long;
      if (code === undefined) return SIMPLE_ESCAPES[simple ?? ""] ?? whole;
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
  return text.normalize("NFC");
}

/** What a stretch of a heredoc means: no backslash escapes there. */
function unescapeHeredoc(raw: string): string {
  return raw.replace(/([$%])\1\{/g, "$1{").normalize("NFC");
}

/** A stretch of a template's text; `left` and `right` are the tags around it, which may strip its white space. */
interface TextRange {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
}

interface RawPart {
  readonly node?: SyntaxNode;
  readonly start: number;
  readonly end: number;
}

/** The grammar drops white space around the pieces of a template: everything between two of them is text. */
function split(nodes: readonly SyntaxNode[], start: number, end: number): RawPart[] {
  const parts: RawPart[] = [];
  let at = start;
  for (const node of nodes) {
    if (node.type === "template_literal" || node.start < at) continue;
    if (node.start > at) parts.push({ start: at, end: node.start });
    parts.push({ node, start: node.start, end: node.end });
    at = node.end;
  }
  if (end > at) parts.push({ start: at, end });
  return parts;
}

const hasStrip = (node: SyntaxNode | undefined, side: "left" | "right"): boolean => {
  if (node === undefined) return false;
  const index = node.children.findIndex((child) => child.type === "strip_marker");
  if (index === -1) return false;
  if (side === "left") return index === 1;
  return node.children.at(-2)?.type === "strip_marker";
};

/** The node whose strip marker faces the text on its left or right: the outer tags of an `if` or `for`. */
function edge(part: RawPart | undefined, side: "left" | "right"): SyntaxNode | undefined {
  let node = part?.node;
  while (
    node !== undefined &&
    (node.type === "template_directive" || /^template_(if|for)$/.test(node.type))
  ) {
    node = side === "left" ? node.children[0] : node.children.at(-1);
  }
  return node;
}

/** Reads templates of one file: quoted strings and heredocs. */
export class TemplateReader {
  private readonly source: SourceText;
  private readonly readExpression: ReadExpression;

  constructor(source: SourceText, readExpression: ReadExpression) {
    this.source = source;
    this.readExpression = readExpression;
  }

  /** The parts between the quotes. */
  quoted(node: SyntaxNode, depth: number): TemplatePart[] {
    const inner = node.children.slice(1, -1);
    return this.parts(inner, { start: node.start + 1, end: node.end - 1, depth }, unescapeQuoted);
  }

  /** The parts between the line of the opening marker and the closing marker. */
  heredoc(node: SyntaxNode, depth: number): TemplatePart[] {
    const { text } = this.source;
    const marker = node.children.at(-1);
    const opening = node.children[1];
    if (marker === undefined || opening === undefined) return [];
    const start = text.indexOf("\n", opening.end) + 1;
    const end = text.lastIndexOf("\n", marker.start) + 1;
    if (start === 0 || end < start) return [];
    const parts = this.parts(node.children.slice(2, -1), { start, end, depth }, unescapeHeredoc);
    return text.slice(node.start, opening.start).trim() === "<<-" ? stripIndentation(parts) : parts;
  }

  private parts(
    nodes: readonly SyntaxNode[],
    range: TextRange,
    unescape: (raw: string) => string,
  ): TemplatePart[] {
    const raw = split(nodes, range.start, range.end);
    return raw.flatMap((part, index): TemplatePart[] => {
      const located = { source: this.source, start: part.start, end: part.end };
      if (part.node !== undefined)
        return this.directive(part.node, located, { depth: range.depth, unescape });
      const [left, right] = [raw[index - 1], raw[index + 1]];
      return this.texts(part, unescape, {
        left: hasStrip(left ? edge(left, "right") : range.left, "right"),
        right: hasStrip(right ? edge(right, "left") : range.right, "left"),
      });
    });
  }

  /** Text line by line, as HCL's scanner cuts it: a strip marker reaches to the end of the line next to it, no further. */
  private texts(
    part: RawPart,
    unescape: (raw: string) => string,
    strip: { readonly left: boolean; readonly right: boolean },
  ): TemplatePart[] {
    const lines = this.source.text.slice(part.start, part.end).split(/(?<=\n)/);
    let start = part.start;
    return lines.map((line, at) => {
      let value = unescape(line);
      if (strip.left && at === 0) value = value.trimStart();
      if (strip.right && at === lines.length - 1) value = value.trimEnd();
      const located = { source: this.source, start, end: start + line.length };
      start += line.length;
      return { kind: "text", value, ...located };
    });
  }

  private directive(
    node: SyntaxNode,
    located: Located,
    context: { readonly depth: number; readonly unescape: (raw: string) => string },
  ): TemplatePart[] {
    const { depth, unescape } = context;
    if (node.type === "template_interpolation") {
      const inner = node.children.find((child) => child.type === "expression");
      return inner === undefined
        ? []
        : [{ kind: "interpolation", expression: this.readExpression(inner, depth + 1), ...located }];
    }
    const directive = node.type === "template_directive" ? node.children[0] : node;
    if (directive === undefined || directive.broken) return [];
    const between = (from: number, to: number): TemplatePart[] => {
      const first = directive.children[from];
      const last = directive.children[to];
      if (first === undefined || last === undefined) return [];
      const range = { start: first.end, end: last.start, depth: depth + 1, left: first, right: last };
      return this.parts(directive.children.slice(from + 1, to), range, unescape);
    };
    const last = directive.children.length - 1;
    const intro = directive.children[0];
    const condition = intro?.children.find((child) => child.type === "expression");
    if (intro === undefined || condition === undefined) return [];
    const expression = this.readExpression(condition, depth + 1);
    if (directive.type === "template_if") {
      const other = directive.children.findIndex((child) => child.type === "template_else_intro");
      const whenTrue = between(0, other === -1 ? last : other);
      const whenFalse = other === -1 ? [] : between(other, last);
      return [{ kind: "if", condition: expression, whenTrue, whenFalse, ...located }];
    }
    const names = intro.children
      .filter((child) => child.type === "identifier")
      .map((child) => this.slice(child));
    const item = names.at(-1) ?? "";
    const key = names.length > 1 ? names[0] : undefined;
    const body = between(0, last);
    return [
      {
        kind: "for-each",
        collection: expression,
        item,
        body,
        ...(key === undefined ? {} : { key }),
        ...located,
      },
    ];
  }

  private slice(node: SyntaxNode): string {
    return this.source.text.slice(node.start, node.end);
  }
}
