import type { JsonValue } from "@apex/core";
import { isJsonObject } from "@apex/core";
import { COLLECTION_ITEMS_MAX, STRING_LENGTH_MAX } from "../../limits.ts";
import {
  computed,
  failure,
  firstUnknown,
  listOf,
  objectOf,
  toJson,
  unknownValue,
  type Value,
} from "../value.ts";

/** A Terraform function over evaluated arguments. Errors are values: see {@link failure}. */
export type TerraformFunction = (values: readonly Value[], name: string) => Value;

/** A JSON value as the result of a calculation from `from`. */
function fromJson(json: JsonValue, what: string, from: readonly Value[]): Value {
  if (Array.isArray(json)) {
    if (json.length > COLLECTION_ITEMS_MAX) return tooMany(what, from);
    return listOf(
      json.map((item) => fromJson(item, what, from)),
      from,
    );
  }
  if (isJsonObject(json)) {
    const entries = Object.entries(json);
    if (entries.length > COLLECTION_ITEMS_MAX) return tooMany(what, from);
    return objectOf(new Map(entries.map(([key, item]) => [key, fromJson(item, what, from)])), from);
  }
  if (typeof json === "string" && json.length > STRING_LENGTH_MAX)
    return unknownValue(`${what} gives a text of more than ${STRING_LENGTH_MAX} characters`, from);
  return computed(json as string | number | boolean | null, what, from);
}

/** The value that stands for a collection beyond the limit. */
export function tooMany(what: string, from: readonly Value[]): Value {
  return unknownValue(`${what} gives more than ${COLLECTION_ITEMS_MAX} elements`, from);
}

/** What a function answers when an argument is not known or not of the right type. */
export function unusable(values: readonly Value[], name: string, needs: string): Value {
  for (const value of values) {
    const unknown = firstUnknown(value);
    if (unknown?.kind === "unknown") return { ...unknown, influences: [...unknown.influences, ...values] };
    if (unknown !== undefined) return unknownValue("an attribute that only the provider knows", values);
  }
  return failure(`${name}() needs ${needs}`, values);
}

/**
 * A function whose result is a calculation: all arguments must be known. `calculate` gets them as JSON and answers
 * `undefined` when Terraform would refuse them.
 */
export function calculation(
  needs: string,
  calculate: (...json: JsonValue[]) => JsonValue | undefined,
): TerraformFunction {
  return (values, name) => {
    const json: JsonValue[] = [];
    for (const value of values) {
      const converted = toJson(value);
      if (converted === undefined) return unusable(values, name, needs);
      json.push(converted);
    }
    const result = calculate(...json);
    return result === undefined ? unusable(values, name, needs) : fromJson(result, `${name}()`, values);
  };
}
