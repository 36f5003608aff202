import type { Decimal } from "@apex/core";
import { z } from "zod";

/** No amount has as many; the time that it takes to print one grows by the square of them. */
const DECIMAL_LENGTH_MAX = 1_000;

/** An amount or quantity. The brand exists in the types only: to JSON a decimal is text of this form. */
export const decimalSchema = z
  .string()
  .max(DECIMAL_LENGTH_MAX)
  .regex(/^-?\d+(\.\d+)?$/)
  .describe("An exact decimal number as text") as z.ZodType<string> as z.ZodType<Decimal>;

const count = z.int().min(0);

/** Advice to people. */
export const diagnosticSchema = z.object({
  severity: z.enum(["error", "warning", "info"]),
  code: z.string(),
  summary: z.string(),
  detail: z.string().exactOptional(),
  address: z.string().exactOptional(),
  source: z
    .object({ file: z.string(), line: count.exactOptional(), column: count.exactOptional() })
    .exactOptional(),
});

/** One priced component of a resource. */
export const lineItemSchema = z.object({
  name: z.string(),
  unit: z.string(),
  quantity: decimalSchema.nullable(),
  unitPrice: decimalSchema,
  monthlyCost: decimalSchema.nullable(),
  usageBased: z.boolean(),
  region: z.string().exactOptional(),
  purchase: z.string().exactOptional().describe('How it is bought: "on-demand", "spot"'),
  priceTable: z.string().exactOptional(),
  priceDate: z.string().exactOptional(),
});
