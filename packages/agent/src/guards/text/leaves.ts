import { formatPath, isJsonObject, type JsonPath, type JsonValue } from "@apex/core";

/** A value that is no list and no object, with its path. */
export interface Leaf {
  readonly path: JsonPath;
  readonly value: JsonValue;
}

/** Leaves of one resource that are looked at; more than any block has. */
const LEAVES_MAX = 20_000;

/** The leaves of a value by their paths; empty lists and objects count as leaves. */
export function leavesOf(root: JsonValue): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const pending: Leaf[] = [{ path: [], value: root }];
  for (let leaf = pending.pop(); leaf !== undefined && leaves.size < LEAVES_MAX; leaf = pending.pop()) {
    const { path, value } = leaf;
    const entries: (readonly [string | number, JsonValue])[] = Array.isArray(value)
      ? (value as JsonValue[]).map((item, index) => [index, item] as const)
      : isJsonObject(value)
        ? Object.entries(value)
        : [];
    if (entries.length === 0 && path.length > 0) leaves.set(formatPath(path), leaf);
    for (const [step, item] of entries) pending.push({ path: [...path, step], value: item });
  }
  return leaves;
}

/** Whether a value is told by the files alone. */
export function isTold(value: JsonValue): boolean {
  return typeof value !== "string" || !value.includes("${");
}

/** A value as one text. */
export function writtenValue(value: JsonValue | undefined): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
}

/** Whether Terraform takes one for the other: `"20"` and 20, `"true"` and true. */
export function isSameValue(a: JsonValue, b: JsonValue): boolean {
  return writtenValue(a) === writtenValue(b);
}
