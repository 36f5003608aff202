import { COLLECTION_ITEMS_MAX } from "../limits.ts";
import type { ForExpression } from "../syntax/expression.ts";
import { tooMany } from "./functions/function-call.ts";
import type { Interpreter, Scope } from "./interpreter.ts";
import { toBoolValue } from "./operators.ts";
import {
  computed,
  entriesOf,
  failure,
  firstUnknown,
  itemsOf,
  listOf,
  objectOf,
  shaped,
  shapesOf,
  toText,
  unknownValue,
  type Value,
} from "./value.ts";

function pairs(collection: Value): [Value, Value][] | undefined {
  if (collection.kind === "list") {
    return itemsOf(collection).map((item, at) => [
      collection.isSet ? item : computed(at, "an index", []),
      item,
    ]);
  }
  if (collection.kind !== "object") return undefined;
  return entriesOf(collection)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [computed(key, "a key", []), item]);
}

/** What stands for the whole `for` when one of its parts is not known or wrong. */
function stop(value: Value, what: string): Value {
  const unknown = firstUnknown(value);
  if (unknown?.kind === "unknown") return unknown;
  return unknown === undefined ? failure(what, [value]) : unknownValue("an attribute of a resource", [value]);
}

/** Evaluates `[for …]` and `{ for … }`; what the items hand on keeps the place where it is written. */
export function evaluateFor(interpreter: Interpreter, node: ForExpression, scope: Scope): Value {
  const collection = interpreter.evaluate(node.collection, scope);
  const found = pairs(collection);
  if (found === undefined) return stop(collection, "for needs a list or map");
  if (found.length > COLLECTION_ITEMS_MAX) return tooMany("a for expression", [collection]);
  const items: Value[] = [];
  const entries = new Map<string, Value[]>();
  const shape: Value[] = shapesOf([collection]);
  for (const [key, item] of found) {
    const bindings = new Map(scope.bindings).set(node.itemName, item);
    if (node.keyName !== undefined) bindings.set(node.keyName, key);
    const inner: Scope = { ...scope, bindings };
    if (node.condition !== undefined) {
      const condition = interpreter.evaluate(node.condition, inner);
      const isKept = toBoolValue(condition);
      if (isKept === undefined) return stop(condition, "if needs a bool");
      shape.push(condition);
      if (!isKept) continue;
    }
    // All items share this text: a condition on the block's own key would not tell them apart.
    const value = interpreter.define(node.value, withoutRepetition(inner));
    if (node.key === undefined) {
      items.push(value);
      continue;
    }
    const name = interpreter.evaluate(node.key, inner);
    const text = toText(name);
    if (text === undefined) return stop(name, "a key must be a string");
    shape.push(name);
    const group = entries.get(text);
    if (group === undefined) entries.set(text, [value]);
    else if (node.grouped) group.push(value);
    else return failure(`two items have the key ${JSON.stringify(text)}`, [collection]);
  }
  if (node.key === undefined) return shaped(listOf(items, collection.influences), shape);
  const result = [...entries].map(([key, group]): [string, Value] => [
    key,
    node.grouped ? listOf(group) : (group[0] ?? failure("an empty group")),
  ]);
  return shaped(objectOf(new Map(result), collection.influences), shape);
}

function withoutRepetition(scope: Scope): Scope {
  const { repetition: _, ...rest } = scope;
  return rest;
}
