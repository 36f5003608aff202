import { type Expression, placeOf } from "../syntax/expression.ts";
import { distinct, setOf } from "./functions/set-order.ts";
import type { Interpreter, Scope } from "./interpreter.ts";
import { toBoolValue, toNumberValue } from "./operators.ts";
import {
  failure,
  itemsOf,
  missingKey,
  type ObjectValue,
  scalar,
  toText,
  type Value,
  withStep,
} from "./value.ts";

/**
 * Converts a value to a variable's type constraint as Terraform does: `"20"` becomes 20 for `number`, attributes that
 * `object({…})` does not name are dropped, `optional(type, default)` is filled in. The trails stay.
 */
export class TypeConverter {
  private readonly interpreter: Interpreter;
  private readonly scope: Scope;

  constructor(interpreter: Interpreter, scope: Scope) {
    this.interpreter = interpreter;
    this.scope = scope;
  }

  convert(value: Value, type: Expression): Value {
    if (value.kind === "unknown" || value.kind === "resource") return value;
    const isNull = value.kind === "scalar" && value.scalar === null;
    if (isNull) return value;
    if (type.kind === "root") return this.primitive(value, type.name);
    // Before Terraform 0.12 types were written as strings.
    if (type.kind === "literal")
      return typeof type.value === "string" ? this.primitive(value, type.value) : value;
    const [inner] = type.kind === "call" ? type.arguments : [];
    if (type.kind !== "call" || inner === undefined) return value;
    switch (type.name) {
      case "list":
      case "set":
        return this.list(value, inner, type.name === "set");
      case "map":
        return this.map(value, inner);
      case "object":
        return this.object(value, inner);
      case "tuple":
        return this.tuple(value, inner);
      default:
        return value;
    }
  }

  private primitive(value: Value, type: string): Value {
    if (type === "any" || type === "list" || type === "map") return value;
    if (value.kind !== "scalar") return failure(`a ${type} is required`, [value]);
    const convert = { string: toText, number: toNumberValue, bool: toBoolValue }[type];
    if (convert === undefined) return value;
    const converted = convert(value);
    return converted === undefined
      ? failure(`a ${type} is required`, [value])
      : { ...value, scalar: converted };
  }

  private list(value: Value, inner: Expression, isSet: boolean): Value {
    if (value.kind !== "list") return failure(`a ${isSet ? "set" : "list"} is required`, [value]);
    const items = value.items.map((item) => this.convert(item, inner));
    if (!isSet) return { ...value, isSet: false, items };
    return { ...setOf(distinct(items)), trail: value.trail, influences: value.influences };
  }

  private tuple(value: Value, inner: Expression): Value {
    if (value.kind !== "list" || inner.kind !== "tuple" || inner.items.length !== value.items.length)
      return failure("a tuple is required", [value]);
    const items = itemsOf(value).map((item, at) => {
      const type = inner.items[at];
      return type === undefined ? item : this.convert(item, type);
    });
    return { ...value, items };
  }

  private map(value: Value, inner: Expression): Value {
    if (value.kind !== "object") return failure("a map is required", [value]);
    const entries = new Map([...value.entries].map(([key, item]) => [key, this.convert(item, inner)]));
    return { ...value, entries };
  }

  private object(value: Value, inner: Expression): Value {
    if (value.kind !== "object" || inner.kind !== "object") return failure("an object is required", [value]);
    const entries = new Map<string, Value>();
    for (const item of inner.items) {
      const name = item.name ?? "";
      const converted = this.attribute(value, name, item.value);
      if (converted === undefined) return failure(`the attribute ${name} is required`, [value]);
      entries.set(name, converted);
    }
    return { ...value, entries };
  }

  /** One attribute of an object type; `undefined` when it is required and missing. */
  private attribute(object: ObjectValue, name: string, type: Expression): Value | undefined {
    const given = object.entries.get(name);
    const isOptional = type.kind === "call" && type.name === "optional";
    const [inner, fallback] = isOptional ? type.arguments : [type];
    const isGiven = given !== undefined && !(given.kind === "scalar" && given.scalar === null);
    if (isGiven || (given !== undefined && fallback === undefined)) {
      return inner === undefined ? given : this.convert(given, inner);
    }
    if (!isOptional) return given;
    const missing = given === undefined ? missingKey(object, name) : undefined;
    if (fallback === undefined) {
      const absent = scalar(null, { kind: "computed", what: `optional attribute ${name}, not set` });
      return missing === undefined ? absent : withStep(absent, { site: missing });
    }
    const evaluated = this.interpreter.define(fallback, this.scope);
    const value = inner === undefined ? evaluated : this.convert(evaluated, inner);
    const site = given === undefined ? missing : undefined;
    return withStep(value, {
      label: `optional() default (${placeOf(fallback)})`,
      ...(site === undefined ? {} : { site }),
    });
  }
}
