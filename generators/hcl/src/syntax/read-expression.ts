import { NESTING_DEPTH_MAX } from "../limits.ts";
import type { Conditional, Expression, ForExpression, ObjectItem, Splat } from "./expression.ts";
import { TemplateReader, unescapeQuoted } from "./read-template.ts";
import type { SourceText } from "./source-text.ts";
import type { SyntaxNode } from "./syntax-node.ts";

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Turns the concrete syntax of one file into {@link Expression}s. */
export class ExpressionReader {
  private readonly source: SourceText;
  private readonly templates: TemplateReader;

  constructor(source: SourceText) {
    this.source = source;
    this.templates = new TemplateReader(source, (node, depth) => this.read(node, depth));
  }

  /** Reads an `expression` node. `depth` counts the nesting so far. */
  read(node: SyntaxNode, depth = 0): Expression {
    return this.sequence(node.children, node, depth + 1);
  }

  private invalid(range: Range, reason: string): Expression {
    return { kind: "invalid", reason, ...this.at(range) };
  }

  private at(range: Range): { source: SourceText; start: number; end: number } {
    return { source: this.source, start: range.start, end: range.end };
  }

  private text(range: Range): string {
    return this.source.text.slice(range.start, range.end);
  }

  /** A first term followed by `.name`, `[key]` and splats: the grammar lays them side by side. */
  private sequence(nodes: readonly SyntaxNode[], whole: Range, depth: number): Expression {
    if (depth > NESTING_DEPTH_MAX)
      return this.invalid(whole, `nested more than ${NESTING_DEPTH_MAX} levels deep`);
    const [first, ...rest] = nodes;
    if (first === undefined) return this.invalid(whole, "nothing is written here");
    if (nodes.some((node) => node.broken)) return this.invalid(whole, "a syntax error");
    let postfix = rest;
    let term: Expression;
    if (first.type === "(") {
      const inner = rest[0];
      if (inner === undefined) return this.invalid(whole, "a syntax error");
      const end = rest[1]?.end ?? inner.end;
      term = {
        kind: "parentheses",
        inner: this.read(inner, depth),
        ...this.at({ start: first.start, end }),
      };
      postfix = rest.slice(2);
    } else {
      term = this.term(first, depth);
    }
    // Each step adds one level to the tree although it is read in a loop.
    if (postfix.length > NESTING_DEPTH_MAX)
      return this.invalid(whole, `more than ${NESTING_DEPTH_MAX} steps in one traversal`);
    for (const node of postfix) term = this.postfix(term, node, depth);
    return term;
  }

  private term(node: SyntaxNode, depth: number): Expression {
    const child = node.children[0];
    switch (node.type) {
      case "literal_value":
        return child === undefined ? this.invalid(node, "a syntax error") : this.literal(child);
      case "variable_expr":
        return { kind: "root", name: this.text(node), ...this.at(node) };
      case "template_expr":
        return child === undefined ? this.invalid(node, "a syntax error") : this.template(child, depth);
      case "collection_value":
        return child === undefined ? this.invalid(node, "a syntax error") : this.collection(child, depth);
      case "function_call":
        return this.call(node, depth);
      case "for_expr":
        return child === undefined ? this.invalid(node, "a syntax error") : this.forExpression(child, depth);
      case "conditional":
        return this.conditional(node, depth);
      case "operation":
        return child === undefined ? this.invalid(node, "a syntax error") : this.operation(child, depth);
      case "expression":
        return this.read(node, depth);
      default:
        return this.invalid(node, "a syntax error");
    }
  }

  private literal(node: SyntaxNode): Expression {
    const raw = this.text(node);
    const located = { kind: "literal", form: "hcl", ...this.at(node) } as const;
    switch (node.type) {
      case "numeric_lit":
        return { ...located, value: Number(raw) };
      case "bool_lit":
        return { ...located, value: raw === "true" };
      case "null_lit":
        return { ...located, value: null };
      default:
        return { ...located, value: unescapeQuoted(raw.slice(1, -1)) };
    }
  }

  private template(node: SyntaxNode, depth: number): Expression {
    const heredoc = node.type === "heredoc_template";
    const parts = heredoc ? this.templates.heredoc(node, depth) : this.templates.quoted(node, depth);
    return { kind: "template", heredoc, parts, ...this.at(node) };
  }

  private collection(node: SyntaxNode, depth: number): Expression {
    if (node.children.some((child) => child.broken)) return this.invalid(node, "a syntax error");
    if (node.type === "tuple") {
      const items = node.children
        .filter((child) => child.type === "expression")
        .map((child) => this.read(child, depth));
      return { kind: "tuple", items, ...this.at(node) };
    }
    const items = node.children
      .filter((child) => child.type === "object_elem")
      .flatMap((child) => this.objectItem(child, depth));
    return { kind: "object", form: "hcl", items, ...this.at(node) };
  }

  private objectItem(node: SyntaxNode, depth: number): ObjectItem[] {
    const [keyNode, , valueNode] = node.children;
    if (keyNode === undefined || valueNode === undefined) return [];
    const key = this.read(keyNode, depth);
    const value = this.read(valueNode, depth);
    const name =
      key.kind === "root"
        ? key.name
        : key.kind === "literal" && key.value !== null
          ? String(key.value)
          : undefined;
    return [{ key, value, ...(name === undefined ? {} : { name }), ...this.at(node) }];
  }

  private call(node: SyntaxNode, depth: number): Expression {
    const name = node.children[0];
    const list = node.children.find((child) => child.type === "function_arguments");
    const nodes = list?.children ?? [];
    const values = nodes
      .filter((child) => child.type === "expression")
      .map((child) => this.read(child, depth));
    return {
      kind: "call",
      name: name === undefined ? "" : this.text(name),
      arguments: values,
      expand: nodes.some((child) => child.type === "ellipsis"),
      ...this.at(node),
    };
  }

  private forExpression(node: SyntaxNode, depth: number): Expression {
    const intro = node.children.find((child) => child.type === "for_intro");
    const collection = intro?.children.find((child) => child.type === "expression");
    const names = (intro?.children ?? [])
      .filter((child) => child.type === "identifier")
      .map((child) => this.text(child));
    const values = node.children
      .filter((child) => child.type === "expression")
      .map((child) => this.read(child, depth));
    const condition = node.children
      .find((child) => child.type === "for_cond")
      ?.children.find((child) => child.type === "expression");
    const value = values.at(-1);
    const itemName = names.at(-1);
    if (collection === undefined || value === undefined || itemName === undefined)
      return this.invalid(node, "a syntax error");
    const result: ForExpression = {
      kind: "for",
      itemName,
      collection: this.read(collection, depth),
      value,
      grouped: node.children.some((child) => child.type === "ellipsis"),
      ...(names.length > 1 && names[0] !== undefined ? { keyName: names[0] } : {}),
      ...(node.type === "for_object_expr" && values[0] !== undefined ? { key: values[0] } : {}),
      ...(condition === undefined ? {} : { condition: this.read(condition, depth) }),
      ...this.at(node),
    };
    return result;
  }

  private conditional(node: SyntaxNode, depth: number): Expression {
    const [condition, , whenTrue, , whenFalse] = node.children;
    if (condition === undefined || whenTrue === undefined || whenFalse === undefined)
      return this.invalid(node, "a syntax error");
    return this.rotate({
      kind: "conditional",
      condition: this.read(condition, depth),
      whenTrue: this.read(whenTrue, depth),
      whenFalse: this.read(whenFalse, depth),
      ...this.at(node),
    });
  }

  /** The grammar groups `a ? b : c ? d : e` to the left; HCL groups it to the right. */
  private rotate(node: Conditional): Conditional {
    if (node.condition.kind !== "conditional") return node;
    const left = node.condition;
    const { whenFalse } = left;
    const rest = this.rotate({ ...node, condition: whenFalse, start: whenFalse.start });
    return { ...left, whenFalse: rest, end: node.end };
  }

  private operation(node: SyntaxNode, depth: number): Expression {
    if (node.type === "unary_operation") {
      const [operator, ...rest] = node.children;
      if (operator === undefined) return this.invalid(node, "a syntax error");
      const range = { start: rest[0]?.start ?? node.start, end: node.end };
      const operand = this.sequence(rest, range, depth + 1);
      // A negative number is one token to a reader, and so it is edited as one.
      if (operator.type === "-" && operand.kind === "literal" && typeof operand.value === "number")
        return { ...operand, value: -operand.value, start: node.start };
      return { kind: "unary", operator: operator.type, operand, ...this.at(node) };
    }
    const split = node.children.findIndex((child) => BINARY_OPERATORS.has(child.type));
    const operator = node.children[split];
    const before = node.children.slice(0, split);
    const after = node.children.slice(split + 1);
    const first = after[0];
    if (operator === undefined || first === undefined || split < 1)
      return this.invalid(node, "a syntax error");
    const leftEnd = before.at(-1)?.end ?? operator.start;
    return {
      kind: "binary",
      operator: operator.type,
      left: this.sequence(before, { start: node.start, end: leftEnd }, depth + 1),
      right: this.sequence(after, { start: first.start, end: node.end }, depth + 1),
      ...this.at(node),
    };
  }

  private postfix(of: Expression, node: SyntaxNode, depth: number): Expression {
    const located = this.at({ start: of.start, end: node.end });
    if (node.type === "get_attr") {
      const name = node.children.at(-1);
      return { kind: "attribute", of, name: name === undefined ? "" : this.text(name), ...located };
    }
    const inner = node.children[0];
    if (inner === undefined || node.broken) return this.invalid(located, "a syntax error");
    if (node.type === "index") return { kind: "index", of, key: this.indexKey(inner, depth), ...located };
    if (node.type !== "splat") return this.invalid(located, "a syntax error");
    const steps: Splat["steps"] = inner.children.flatMap((child): (string | Expression)[] => {
      const last = child.children.at(-1);
      if (child.type === "get_attr" && last !== undefined) return [this.text(last)];
      const key = child.children[0];
      return child.type === "index" && key !== undefined ? [this.indexKey(key, depth)] : [];
    });
    return { kind: "splat", of, steps, ...located };
  }

  private indexKey(node: SyntaxNode, depth: number): Expression {
    if (node.type === "legacy_index") {
      const range = { start: node.start + 1, end: node.end };
      return { kind: "literal", form: "hcl", value: Number(this.text(range)), ...this.at(range) };
    }
    const inner = node.children.find((child) => child.type === "expression");
    return inner === undefined ? this.invalid(node, "a syntax error") : this.read(inner, depth);
  }
}

const BINARY_OPERATORS: ReadonlySet<string> = new Set([
  "*",
  "/",
  "%",
  "+",
  "-",
  ">",
  ">=",
  "<",
  "<=",
  "==",
  "!=",
  "&&",
  "||",
]);
