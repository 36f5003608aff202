import type { TypeConstraint } from "@apex/core";
import type { Expression } from "@apex/generators-hcl/syntax";
import { type Scope, typeOf } from "./expression-type.ts";

/** Whether Terraform accepts a value where a type is wanted: `unknown` where texts and schemas do not tell. */
export type Fit = "yes" | "no" | "unknown";

function all(fits: readonly Fit[]): Fit {
  if (fits.includes("no")) return "no";
  return fits.includes("unknown") ? "unknown" : "yes";
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

function literalFits(value: string | number | boolean | null, wanted: string): Fit {
  if (value === null) return "yes";
  if (wanted === "string") return "yes";
  if (wanted === "number")
    return typeof value === "number" || (typeof value === "string" && NUMBER.test(value)) ? "yes" : "no";
  return typeof value === "boolean" || value === "true" || value === "false" ? "yes" : "no";
}

/**
 * Whether a value of one type is converted to the other. Source: Terraform language, "Type conversion": strings, numbers and bools
 * become strings; strings that look like numbers and bools become these; collections convert by their elements.
 */
export function typeFits(type: TypeConstraint | undefined, wanted: TypeConstraint): Fit {
  if (wanted === "dynamic") return "yes";
  if (type === undefined || type === "dynamic") return "unknown";
  if (typeof wanted === "string") {
    if (typeof type !== "string") return "no";
    if (type === wanted || wanted === "string") return "yes";
    return type === "string" ? "unknown" : "no";
  }
  if (typeof type === "string") return "no";
  if (wanted[0] === "list" || wanted[0] === "set") {
    if (type[0] === "list" || type[0] === "set") return typeFits(type[1], wanted[1]);
    return type[0] === "tuple" ? all(type[1].map((item) => typeFits(item, wanted[1]))) : "no";
  }
  if (wanted[0] === "map") {
    if (type[0] === "map") return typeFits(type[1], wanted[1]);
    return type[0] === "object" ? all(Object.values(type[1]).map((item) => typeFits(item, wanted[1]))) : "no";
  }
  if (wanted[0] === "object") return type[0] === "object" ? objectFits(type[1], wanted) : "unknown";
  return "unknown";
}

function objectFits(
  members: { readonly [name: string]: TypeConstraint },
  wanted: Extract<TypeConstraint, readonly ["object", ...unknown[]]>,
): Fit {
  const optional = new Set<string>(wanted[2]);
  return all(
    Object.entries(wanted[1]).map(([name, type]): Fit => {
      if (Object.hasOwn(members, name)) return typeFits(members[name], type);
      return optional.has(name) ? "yes" : "no";
    }),
  );
}

/** {@link typeFits} of an expression, constants by their value: `"20"` is a number and `"large"` is not. */
export function valueFits(expression: Expression, wanted: TypeConstraint, scope: Scope): Fit {
  const inner = (one: Expression): Fit => valueFits(one, wanted, scope);
  switch (expression.kind) {
    case "literal":
      if (typeof wanted !== "string") return expression.value === null ? "yes" : "no";
      return wanted === "dynamic" ? "yes" : literalFits(expression.value, wanted);
    case "parentheses":
      return inner(expression.inner);
    case "conditional":
      return all([inner(expression.whenTrue), inner(expression.whenFalse)]);
    case "tuple":
      if (typeof wanted !== "string" && (wanted[0] === "list" || wanted[0] === "set"))
        return all(expression.items.map((item) => valueFits(item, wanted[1], scope)));
      return typeFits(typeOf(expression, scope), wanted);
    case "object":
      if (typeof wanted !== "string" && wanted[0] === "map")
        return all(expression.items.map(({ value }) => valueFits(value, wanted[1], scope)));
      return typeFits(typeOf(expression, scope), wanted);
    default:
      return typeFits(typeOf(expression, scope), wanted);
  }
}
