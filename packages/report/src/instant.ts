import { parseInstant } from "@apex/core";

/** An instant that may not be there yet, as Unix time in milliseconds; `null` for none, and for text that is none. */
export function instantMs(text: string | null): number | null {
  return text === null ? null : (parseInstant(text) ?? null);
}
