import { InvariantError } from "@apex/core";
import type { Report } from "./report.ts";
import { reportSchema } from "./report-schema.ts";

/**
 * The report as JSON text with a final newline. The order of keys is the schema's, so equal reports are equal bytes.
 * Throws an InvariantError for a report that breaks its own schema (a NaN in the evidence, a float for money).
 */
export function renderJson(report: Report): string {
  const checked = reportSchema.safeParse(report);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new InvariantError(`the report breaks its schema at ${issue?.path.join(".")}: ${issue?.message}`);
  }
  return `${JSON.stringify(checked.data, null, 2)}\n`;
}
