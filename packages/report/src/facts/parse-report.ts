import { isJsonObject, parseJson } from "@apex/core";
import { ANALYSIS_SCHEMA, type AnalysisReport } from "../analysis/analysis-report.ts";
import { analysisSchema } from "../analysis/analysis-schema.ts";
import type { Report } from "../report.ts";
import { reportSchema } from "../report-schema.ts";

/** A report from its JSON, `apex.report/v1` or `apex.analysis/v1`; `undefined` for text that is neither. */
export function parseReport(text: string): Report | AnalysisReport | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value)) return undefined;
  const schema = value["schema"] === ANALYSIS_SCHEMA ? analysisSchema : reportSchema;
  const parsed = schema.safeParse(value);
  // What the schema lets through is the report: it was made from that type.
  return parsed.success ? (parsed.data as Report | AnalysisReport) : undefined;
}
