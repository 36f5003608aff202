import {
  addDecimals,
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  multiply,
  sumDecimals,
} from "@apex/core";
import { toAmountDigits } from "./amount-digits.ts";
import { currencyDigits } from "./currency-digits.ts";
import type { RateCard } from "./rate-card.ts";
import type { RatedLine, RatedRun } from "./rate-run.ts";

/** What a model's tokens cost us, per million. */
export interface ModelTokenPrices {
  readonly inputPerMillion: Decimal;
  readonly outputPerMillion: Decimal;
  readonly currency: Currency;
}

/** What a repair took of a language model, as its server told. */
export interface ModelUsage {
  /** As it was asked for. */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Turns of which the server told nothing: what they took is not in the tokens. */
  readonly turnsWithoutUsage: number;
  /** `null`: not known, which is not free. */
  readonly prices: ModelTokenPrices | null;
}

/** What a repair's model is charged, or why it is not. Reasons are whole sentences. */
export type ModelCharge =
  | {
      readonly kind: "charged";
      readonly rated: RatedRun;
      /** What is not in it, because nobody knows; `null` when it is all. */
      readonly uncharged: string | null;
    }
  /** What it cost is not known: said, and never taken for nothing. */
  | { readonly kind: "unknown"; readonly uncharged: string }
  | { readonly kind: "unused" };

const ONE = decimal(1);
const ZERO = decimal(0);
const MILLIONTH = decimal("0.000001");

function turnsSentence(count: number): string {
  const turns = count === 1 ? "1 turn" : `${count} turns`;
  return `What ${turns} took is not charged: the model's server did not tell it.`;
}

function requireCounts({ inputTokens, outputTokens, turnsWithoutUsage }: ModelUsage): void {
  const wrong = [inputTokens, outputTokens, turnsWithoutUsage].find(
    (count) => !Number.isSafeInteger(count) || count < 0,
  );
  if (wrong !== undefined) throw new RangeError(`a repair took ${wrong} of a model`);
}

/** Per token, margin included. Throws a RangeError for what the ledger could not keep as it is. */
function unitPrice(perMillion: Decimal, margin: Decimal): Decimal {
  if (compareDecimals(perMillion, ZERO) < 0)
    throw new RangeError(`a price of ${perMillion} for a million tokens`);
  const price = multiply(multiply(perMillion, MILLIONTH), addDecimals(ONE, margin));
  if (compareDecimals(price, toAmountDigits(price)) !== 0) {
    throw new RangeError(
      `a price of ${perMillion} for a million tokens, which has too many places with its margin`,
    );
  }
  return price;
}

function lineOf(kind: "model-input" | "model-output", tokens: number, price: Decimal): RatedLine {
  const quantity = decimal(tokens);
  return {
    kind,
    quantity,
    unit: "Tokens",
    unitPrice: price,
    amount: toAmountDigits(multiply(price, quantity)),
  };
}

/**
 * BVM of a language model: what its tokens cost at the model's own prices, plus the card's margin; without a minimum, which the run that
 * is repaired has. Tokens of an unknown price, or that nobody counted, are no charge and are said. Throws a RangeError for counts and
 * prices below 0, and for prices with more places than a charge keeps.
 */
export function rateModelUsage(usage: ModelUsage, card: Pick<RateCard, "id" | "margin">): ModelCharge {
  requireCounts(usage);
  const { inputTokens, outputTokens, turnsWithoutUsage, prices, model } = usage;
  const missing = turnsWithoutUsage === 0 ? null : turnsSentence(turnsWithoutUsage);
  if (inputTokens + outputTokens === 0) {
    return missing === null ? { kind: "unused" } : { kind: "unknown", uncharged: missing };
  }
  if (prices === null || currencyDigits(prices.currency) === undefined) {
    const why =
      prices === null
        ? "its price is not known"
        : `its price is in ${prices.currency}, which nothing is paid in`;
    const tokens = `The ${inputTokens + outputTokens} tokens of ${model} are not charged: ${why}.`;
    return { kind: "unknown", uncharged: missing === null ? tokens : `${tokens} ${missing}` };
  }
  const lines = [
    lineOf("model-input", inputTokens, unitPrice(prices.inputPerMillion, card.margin)),
    lineOf("model-output", outputTokens, unitPrice(prices.outputPerMillion, card.margin)),
  ].filter(({ quantity }) => compareDecimals(quantity, ZERO) > 0);
  const amount = sumDecimals(lines.map((line) => line.amount));
  return {
    kind: "charged",
    rated: { rateCard: card.id, currency: prices.currency, lines, amount },
    uncharged: missing,
  };
}
