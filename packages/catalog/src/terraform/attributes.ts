import { isJsonObject, type JsonObject, type JsonPath, type JsonValue, valueAt } from "@apex/core";

/** A non-empty string at a path; `undefined` for anything else. */
export function textAt(values: JsonObject, path: JsonPath): string | undefined {
  const value = valueAt(values, path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number at a path, also when Terraform's schema holds it as text; `undefined` for anything else. */
export function numberAt(values: JsonObject, path: JsonPath): number | undefined {
  const value = valueAt(values, path);
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || !/^-?\d+(\.\d+)?$/.test(value)) return undefined;
  return Number(value);
}

/** A boolean at a path, also as the text that launch templates hold; `undefined` for anything else. */
export function flagAt(values: JsonObject, path: JsonPath): boolean | undefined {
  const value = valueAt(values, path);
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}

/** The objects of a nested block: none when it is absent, one when the schema holds a single object. */
export function blocksAt(values: JsonObject, path: JsonPath): readonly JsonObject[] {
  const value = valueAt(values, path);
  if (isJsonObject(value)) return [value];
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).filter((element) => isJsonObject(element));
}

/** Whether the plan does not know the value at a path yet: it, or something it is part of, is marked unknown. */
export function isUnknownAt(unknowns: JsonValue, path: JsonPath): boolean {
  let value: JsonValue | undefined = unknowns;
  for (const step of path) {
    if (value === true) return true;
    value = valueAt(value, [step]);
  }
  return value === true;
}

/** Whether a number can be a number of machines. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
