import {
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  parseInstant,
  valueAt,
} from "@apex/core";

/** The text at a path of Terraform attributes; `undefined` when it is absent, null, empty or no text. */
export function textAt(attributes: JsonObject, ...path: JsonPath): string | undefined {
  const value = valueAt(attributes, path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The finite number at a path; Terraform's state may write numbers as text. `undefined` when there is none. */
export function numberAt(attributes: JsonObject, ...path: JsonPath): number | undefined {
  const value = valueAt(attributes, path);
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** Whether the value at a path is `true`, in either of the forms that states hold. */
export function isTrueAt(attributes: JsonObject, ...path: JsonPath): boolean {
  const value = valueAt(attributes, path);
  return value === true || value === "true";
}

/**
 * The nested blocks under a name with their index; other content is left out. A single object counts as one block.
 */
export function blocksAt(
  attributes: JsonObject,
  ...path: JsonPath
): readonly { readonly index: number; readonly block: JsonObject }[] {
  const value: JsonValue | undefined = valueAt(attributes, path);
  if (isJsonObject(value)) return [{ index: 0, block: value }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((block: JsonValue, index: number) => (isJsonObject(block) ? [{ index, block }] : []));
}

/** An instant that may be told, in epoch milliseconds; `undefined` when it is absent or none. */
export function instantOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInstant(text);
}
