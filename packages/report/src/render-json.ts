import { checkedJson } from "./checked-json.ts";
import type { Report } from "./report.ts";
import { reportSchema } from "./report-schema.ts";

/**
 * The report as JSON text with a final newline. The order of keys is the schema's, so equal reports are equal bytes.
 * Throws an InvariantError for a report that breaks its own schema (a NaN in the evidence, a float for money).
 */
export function renderJson(report: Report): string {
  return checkedJson(reportSchema, report, "the report");
}
