import { compareDecimals, type Currency, type Decimal, decimal } from "@apex/core";
import { currencyDigits } from "./currency-digits.ts";

/** The prices of one dated version. Never changed once a run has been quoted by it: a new price is a new card. */
export interface RateCard {
  /** "bvm-2026-11-01". */
  readonly id: string;
  /** The first instant it may be pinned for, Unix time in milliseconds. */
  readonly validFromMs: number;
  readonly currency: Currency;
  /** What the compute costs us, per hour of one vCPU, one GiB reserved, one GPU by model. */
  readonly base: {
    readonly vcpuHour: Decimal;
    readonly gibHour: Decimal;
    readonly gpuHour: Readonly<Record<string, Decimal>>;
  };
  /** On top of the base, as a share of it: 0.5 for BVM. */
  readonly margin: Decimal;
  /** The least that a run costs, shown as a line of its own. */
  readonly minimum: Decimal;
  /** Where the base prices are from. */
  readonly source: string;
}

/**
 * The card that a run of this instant is priced by: the newest that is valid. `undefined` before the first. The order of `cards` does
 * not matter.
 */
export function rateCardAt(cards: readonly RateCard[], atMs: number): RateCard | undefined {
  return cards
    .filter((card) => card.validFromMs <= atMs)
    .toSorted((a, b) => b.validFromMs - a.validFromMs)[0];
}

/** What is wrong with a card, as a whole sentence; `undefined` when it can be charged by. */
export function rateCardProblem(card: RateCard): string | undefined {
  if (!Number.isFinite(card.validFromMs)) {
    return `The rate card ${card.id} does not say from when it is valid.`;
  }
  if (currencyDigits(card.currency) === undefined) {
    return `The rate card ${card.id} is in ${card.currency}, which nothing is paid in: give a currency of ISO 4217, such as USD.`;
  }
  const prices: readonly (readonly [string, Decimal])[] = [
    ["vCPU hour", card.base.vcpuHour],
    ["GiB hour", card.base.gibHour],
    ...Object.entries(card.base.gpuHour),
    ["margin", card.margin],
    ["minimum", card.minimum],
  ];
  const negative = prices.find(([, price]) => compareDecimals(price, decimal(0)) < 0);
  return negative === undefined
    ? undefined
    : `The rate card ${card.id} has a negative price (${negative[0]}): ${negative[1]}.`;
}
