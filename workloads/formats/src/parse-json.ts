import type { JsonValue } from "@apex/core";

/** JSON text as a value; undefined when it is none. Content never throws. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
