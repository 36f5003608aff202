import { type Call, placeOf } from "../../syntax/expression.ts";
import type { Interpreter, Scope } from "../interpreter.ts";
import { itemsOf, unknownValue, type Value } from "../value.ts";
import { COLLECTION_FUNCTIONS } from "./collection-functions.ts";
import { CONVERSION_FUNCTIONS } from "./conversion-functions.ts";
import { type TerraformFunction, unusable } from "./function-call.ts";
import { NUMBER_FUNCTIONS } from "./number-functions.ts";
import { TEXT_FUNCTIONS } from "./text-functions.ts";

const FUNCTIONS: ReadonlyMap<string, TerraformFunction> = new Map(
  [COLLECTION_FUNCTIONS, CONVERSION_FUNCTIONS, NUMBER_FUNCTIONS, TEXT_FUNCTIONS].flatMap(Object.entries),
);

/** Evaluates a call. A function that is not covered gives an unknown value that remembers what went into it. */
export function callFunction(interpreter: Interpreter, call: Call, scope: Scope): Value {
  let values = call.arguments.map((argument) => interpreter.evaluate(argument, scope));
  if (call.expand) {
    const last = values.at(-1);
    if (last?.kind !== "list") return unusable(values.slice(-1), call.name, "a list before ...");
    values = [...values.slice(0, -1), ...itemsOf(last)];
  }
  const name = call.name.replace(/^core::/, "");
  const implementation = FUNCTIONS.get(name);
  if (implementation === undefined) {
    return unknownValue(
      `the result of ${call.name}() (${placeOf(call)}), which only Terraform can tell`,
      values,
    );
  }
  const result = implementation(values, name);
  if (result.kind !== "scalar" || result.trail.kind !== "computed") return result;
  return { ...result, trail: { kind: "computed", what: `${name}() (${placeOf(call)})` } };
}
