import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";

/** One text or a list of texts; whatever else stands in a list is left out. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return [];
  return (value as JsonValue[]).flatMap((item) => (typeof item === "string" ? [item] : []));
}

/** Nested blocks: a list of objects, or one object. */
export function blocksOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return (value as JsonValue[]).filter(isJsonObject);
  return isJsonObject(value) ? [value] : [];
}
