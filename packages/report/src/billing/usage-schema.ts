import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import { decimalSchema as amount } from "../shared-schemas.ts";
import { SUBJECT_KINDS } from "./billed-subject.ts";
import { USAGE_SCHEMA, type UsageReport } from "./usage-report.ts";

const text = z.string();

const split = {
  amount: amount.describe("All of it, corrections taken off"),
  base: amount
    .nullable()
    .describe("Of validations and repairs, compute and models at base prices; null: a rate card is unknown"),
  margin: amount.nullable().describe("The rest of validations and repairs, with minimum lines"),
  savingsShare: amount,
  corrections: amount.describe("Of the amount, what was taken back: 0 or below"),
  open: amount.describe("On no invoice yet"),
};

const usageSchema: z.ZodType<UsageReport> = z
  .object({
    schema: z.literal(USAGE_SCHEMA),
    tenant: text,
    period: z.object({ start: text, end: text.describe("The first instant that is not in it") }),
    totals: z.array(
      z
        .object({ currency: text, subjects: z.int().min(0), ...split, invoiced: amount })
        .describe("By currency"),
    ),
    subjects: z.array(
      z.object({
        subject: text.describe("A run, a repair, an answer, or one month's saving of one change"),
        kind: z.enum(SUBJECT_KINDS),
        currency: text,
        from: text,
        at: text,
        vcpuHours: amount,
        gibHours: amount,
        gpuHours: amount,
        modelTokens: amount.describe("Read and written by language models"),
        ...split,
        invoices: z.array(text),
      }),
    ),
    free: z.array(z.object({ subject: text, target: text.nullable(), at: text, reason: text })),
    uncharged: z
      .array(z.object({ subject: text, at: text, model: text, tokens: z.int().min(0), reason: text }))
      .describe(
        "What repairs and answers took of language models that is not charged, because it is not known",
      ),
  })
  .meta({ title: "Apex usage", description: "What a tenant used in a period, by run" });

/**
 * `apex.usage/v1` as JSON text with a final newline. The order of keys is the schema's, so equal reports are equal bytes. Throws an
 * InvariantError for a report that breaks the schema.
 */
export function renderUsageJson(usage: UsageReport): string {
  return checkedJson(usageSchema, usage, "the usage");
}

/** The published JSON Schema (draft 2020-12) of `apex.usage/v1`, as text that ends with a newline. */
export function usageJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(usageSchema, { io: "input" }), null, 2)}\n`;
}
