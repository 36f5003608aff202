import { type Dimension, METRIC_NAMES } from "@apex/core";
import { z } from "zod";
import { intendedChangeSchema } from "./intended-change-schema.ts";
import { decimalSchema as amount, diagnosticSchema, lineItemSchema as lineItem } from "./shared-schemas.ts";
import { REPORT_SCHEMA, type Report } from "./report.ts";
import { reportedValidationSchema as validation } from "./validation/reported-schema.ts";

const text = z.string();
const count = z.int().min(0);

const DIMENSIONS = [
  "cpu",
  "memory",
  "network",
  "ebs-iops",
  "ebs-throughput",
  "gpu-compute",
  "gpu-memory",
  "connections",
  "capacity",
] as const satisfies readonly Dimension[];

const risk = z
  .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
  .describe("0 none to 4 high: how often the samples were above what is proposed");

const dimensionEvidence = z.object({
  dimension: z.enum(DIMENSIONS),
  metric: z.enum(METRIC_NAMES),
  statistic: z.enum(["average", "maximum", "minimum", "sum", "p99"]),
  percentile: text,
  samples: count,
  demand: z.number(),
  maximum: z.number(),
  unit: text,
  need: z.number(),
  headroom: z.number(),
  capacityNow: z.number().nullable(),
  capacityAfter: z.number().nullable(),
  exceedance: z.number().nullable(),
  risk,
});

const evidence = z.object({
  windowStart: text,
  windowEnd: text,
  lookBackDays: z.number(),
  coverage: z.number(),
  dimensions: z.array(dimensionEvidence),
  confidenceFactors: z.record(text, z.number()),
  alternatives: z.array(z.object({ to: text, monthlySavings: amount, risk })),
  notes: z.array(text),
});

const edit = z.object({ file: text, line: z.int().min(1), before: text, after: text });

/** What a cloud's own recommender thinks of a resource. */
export const secondOpinionSchema = z.object({
  resourceId: text,
  source: z.enum(["aws-compute-optimizer", "gcp-recommender"]),
  finding: text,
  reasonCodes: z.array(text),
  target: text.exactOptional(),
  performanceRisk: z.number().exactOptional().describe("On the source's own scale"),
  monthlySavings: amount.exactOptional(),
  currency: text.exactOptional(),
  at: text,
});

/** A recommendation of a report. */
export const recommendationSchema = z.object({
  id: text,
  rule: text,
  address: text.nullable(),
  resourceId: text,
  resourceName: text.exactOptional(),
  resourceType: text,
  action: z.enum([
    "stop",
    "snapshot-and-delete",
    "resize",
    "set-capacity",
    "change-volume-type",
    "schedule",
    "release",
    "set-performance",
    "set-lifecycle",
    "share-gpus",
  ]),
  from: text,
  to: text,
  summary: text,
  monthlySavings: z
    .object({
      list: amount,
      net: amount.nullable().describe("After commitments; null when their coverage is not known"),
      currency: text,
      realised: z.enum(["on-merge", "as-it-scales", "after-hold"]),
    })
    .describe("Per month of 730 hours"),
  risk,
  confidence: z.number().min(0).max(1),
  effort: z.enum(["very-low", "low", "medium", "high"]),
  restartRequired: z.boolean(),
  rollback: text,
  evidence,
  unknowns: z.array(text),
  edits: z.array(edit),
  changes: z
    .array(intendedChangeSchema)
    .exactOptional()
    .describe("What the edits change in the plan; absent where there are none"),
  status: z.enum(["applied", "planned", "not-applicable"]),
  reason: text.exactOptional(),
  secondOpinions: z.array(secondOpinionSchema).exactOptional(),
});

const bounds = {
  mayBeMore: z.boolean().describe('The delta is "at least"'),
  mayBeLess: z.boolean().describe('The delta is "at most"; with both it is unknown'),
  differsByUse: z.boolean().describe("Something paid by use that nobody told differs: it is in no amount"),
};

const side = z.enum(["before", "after", "both"]);

const resourceDifference = z.object({
  kind: z.enum(["added", "removed", "changed", "replaced", "same"]),
  previousAddress: text.exactOptional(),
  delta: amount.nullable(),
  ...bounds,
});

const cost = z.object({
  before: amount.nullable(),
  after: amount.nullable(),
  delta: amount.nullable().describe("Exact; null where it is not: difference says what is known"),
  difference: z
    .object({ delta: amount.describe("The sum of the differences that are known"), ...bounds })
    .exactOptional(),
  currency: text,
  unpriced: z.array(
    z.object({
      address: text,
      type: text,
      reason: text,
      side: side.exactOptional(),
    }),
  ),
  priceDates: z.record(text, text),
  resources: z.array(
    z.object({
      address: text,
      type: text,
      before: amount.nullable(),
      after: amount.nullable(),
      byUse: side
        .exactOptional()
        .describe("Where all that it costs depends on use that nobody told: the amount is no price"),
      difference: resourceDifference
        .exactOptional()
        .describe("Absent for what is the same at the same address"),
      lineItems: z.object({ before: z.array(lineItem), after: z.array(lineItem) }).exactOptional(),
    }),
  ),
});

const plan = z.object({
  providers: z.enum(["stand-in", "real"]),
  terraformVersion: text.nullable(),
  regions: z.array(text).exactOptional(),
  changes: z.array(z.object({ address: text, actions: z.array(text), attributes: z.array(text) })),
  notes: z.array(text),
});

/** What was mended in the inputs. */
export const repairSchema = z.object({
  file: text,
  code: text,
  summary: text,
  count,
  firstLine: count.exactOptional(),
});

/** Why a rule recommends nothing for a resource. */
export const abstentionSchema = z.object({
  rule: text,
  resourceId: text,
  resourceName: text.exactOptional(),
  address: text.nullable(),
  reason: text,
});

/** What a cloud's own recommender would change and Apex would not. */
export const loneOpinionSchema = z.object({
  resourceId: text,
  resourceName: text.exactOptional(),
  address: text.nullable(),
  opinions: z.array(secondOpinionSchema),
  reasons: z.array(text),
});

const inputs = z.object({
  files: z.array(
    z.object({
      path: text,
      kind: z.enum(["terraform", "state", "cost", "metrics", "policy", "other"]),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .exactOptional(),
      rows: count.exactOptional(),
      points: count.exactOptional(),
    }),
  ),
  rows: count,
  points: count,
  window: z.object({ start: text, end: text }).nullable(),
  repairs: z.array(repairSchema),
});

/** Savings of several recommendations per month. */
export const savingsTotalSchema = z.object({
  list: amount,
  net: amount.nullable(),
  netKnown: amount,
  netUnknown: count,
});

const summary = z.object({
  recommendations: z.object({ total: count, applied: count, planned: count, notApplicable: count }),
  abstentions: count,
  unpriced: count,
  diagnostics: z.object({ errors: count, warnings: count, infos: count }),
  savings: z.object({
    currency: text,
    onMerge: savingsTotalSchema,
    asItScales: savingsTotalSchema,
    afterHold: savingsTotalSchema,
    total: savingsTotalSchema,
  }),
});

/**
 * Checks a report and puts its keys into the order of this declaration. Keys it does not know are dropped by
 * parsing, not refused: a later Apex may add some.
 */
export const reportSchema: z.ZodType<Report> = z
  .object({
    schema: z.literal(REPORT_SCHEMA),
    generatedAt: text,
    apexVersion: text,
    terraformDirectory: text,
    summary,
    recommendations: z.array(recommendationSchema),
    abstentions: z.array(abstentionSchema),
    loneOpinions: z
      .array(loneOpinionSchema)
      .exactOptional()
      .describe("What only the clouds' own recommenders would change"),
    cost,
    plan,
    validation: z.array(validation).exactOptional(),
    inputs,
    diagnostics: z.array(diagnosticSchema),
  })
  .meta({ title: "Apex report", description: "What one run of Apex found, did and could not do" });

/** The published JSON Schema (draft 2020-12) of `apex.report/v1`, as text that ends with a newline. */
export function reportJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(reportSchema, { io: "input" }), null, 2)}\n`;
}
