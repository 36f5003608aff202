import type { CostDifference, CostEstimate } from "@apex/core";
import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import { decimalSchema as amount, lineItemSchema } from "../shared-schemas.ts";
import { differenceSchema } from "./difference-schema.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
const COST_SCHEMA = "apex.cost/v1";

const text = z.string();
const names = z.array(text);

const usageSchema = z.object({
  file: text.describe("As the user named it"),
  used: names.describe("Entries that a price was counted by"),
  unmatched: names.describe("Addresses that no resource has"),
  unmatchedTypes: names.describe("Types of which there is no resource"),
  unread: z
    .array(z.object({ entry: text, key: text, reason: text }))
    .describe("Quantities that no price has read"),
});

const estimate = z.object({
  schema: z.literal(COST_SCHEMA),
  kind: z.literal("estimate"),
  resources: z.array(
    z.object({
      address: text,
      type: text,
      monthlyCost: amount.nullable().describe("null when it cannot be told, never zero in its place"),
      lineItems: z.array(lineItemSchema),
      unpriced: text.exactOptional().describe("Why it has no price, or which part of it has none"),
    }),
  ),
  total: amount.describe('The sum of what is priced: "at least", whenever a resource is unpriced'),
  currency: text,
  priceDates: z.record(text, text).describe("The dates of the price tables that were used, by table"),
  usage: usageSchema.exactOptional(),
});

const difference = z.object({
  schema: z.literal(COST_SCHEMA),
  kind: z.literal("difference"),
  ...differenceSchema.shape,
  usage: usageSchema.exactOptional(),
});

const costSchema = z.discriminatedUnion("kind", [estimate, difference]).meta({
  title: "Apex cost",
  description: "What a configuration costs a month (730 hours), or what it differs from another one",
});

/** What became of a usage file. */
interface CostUsage {
  /** As the user named it. */
  readonly file: string;
  readonly used: readonly string[];
  readonly unmatched: readonly string[];
  readonly unmatchedTypes: readonly string[];
  readonly unread: readonly { readonly entry: string; readonly key: string; readonly reason: string }[];
}

/** `apex.cost/v1` but for its name: what a configuration costs a month, or what that differs from another one's. */
type CostReport = { readonly usage?: CostUsage } & (
  | ({ readonly kind: "estimate" } & CostEstimate)
  | ({ readonly kind: "difference" } & CostDifference)
);

/** The published JSON Schema (draft 2020-12) of `apex.cost/v1`, as text that ends with a newline. */
export function costJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(costSchema, { io: "input" }), null, 2)}\n`;
}

/** A cost as JSON text with a final newline. Throws an InvariantError for one that breaks its own schema. */
export function renderCostJson(report: CostReport): string {
  return checkedJson(costSchema, { schema: COST_SCHEMA, ...report }, "the cost");
}
