import { COLLECTION_ITEMS_MAX } from "../limits.ts";
import {
  type Conditional,
  type Expression,
  type ObjectLiteral,
  placeOf,
  type Splat,
} from "../syntax/expression.ts";
import { unreachable } from "@apex/core";
import { evaluateFor } from "./evaluate-for.ts";
import { evaluateTemplate } from "./evaluate-template.ts";
import { callFunction } from "./functions/call-function.ts";
import { tooMany } from "./functions/function-call.ts";
import type { Interpreter, Scope } from "./interpreter.ts";
import { evaluateBinary, evaluateUnary, toBoolValue } from "./operators.ts";
import { attributeOfValue, evaluateTraversal, indexOfValue } from "./references.ts";
import {
  failure,
  influenced,
  itemsOf,
  listOf,
  objectOf,
  scalar,
  toText,
  unknownValue,
  type Value,
  withStep,
} from "./value.ts";

/** Evaluates one expression; the interpreter adds memory, budget and depth around it. */
export function evaluateExpression(interpreter: Interpreter, node: Expression, scope: Scope): Value {
  switch (node.kind) {
    case "literal":
      return scalar(node.value, { kind: "literal", literal: node });
    case "template":
      return evaluateTemplate(interpreter, node, scope);
    case "object":
      return evaluateObject(interpreter, node, scope);
    case "tuple":
      if (node.items.length > COLLECTION_ITEMS_MAX) return tooMany("a list", []);
      return listOf(node.items.map((item) => interpreter.define(item, scope)));
    case "root":
    case "attribute":
    case "index":
      return evaluateTraversal(interpreter, node, scope);
    case "splat":
      return evaluateSplat(interpreter, node, scope);
    case "conditional":
      return evaluateConditional(interpreter, node, scope);
    case "unary":
      return evaluateUnary(interpreter, node, scope);
    case "binary":
      return evaluateBinary(interpreter, node, scope);
    case "for":
      return evaluateFor(interpreter, node, scope);
    case "call":
      return callFunction(interpreter, node, scope);
    case "parentheses":
      return interpreter.evaluate(node.inner, scope);
    case "invalid":
      return unknownValue(`${node.reason} (${placeOf(node)})`);
    default:
      return unreachable(node);
  }
}

function evaluateObject(interpreter: Interpreter, node: ObjectLiteral, scope: Scope): Value {
  if (node.items.length > COLLECTION_ITEMS_MAX) return tooMany("an object", []);
  const entries = new Map<string, Value>();
  const influences: Value[] = [];
  for (const item of node.items) {
    let key = item.key.kind === "root" || item.key.kind === "literal" ? item.name : undefined;
    if (key === undefined) {
      const value = interpreter.evaluate(item.key, scope);
      key = toText(value);
      if (key === undefined)
        return unknownValue(`an object key that is not known (${placeOf(item)})`, [value]);
      influences.push(value);
    }
    entries.set(key, interpreter.define(item.value, scope));
  }
  return objectOf(entries, influences, { kind: "collection", object: node });
}

function evaluateConditional(interpreter: Interpreter, node: Conditional, scope: Scope): Value {
  const condition = interpreter.evaluate(node.condition, scope);
  const bool = toBoolValue(condition);
  if (bool === undefined) {
    const branches = [node.whenTrue, node.whenFalse].map((branch) => interpreter.evaluate(branch, scope));
    const reason =
      condition.kind === "unknown" ? condition.reason : "the condition is not a bool Terraform can use";
    return { ...unknownValue(reason, [condition, ...branches]), trail: condition.trail };
  }
  const value = interpreter.evaluate(bool ? node.whenTrue : node.whenFalse, scope);
  const label = `condition is ${bool} (${placeOf(node.condition)})`;
  return influenced(withStep(value, { label }), [condition]);
}

function evaluateSplat(interpreter: Interpreter, node: Splat, scope: Scope): Value {
  const source = interpreter.evaluate(node.of, scope);
  if (source.kind === "unknown") return source;
  const isNull = source.kind === "scalar" && source.scalar === null;
  const items = source.kind === "list" ? itemsOf(source) : isNull ? [] : [source];
  const results = items.map((item) =>
    node.steps.reduce<Value>(
      (value, step) =>
        typeof step === "string"
          ? attributeOfValue(value, step)
          : indexOfValue(value, interpreter.evaluate(step, scope)),
      item,
    ),
  );
  const error = results.find((value) => value.kind === "unknown" && value.isError);
  return error === undefined ? listOf(results, source.influences) : failure("a splat that fails", [error]);
}
