import { parseDecimal } from "@apex/core";
import { z } from "zod";
import { PRICE_SERVICES, type PriceService } from "../price-service.ts";

const name = z.string().regex(/^[A-Za-z0-9.*-]{1,60}$/, "a name such as m7i or eu-*; * stands for any text");
const service = z.enum(PRICE_SERVICES as readonly [PriceService, ...PriceService[]]);

/** An exact number, also as text: YAML reads 0.1 as a float, whose shortest notation is the number that was written. */
const usd = z.union([z.number(), z.string()]).refine((value) => {
  const parsed = parseDecimal(value);
  return parsed !== undefined && !parsed.startsWith("-");
}, "USD per hour, such as 0.0832");

const discount = z.strictObject({
  service: service.optional().describe("Absent: every service."),
  regions: z.array(name).min(1).optional().describe('Patterns: "eu-*"; absent: every region.'),
  families: z
    .array(name)
    .min(1)
    .optional()
    .describe('What stands before the size: "m7i", "db.r6g", "n2"; patterns; absent: all.'),
  purchase: z
    .array(name)
    .min(1)
    .optional()
    .describe('"on-demand", "reserved-*", "*-savings-plan-*"; absent: on demand alone.'),
  percent: z.number().min(0).max(100).describe("Taken off the list price."),
});

const rate = z.strictObject({
  service,
  type: name.describe('"m5.large", "db.r6g.xlarge", or a unit\'s name such as "nat-gateway-hour".'),
  region: name.optional().describe("Absent: every region."),
  variant: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('"linux", "windows", "PostgreSQL Multi-AZ"; absent: all of them.'),
  hourly: usd.describe("USD per hour, or per the unit in the name."),
});

/** `apex.prices.yaml` as people write it. */
export const WrittenPrices = z.strictObject({
  discounts: z
    .array(discount)
    .max(10_000)
    .optional()
    .describe("Of those that match a price the last one counts."),
  rates: z
    .array(rate)
    .max(100_000)
    .optional()
    .describe("Fixed prices; they count before any discount. Of those that match the last one counts."),
});

/** The JSON Schema of `apex.prices.yaml`, for editors; committed as `apex-prices.schema.json`. */
export function pricesJsonSchema(): object {
  return { title: "Private prices (apex.prices.yaml)", ...z.toJSONSchema(WrittenPrices, { io: "input" }) };
}
