import { addDecimals, decimal, type Money, multiply } from "@apex/core";
import type { ModelPrices } from "../loop/loop-messages.ts";
import type { ModelUsage } from "./model-client.ts";

const MILLIONTH = decimal("0.000001");

/** What a turn cost at the model's prices, exactly. */
export function costOf(usage: ModelUsage, prices: ModelPrices): Money {
  const perMillion = addDecimals(
    multiply(decimal(usage.inputTokens), prices.inputPerMillion),
    multiply(decimal(usage.outputTokens), prices.outputPerMillion),
  );
  return { amount: multiply(perMillion, MILLIONTH), currency: prices.currency };
}
