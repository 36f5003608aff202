import { InvariantError } from "@apex/core";
import type { z } from "zod";

/**
 * A value as JSON text with a final newline. The order of keys is the schema's, so equal values are equal bytes. Throws an
 * InvariantError for one that breaks its own schema (a NaN, a float for money): `what` names it, "the report".
 */
export function checkedJson(schema: z.ZodType, value: unknown, what: string): string {
  const checked = schema.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new InvariantError(`${what} breaks its schema at ${issue?.path.join(".")}: ${issue?.message}`);
  }
  return `${JSON.stringify(checked.data, null, 2)}\n`;
}
