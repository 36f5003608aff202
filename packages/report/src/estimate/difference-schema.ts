import { z } from "zod";
import { decimalSchema as amount, lineItemSchema } from "../shared-schemas.ts";

const text = z.string();

const sideCost = z.object({
  monthlyCost: amount.nullable().describe("null when it cannot be told, never zero in its place"),
  unpriced: text.exactOptional().describe("Why it has no price, or which part of it has none"),
});

const lineItemDifference = z.object({
  kind: z.enum(["added", "removed", "changed", "same"]),
  before: lineItemSchema.nullable(),
  after: lineItemSchema.nullable(),
  delta: amount.nullable(),
});

const resourceDifference = z.object({
  address: text,
  type: text,
  kind: z.enum(["added", "removed", "changed", "replaced", "same"]),
  previousAddress: text.exactOptional(),
  before: sideCost.nullable().describe("null when that side does not have the resource"),
  after: sideCost.nullable(),
  delta: amount.nullable(),
  mayBeMore: z.boolean().describe('The delta is "at least"'),
  mayBeLess: z.boolean().describe('The delta is "at most"; with both it is unknown'),
  lineItems: z.array(lineItemDifference),
  attributes: z.array(z.object({ path: text, from: text.nullable(), to: text.nullable() })),
});

/** A {@link CostDifference}. */
export const differenceSchema = z.object({
  resources: z.array(resourceDifference),
  before: amount,
  after: amount,
  delta: amount,
  mayBeMore: z.boolean(),
  mayBeLess: z.boolean(),
  currency: text,
  priceDates: z.record(text, text),
});
