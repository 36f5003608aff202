import { toBoolValue, toNumberValue } from "../operators.ts";
import { itemsOf, type Scalar, shaped, shapesOf, toText, type Value } from "../value.ts";
import { type TerraformFunction, unusable } from "./function-call.ts";
import { setOf } from "./set-order.ts";

function converter(needs: string, convert: (value: Value) => Scalar | undefined): TerraformFunction {
  return (values, name) => {
    const [value] = values;
    if (value?.kind !== "scalar") return unusable(values, name, needs);
    if (value.scalar === null) return value;
    const converted = convert(value);
    return converted === undefined ? unusable(values, name, needs) : { ...value, scalar: converted };
  };
}

const identity: TerraformFunction = (values, name) => values[0] ?? unusable(values, name, "a value");

/** Terraform's type conversions: the value stays what it is, and where it is. */
export const CONVERSION_FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  tostring: converter("a string, number or bool", toText),
  tonumber: converter("a number or its text", toNumberValue),
  tobool: converter("a bool or its text", toBoolValue),
  toset: (values, name) => {
    const [value] = values;
    return value?.kind === "list"
      ? shaped(setOf(itemsOf(value)), shapesOf(values))
      : unusable(values, name, "a list");
  },
  tolist: (values, name) => {
    const [value] = values;
    return value?.kind === "list" ? { ...value, isSet: false } : unusable(values, name, "a list");
  },
  tomap: (values, name) => {
    const [value] = values;
    return value?.kind === "object" ? value : unusable(values, name, "a map");
  },
  sensitive: identity,
  nonsensitive: identity,
};
