import { z } from "zod";
import type { FixReport } from "./fix-report.ts";

/** Raised when a field changes its meaning or goes; new ones may come at any time. */
const FIX_SCHEMA = "apex.fix/v1";

const text = z.string();
const count = z.int().min(0);

const violation = z.object({
  rule: text,
  sentence: text,
  address: text.exactOptional(),
  file: text.exactOptional(),
});

const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("nothing-broken") }),
  z.object({ kind: z.literal("fixed") }),
  z.object({ kind: z.literal("gave-up"), reason: text, sentence: text }),
  z.object({ kind: z.literal("refused"), violations: z.array(violation) }),
]);

const fixSchema = z.object({
  schema: z.literal(FIX_SCHEMA),
  apexVersion: text,
  generatedAt: text,
  directory: text,
  runId: text,
  transcript: text,
  outcome,
  isWritten: z.boolean(),
  isDryRun: z.boolean(),
  isResumed: z.boolean(),
  problems: z.array(
    z.object({
      class: text,
      summary: text,
      detail: text.nullable(),
      address: text.nullable(),
      file: text.nullable(),
      line: count.nullable(),
      isMended: z.boolean(),
    }),
  ),
  repairs: z.array(z.object({ by: text, sentence: text, files: z.array(text) })),
  unsure: z.array(z.object({ fixer: text, reason: text, candidates: z.array(text) })),
  diff: text,
  terraform: z.object({ providers: z.enum(["stand-in", "real"]), version: text }).nullable(),
  notes: z.array(text),
  model: text.nullable(),
  whyNoModel: text.nullable(),
  used: z.object({
    rounds: count,
    attempts: count,
    checks: count,
    turns: count,
    tokens: z.object({ inputTokens: count, outputTokens: count }),
    turnsWithoutUsage: count,
    cost: z.object({ amount: text, currency: text }).nullable(),
    ms: z.number().min(0),
  }),
});

/** The report as `apex.fix/v1`, with a final newline. */
export function renderFixJson(report: FixReport): string {
  return `${JSON.stringify(fixSchema.parse({ schema: FIX_SCHEMA, ...report }), null, 2)}\n`;
}
