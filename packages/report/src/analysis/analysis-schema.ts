import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import {
  abstentionSchema,
  loneOpinionSchema,
  recommendationSchema,
  repairSchema,
  savingsTotalSchema,
  secondOpinionSchema,
} from "../report-schema.ts";
import { decimalSchema, diagnosticSchema } from "../shared-schemas.ts";
import { ANALYSIS_SCHEMA, type AnalysisReport } from "./analysis-report.ts";

const text = z.string();
const count = z.int().min(0);
const texts = z.array(text);

const place = {
  region: text.exactOptional(),
  account: text.exactOptional(),
  label: text.exactOptional().describe('The tag or label "Name"'),
};

const recommendation = recommendationSchema
  .omit({ edits: true, status: true, reason: true, secondOpinions: true })
  .extend({
    changes: z.array(z.looseObject({ kind: text })).describe("In Terraform's terms; empty without a state"),
    ...place,
    secondOpinions: z.array(secondOpinionSchema).exactOptional(),
  });

const group = z.object({
  by: z.enum(["rule", "region", "account"]),
  name: text,
  recommendations: count,
  currency: text,
  list: decimalSchema,
});

/** Checks an analysis and puts its keys into the order of this declaration. */
export const analysisSchema = z
  .object({
    schema: z.literal(ANALYSIS_SCHEMA),
    apexVersion: text,
    generatedAt: text,
    window: z.object({ start: text, end: text }).nullable().describe("What the samples span"),
    resources: count.describe("How many were looked at, whatever the filter leaves out"),
    costRows: count,
    filter: z.object({ regions: texts, accounts: texts, rules: texts, tags: texts }),
    summary: z.object({
      recommendations: count,
      abstentions: count,
      savings: z.array(z.object({ currency: text, ...savingsTotalSchema.shape })),
      groups: z.array(group),
    }),
    recommendations: z.array(recommendation).describe("The most saving first"),
    abstentions: z.array(abstentionSchema).describe("Where a rule looked and recommends nothing, and why"),
    opinions: z.array(secondOpinionSchema).describe("Of the clouds' own recommenders, all that were told"),
    loneOpinions: z
      .array(loneOpinionSchema.extend(place))
      .describe("What a cloud's own recommender would change and Apex would not, and why not"),
    repairs: z.array(repairSchema),
    diagnostics: z.array(diagnosticSchema),
  })
  .meta({
    title: "Apex analysis",
    description: "What apex analyze recommends without Terraform; nothing of it is written anywhere",
  });

/**
 * `apex.analysis/v1` as JSON text with a final newline; equal analyses are equal bytes. Throws an InvariantError for one that breaks
 * its own schema.
 */
export function renderAnalysisJson(report: AnalysisReport): string {
  return checkedJson(analysisSchema, report, "the analysis");
}

/** The published JSON Schema (draft 2020-12) of `apex.analysis/v1`, as text that ends with a newline. */
export function analysisJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(analysisSchema, { io: "input" }), null, 2)}\n`;
}
