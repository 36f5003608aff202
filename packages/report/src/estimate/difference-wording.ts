import { compareDecimals, type Decimal, decimal, isAllByUse, type LineItem, type SideCost } from "@apex/core";
import { UNKNOWN } from "../wording.ts";

const ZERO = decimal(0);

/** What stands where a side does not have the resource. */
export const ABSENT = "—";

/** What stands in place of an amount that only use which nobody told decides. */
export const BY_USE = "by use";

/** A difference in words: "+$41", "at most −$10", "none", "by use", "unknown". */
export function deltaText(
  delta: Decimal | null,
  text: string,
  {
    mayBeMore,
    mayBeLess,
    isByUse,
  }: { readonly mayBeMore: boolean; readonly mayBeLess: boolean; readonly isByUse: boolean },
): string {
  if (delta === null || (mayBeMore && mayBeLess)) return UNKNOWN;
  const sign = compareDecimals(delta, ZERO);
  if (sign === 0) return mayBeMore || mayBeLess ? UNKNOWN : isByUse ? BY_USE : "none";
  return `${boundWord(sign, mayBeMore, mayBeLess)}${sign > 0 ? "+" : "−"}${text}`;
}

/** What goes before the size of a cost or a saving: a saving that may turn out smaller is "at most" that. */
export function boundWord(sign: 1 | -1, mayBeMore: boolean, mayBeLess: boolean): string {
  if (mayBeMore === mayBeLess) return "";
  return (mayBeMore ? sign > 0 : sign < 0) ? "at least " : "at most ";
}

/** What a side costs, its amount being `text`: "at least $41", "by use", "unknown"; `items` are its line items. */
export function sideText(side: SideCost | null, text: string, items: readonly (LineItem | null)[]): string {
  if (side === null) return ABSENT;
  if (side.monthlyCost === null) return UNKNOWN;
  if (side.unpriced === undefined && isAllByUse(items)) return BY_USE;
  return side.unpriced === undefined ? text : `at least ${text}`;
}
