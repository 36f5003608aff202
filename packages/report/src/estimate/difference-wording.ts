import {
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  type LineItem,
  type SideCost,
} from "@apex/core";
import { amountText, UNKNOWN } from "../wording.ts";

const ZERO = decimal(0);

/** What stands where a side does not have the resource. */
export const ABSENT = "—";

/** What stands in place of an amount that only use which nobody told decides. */
export const BY_USE = "by use";

/** How sure a difference is. */
export interface Sureness {
  readonly mayBeMore: boolean;
  readonly mayBeLess: boolean;
  /** Whether something paid by use that nobody told comes, goes or changes. */
  readonly differsByUse: boolean;
}

/** Of a difference that is known exactly. */
export const EXACT: Sureness = { mayBeMore: false, mayBeLess: false, differsByUse: false };

/** A difference in words: "+$41", "at most −$10", "none", "by use", "unknown"; `text` is its amount without a sign. */
export function deltaText(
  delta: Decimal | null,
  text: string,
  { mayBeMore, mayBeLess, differsByUse }: Sureness,
): string {
  if (delta === null || (mayBeMore && mayBeLess)) return UNKNOWN;
  const sign = compareDecimals(delta, ZERO);
  if (sign === 0) return mayBeMore || mayBeLess ? UNKNOWN : differsByUse ? BY_USE : "none";
  return `${boundWord(sign, mayBeMore, mayBeLess)}${sign > 0 ? "+" : "−"}${text}`;
}

/** The difference of a whole in a clause: as {@link deltaText}, and what is known where it is not: "no less than before". */
export function differenceClause(delta: Decimal, text: string, sureness: Sureness): string {
  const { mayBeMore, mayBeLess, differsByUse } = sureness;
  const isZero = compareDecimals(delta, ZERO) === 0;
  if (mayBeMore && mayBeLess) {
    const known = deltaText(delta, text, EXACT);
    return isZero ? "difference unknown" : `difference unknown: ${known} of what has a price`;
  }
  if (!isZero) return deltaText(delta, text, sureness);
  if (mayBeMore) return "no less than before";
  if (mayBeLess) return "no more than before";
  return differsByUse ? "no difference but by use that is not known" : "no difference";
}

/** What goes before the size of a cost or a saving: a saving that may turn out smaller is "at most" that. */
export function boundWord(sign: 1 | -1, mayBeMore: boolean, mayBeLess: boolean): string {
  if (mayBeMore === mayBeLess) return "";
  return (mayBeMore ? sign > 0 : sign < 0) ? "at least " : "at most ";
}

/**
 * What a side costs, its amount being `text`: "at least $41", "by use", "unknown". `isByUse` tells that all of it depends on use
 * that nobody told.
 */
export function sideText(side: SideCost | null, text: string, isByUse: boolean): string {
  if (side === null) return ABSENT;
  if (side.monthlyCost === null) return UNKNOWN;
  if (side.unpriced === undefined && isByUse) return BY_USE;
  return side.unpriced === undefined ? text : `at least ${text}`;
}

/** What a line item costs: "$41.20", or that only use decides it. */
export function itemText({ monthlyCost }: LineItem, currency: Currency): string {
  return monthlyCost === null ? BY_USE : amountText(monthlyCost, currency);
}
