import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import { decimalSchema as amount, diagnosticSchema } from "../shared-schemas.ts";
import { CAMPAIGN_SCHEMA, type CampaignReport, RUN_OUTCOMES, type RunOutcome } from "./campaign-report.ts";

const text = z.string();
const count = z.int().min(0);
const known = z.number().nullable();

const savingsSum = z
  .object({
    list: amount,
    net: amount.nullable().describe("After commitments; null unless known for every change of the sum"),
    netKnown: amount,
    netUnknown: count,
  })
  .describe("Per month of 730 hours; each target once");

const byOutcome = z.object(
  Object.fromEntries(RUN_OUTCOMES.map((outcome) => [outcome, count])) as Record<RunOutcome, typeof count>,
);

const summary = z.object({
  runs: z.object({
    total: count,
    byOutcome: byOutcome.describe("Adds up to the total"),
    reused: count.describe("Of the total: known before, neither done nor charged again"),
  }),
  savings: z.object({
    proven: savingsSum,
    provenHere: savingsSum.describe("Of proven, what runs of this campaign proved"),
    refuted: savingsSum,
    unproven: savingsSum,
  }),
  cost: z.object({
    charged: amount,
    reserved: amount,
    quote: amount,
    budget: amount.nullable().describe("null: the quote is the budget"),
    free: z.array(z.object({ reason: text, runs: count })),
  }),
  return: z
    .object({ list: amount.nullable(), net: amount.nullable() })
    .describe("Monthly savings that this campaign proved for each unit of currency charged; null: unknown"),
});

const run = z.object({
  runId: text,
  target: text,
  change: text,
  outcome: z.enum(RUN_OUTCOMES),
  isReused: z.boolean(),
  isCounted: z.boolean().describe("Whether its saving is in the sums: of several runs of a target, one is"),
  reason: text.nullable(),
  p99: z
    .object({
      baselineMs: known,
      candidateMs: known,
      ratio: z.object({ low: z.number(), high: z.number(), estimate: z.number() }).nullable(),
      boundMs: known,
    })
    .nullable(),
  headroomFactor: known,
  monthlySavings: z.object({ list: amount, net: amount.nullable() }),
  cap: amount,
  charged: amount.nullable().describe("null while it is open"),
  freeReason: text.nullable(),
  attempts: count,
  startedAt: text.nullable(),
  endedAt: text.nullable(),
  resultProblem: text.nullable(),
  link: text.nullable(),
});

/** Checks a campaign's report and puts its keys into the order of this declaration. Keys it does not know are dropped. */
const campaignSchema: z.ZodType<CampaignReport> = z
  .object({
    schema: z.literal(CAMPAIGN_SCHEMA),
    apexVersion: text,
    generatedAt: text,
    campaign: z.object({
      id: text,
      tenant: text,
      name: text,
      state: z.enum(["draft", "running", "paused", "stopped", "done"]),
      stopReason: z.enum(["cancelled", "budget", "deadline", "cap"]).nullable(),
      rateCard: text,
      currency: text,
      createdAt: text,
      startedAt: text.nullable(),
      endedAt: text.nullable(),
      deadline: text.nullable(),
    }),
    summary,
    runs: z.array(run),
    diagnostics: z.array(diagnosticSchema),
  })
  .meta({
    title: "Apex campaign",
    description: "What the validations of many changes proved, refuted and left open, and what they cost",
  });

/**
 * `apex.campaign/v1` as JSON text with a final newline. The order of keys is the schema's, so equal reports are equal bytes.
 * Throws an InvariantError for a report that breaks its own schema.
 */
export function renderCampaignJson(report: CampaignReport): string {
  return checkedJson(campaignSchema, report, "the campaign");
}

/** The published JSON Schema (draft 2020-12) of `apex.campaign/v1`, as text that ends with a newline. */
export function campaignJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(campaignSchema, { io: "input" }), null, 2)}\n`;
}
