import { parseJson } from "@apex/core";
import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import { decimalSchema as amount } from "../shared-schemas.ts";
import { reportedValidationSchema } from "../validation/reported-schema.ts";
import { differenceSchema } from "./difference-schema.ts";
import { ESTIMATE_SCHEMA, type EstimateReport } from "./estimate-report.ts";

const text = z.string();
const count = z.int().min(0);
const commit = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/)
  .describe("A commit's hash");

const problem = z.object({
  severity: z.enum(["error", "warning"]),
  summary: text,
  detail: text.optional(),
  address: text.optional(),
  file: text.optional(),
  line: count.optional(),
});

const project = z.object({
  directory: text,
  varFiles: z.array(text),
  difference: differenceSchema.nullable().describe("null when one of the sides could not be planned"),
  problems: z.array(problem),
  notes: z.array(text),
});

const missed = z.object({
  address: text,
  directory: text,
  change: text,
  summary: text,
  monthlySavings: amount,
  currency: text,
});

const estimateSchema: z.ZodType<EstimateReport> = z
  .object({
    schema: z.literal(ESTIMATE_SCHEMA),
    apexVersion: text,
    commits: z.object({ base: commit, head: commit }).nullable(),
    terraform: z.object({ version: text, providers: z.enum(["stand-in", "real"]) }).nullable(),
    basis: text,
    usageFile: text.nullable(),
    projects: z.array(project),
    untouched: count,
    missed: z.array(missed),
    validation: z.array(reportedValidationSchema),
  })
  .meta({ title: "Apex estimate", description: "What a pull request does to the monthly cost" });

/** The published JSON Schema (draft 2020-12) of `apex.estimate/v1`, as text that ends with a newline. */
export function estimateJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(estimateSchema, { io: "input" }), null, 2)}\n`;
}

/**
 * The estimate as JSON text with a final newline; equal estimates are equal bytes. Throws an InvariantError for one that breaks
 * its own schema.
 */
export function renderEstimateJson(report: EstimateReport): string {
  return checkedJson(estimateSchema, report, "the estimate");
}

/** A longer text is not read: thousands of resources with all their line items are a fraction of it. */
const ESTIMATE_LENGTH_MAX = 32 * 1024 * 1024;

/** What came of reading an estimate: `reason` says what is wrong with the text, and quotes nothing of it. */
export type ParsedEstimate =
  | { readonly kind: "parsed"; readonly report: EstimateReport }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * An estimate from its JSON, which somebody else's job may have written: of a fork's pull request everything in it is the
 * author's, amounts included. It has the form of one, no more; {@link renderEstimateMarkdown} takes its texts as hostile.
 */
export function parseEstimate(json: string): ParsedEstimate {
  if (json.length > ESTIMATE_LENGTH_MAX) {
    return { kind: "refused", reason: `it is longer than ${ESTIMATE_LENGTH_MAX} characters` };
  }
  const value = parseJson(json);
  if (value === undefined) return { kind: "refused", reason: "it is not JSON" };
  const parsed = estimateSchema.safeParse(value);
  if (parsed.success) return { kind: "parsed", report: parsed.data };
  const issue = parsed.error.issues[0];
  // Names in records are the author's: only our own names and numbers of a path are told.
  const path = (issue?.path ?? []).filter(
    (step) => typeof step === "number" || /^[a-zA-Z]{1,30}$/.test(String(step)),
  );
  const where = path.length === 0 ? "" : ` at ${path.join(".")}`;
  return { kind: "refused", reason: `it is no ${ESTIMATE_SCHEMA}${where}` };
}
