import type { Binary, Unary } from "../syntax/expression.ts";
import type { Interpreter, Scope } from "./interpreter.ts";
import { computed, failure, firstUnknown, type Scalar, toJson, unknownValue, type Value } from "./value.ts";

/** A number as Terraform converts it, `undefined` where it would refuse. */
export function toNumberValue(value: Value): number | undefined {
  if (value.kind !== "scalar") return undefined;
  if (typeof value.scalar === "number") return value.scalar;
  if (typeof value.scalar !== "string" || !/^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value.scalar))
    return undefined;
  const number = Number(value.scalar);
  return Number.isFinite(number) ? number : undefined;
}

/** A bool as Terraform converts it, `undefined` where it would refuse. */
export function toBoolValue(value: Value): boolean | undefined {
  if (value.kind !== "scalar") return undefined;
  if (typeof value.scalar === "boolean") return value.scalar;
  if (value.scalar === "true") return true;
  return value.scalar === "false" ? false : undefined;
}

/** Unknown wins over failure: what is not known may still turn out to be right. */
function cannot(values: readonly Value[], what: string): Value {
  const unknown = values.find((value) => value.kind === "unknown" || value.kind === "resource");
  if (unknown?.kind === "unknown") return { ...unknown, influences: [...unknown.influences, ...values] };
  return unknown === undefined ? failure(what, values) : unknownValue(what, values);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

/** A text that is equal for equal values and only for them; `undefined` when any part is unknown. */
export function identityOf(value: Value): string | undefined {
  const json = toJson(value);
  return json === undefined ? undefined : canonical(json);
}

/** A known number within what JavaScript counts exactly, else why not. */
export function numeric(value: number, what: string, from: readonly Value[]): Value {
  if (!Number.isFinite(value)) return unknownValue(`${what} has no finite result`, from);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return unknownValue(`${what} gives a number too large to be exact`, from);
  // Terraform counts in decimals with 512 bits; fifteen digits are what a double shares with it.
  return computed(Number.isInteger(value) ? value : Number(value.toPrecision(15)), what, from);
}

export function evaluateUnary(interpreter: Interpreter, node: Unary, scope: Scope): Value {
  const operand = interpreter.evaluate(node.operand, scope);
  if (node.operator === "!") {
    const bool = toBoolValue(operand);
    return bool === undefined
      ? cannot([operand], "! needs a bool")
      : computed(!bool, "a ! operation", [operand]);
  }
  const number = toNumberValue(operand);
  if (number === undefined) return cannot([operand], "- needs a number");
  return computed(number === 0 ? 0 : -number, "a - operation", [operand]);
}

function arithmetic(operator: string, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    default:
      return undefined;
  }
}

function equality(left: Value, right: Value, isEqual: boolean): Value {
  const isNull = (value: Value): boolean => value.kind === "scalar" && value.scalar === null;
  const unlike = (a: Value, b: Value): boolean => isNull(a) && (b.kind === "list" || b.kind === "object");
  if (unlike(left, right) || unlike(right, left)) {
    return computed(!isEqual, "a comparison", [left, right]);
  }
  const [a, b] = [identityOf(left), identityOf(right)];
  if (a === undefined || b === undefined) {
    return cannot(
      [firstUnknown(left) ?? left, firstUnknown(right) ?? right],
      "values that cannot be compared",
    );
  }
  return computed((a === b) === isEqual, "a comparison", [left, right]);
}

function logical(operator: string, left: Value, right: () => Value): Value {
  const a = toBoolValue(left);
  const decides = operator === "||";
  if (a === decides) return computed(decides, `a ${operator} operation`, [left]);
  const other = right();
  const b = toBoolValue(other);
  if (b === decides && a !== undefined) return computed(decides, `a ${operator} operation`, [left, other]);
  if (a === undefined || b === undefined) return cannot([left, other], `${operator} needs bools`);
  return computed(!decides, `a ${operator} operation`, [left, other]);
}

export function evaluateBinary(interpreter: Interpreter, node: Binary, scope: Scope): Value {
  const left = interpreter.evaluate(node.left, scope);
  const right = (): Value => interpreter.evaluate(node.right, scope);
  if (node.operator === "&&" || node.operator === "||") return logical(node.operator, left, right);
  const other = right();
  if (node.operator === "==" || node.operator === "!=") return equality(left, other, node.operator === "==");
  const [a, b] = [toNumberValue(left), toNumberValue(other)];
  if (a === undefined || b === undefined) return cannot([left, other], `${node.operator} needs numbers`);
  const result: Scalar | undefined = arithmetic(node.operator, a, b);
  if (typeof result === "number") return numeric(result, `a ${node.operator} operation`, [left, other]);
  return result === undefined
    ? failure(`${node.operator} is no operator`, [left, other])
    : computed(result, "a comparison", [left, other]);
}
