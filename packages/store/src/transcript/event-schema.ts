import type { LoopEvent, ModelReply, PlanFacts } from "@apex/agent";
import type { JsonObject, PlanActions, TerraformDiagnostic } from "@apex/core";
import { z } from "zod";

const text = z.string();
const count = z.int().min(0);
const instant = z.number();

const position = z.strictObject({ line: z.number(), column: z.number(), byte: z.number() });

const diagnostic: z.ZodType<TerraformDiagnostic> = z.strictObject({
  severity: z.enum(["error", "warning"]),
  summary: text,
  detail: text.optional(),
  address: text.optional(),
  range: z.strictObject({ filename: text, start: position, end: position }).optional(),
  snippet: (z.record(text, z.json()) as z.ZodType<JsonObject>).nullish(),
});

const actions: z.ZodType<PlanActions> = z.array(
  z.enum(["no-op", "create", "read", "update", "delete", "forget"]),
);

const planFacts: z.ZodType<PlanFacts> = z.strictObject({
  resources: z.array(
    z.strictObject({
      address: text,
      mode: z.enum(["managed", "data"]),
      type: text,
      actions,
      changed: z.array(text),
      digest: text,
      grants: z.array(text),
    }),
  ),
  outputs: z.record(text, text).exactOptional(),
});

const usage = z.strictObject({ inputTokens: count, outputTokens: count });

const reply: z.ZodType<ModelReply> = z.strictObject({
  text,
  toolCalls: z.array(z.strictObject({ id: text, name: text, arguments: text })),
  ending: z.enum(["stop", "tool-calls", "length", "refused"]),
  usage: usage.nullable(),
  model: text,
});

const failure = z.strictObject({
  kind: z.enum(["rate-limited", "unavailable", "denied", "malformed", "invalid"]),
  message: text,
  retryAfterMs: z.number().exactOptional(),
  hasBegun: z.literal(true).exactOptional(),
  usage: usage.exactOptional(),
});

/**
 * What a repair was told, as JSON. Strict: a part that was dropped on the way to the disk would make the fold of the events
 * another one than the run was.
 */
export const loopEventSchema: z.ZodType<LoopEvent> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("checked"),
    atMs: instant,
    diagnostics: z.array(diagnostic),
    plan: planFacts.nullable(),
    objections: z.array(text),
  }),
  z.strictObject({ kind: z.literal("replied"), atMs: instant, reply }),
  z.strictObject({ kind: z.literal("model-failed"), atMs: instant, failure }),
  z.strictObject({ kind: z.literal("waited"), atMs: instant }),
]);
