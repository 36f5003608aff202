import type { Collected, Decimal, JsonObject, JsonValue } from "@apex/core";
import { parseDecimal } from "@apex/core";
import { z } from "zod";

/** What a part's file holds; bills and samples have stores of their own. */
export type PartItem = Exclude<Collected, { readonly kind: "cost" | "cost-table" | "samples" }>;

// What JSON.parse made is JSON: its depth need not be walked again.
const json = z.custom<JsonValue>((value) => value !== undefined);
const jsonObject = z.custom<JsonObject>((value) => typeof value === "object" && value !== null);
const texts = z.array(z.string());
const money = z.custom<Decimal>((value) => typeof value === "string" && parseDecimal(value) !== undefined);

const observed = z.object({
  at: z.string(),
  createdAt: z.string().optional(),
  state: z.string().optional(),
  stateSince: z.string().optional(),
  lastUsedAt: z.string().optional(),
  imageArchitectures: texts.optional(),
  platform: z.string().optional(),
  purchaseOption: z.enum(["on-demand", "spot", "dedicated"]).optional(),
  usedBy: texts.optional(),
  details: z.record(z.string(), json).optional(),
});

const resource = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  provider: z.enum(["aws", "gcp"]),
  type: z.string(),
  address: z.string().optional(),
  aliases: texts,
  region: z.string().optional(),
  account: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  attributes: jsonObject,
  observed: observed.optional(),
});

const opinion = z.object({
  resourceId: z.string(),
  source: z.enum(["aws-compute-optimizer", "gcp-recommender"]),
  finding: z.string(),
  reasonCodes: texts,
  target: z.string().optional(),
  performanceRisk: z.number().optional(),
  monthlySavings: money.optional(),
  currency: z.string().optional(),
  at: z.string(),
});

const repair = z.object({
  file: z.string(),
  code: z.string(),
  summary: z.string(),
  count: z.number(),
  firstLine: z.number().optional(),
});

const diagnostic = z.object({
  severity: z.enum(["error", "warning", "info"]),
  code: z.string(),
  summary: z.string(),
  detail: z.string().optional(),
  address: z.string().optional(),
  source: z
    .object({ file: z.string(), line: z.number().optional(), column: z.number().optional() })
    .optional(),
});

/** A line of a part's file. */
export const partItemSchema: z.ZodType<PartItem> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("resource"), resource }),
  z.object({ kind: z.literal("opinion"), opinion }),
  z.object({ kind: z.literal("repair"), repair }),
  z.object({ kind: z.literal("diagnostic"), diagnostic }),
]) as z.ZodType<PartItem>;
