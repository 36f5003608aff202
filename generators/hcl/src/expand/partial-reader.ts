import { canonicalJson, isJsonObject, type JsonValue } from "@apex/core";
import { attributeOf } from "../configuration/module-definition.ts";
import type { Interpreter, Scope } from "../evaluate/interpreter.ts";
import { toJson, toText, type Value } from "../evaluate/value.ts";
import {
  type Call,
  type Expression,
  type ObjectLiteral,
  type Template,
  type TemplatePart,
  textOf,
} from "../syntax/expression.ts";

/** Expressions and references read inside one another; what lies deeper stands as its text. */
const DEPTH_MAX = 100;

/** An expression as the text that stands for a value that is not known. */
function placeholder(expression: Expression): string {
  return `\${${textOf(expression).replace(/\s+/g, " ")}}`;
}

/** Reads expressions of which a part is not known: the rest is read all the same. */
export class PartialReader {
  private readonly interpreter: Interpreter;

  constructor(interpreter: Interpreter) {
    this.interpreter = interpreter;
  }

  /** The value, with the expressions of what is not known in their places as texts `${…}`. */
  read(expression: Expression, scope: Scope, depth = 0): JsonValue {
    const value = this.interpreter.define(expression, scope);
    const json = toJson(value);
    if (json !== undefined) return json;
    if (depth > DEPTH_MAX || !this.interpreter.spend(1)) return placeholder(expression);
    const read = (inner: Expression): JsonValue => this.read(inner, scope, depth + 1);
    switch (expression.kind) {
      case "parentheses":
        return read(expression.inner);
      case "tuple":
        return expression.items.map(read);
      case "object":
        return this.object(expression, scope, depth);
      case "template":
        return this.template(expression, scope, depth);
      case "call":
        return this.call(expression, read);
      case "attribute": {
        const definition = this.definition(expression, scope);
        if (definition !== undefined) return this.read(definition.expression, definition.scope, depth + 1);
        return known(value) ?? placeholder(expression);
      }
      default:
        return known(value) ?? placeholder(expression);
    }
  }

  private object(expression: ObjectLiteral, scope: Scope, depth: number): JsonValue {
    return Object.fromEntries(
      expression.items.map(({ name, key, value }) => {
        const isPlain = key.kind === "root" || key.kind === "literal";
        const text = isPlain ? name : toText(this.interpreter.evaluate(key, scope));
        return [text ?? placeholder(key), this.read(value, scope, depth + 1)];
      }),
    );
  }

  private template(expression: Template, scope: Scope, depth: number): JsonValue {
    const [only] = expression.parts;
    if (expression.parts.length === 1 && only?.kind === "interpolation")
      return this.read(only.expression, scope, depth + 1);
    return expression.parts.map((part) => this.templatePart(part, scope, depth)).join("");
  }

  private templatePart(part: TemplatePart, scope: Scope, depth: number): string {
    if (part.kind === "text") return part.value;
    if (part.kind !== "interpolation") return textOf(part);
    const value = this.read(part.expression, scope, depth + 1);
    return typeof value === "object" ? placeholder(part.expression) : String(value);
  }

  private call(expression: Call, read: (inner: Expression) => JsonValue): JsonValue {
    const [first] = expression.arguments;
    if (expression.name === "jsonencode" && first !== undefined) return canonicalJson(read(first));
    if (expression.expand) return placeholder(expression);
    const values = expression.arguments.map(read);
    const lists = values.filter((value): value is readonly JsonValue[] => Array.isArray(value));
    if (expression.name === "concat" && lists.length === values.length) return lists.flat();
    if (expression.name === "merge" && values.every(isJsonObject))
      return Object.fromEntries(values.flatMap((value) => Object.entries(value)));
    return placeholder(expression);
  }

  /** Where the value of `local.x` or `var.x` is written. */
  private definition(
    expression: Extract<Expression, { kind: "attribute" }>,
    scope: Scope,
  ): { readonly expression: Expression; readonly scope: Scope } | undefined {
    const { of, name } = expression;
    const { definition, parent } = scope.module;
    if (of.kind !== "root" || scope.bindings?.has(of.name) === true) return undefined;
    if (of.name === "local") {
      const written = definition.locals.get(name)?.value;
      return written && { expression: written, scope: { module: scope.module } };
    }
    if (of.name !== "var") return undefined;
    const argument = parent && attributeOf(parent.call.block.body, name)?.value;
    if (argument !== undefined) return { expression: argument, scope: parent?.scope ?? scope };
    const assigned = parent === undefined ? this.interpreter.configuration.assignments.get(name) : undefined;
    const written =
      assigned?.kind === "file" ? assigned.value : definition.variables.get(name)?.default?.value;
    return written && { expression: written, scope: { module: scope.module } };
  }
}

/** The known parts of a list or an object that an expression made. */
function known(value: Value): JsonValue | undefined {
  if (value.kind === "list") return value.items.map((item) => toJson(item) ?? known(item) ?? "${unknown}");
  if (value.kind !== "object") return undefined;
  return Object.fromEntries(
    [...value.entries].map(([key, entry]) => [key, toJson(entry) ?? known(entry) ?? "${unknown}"]),
  );
}
