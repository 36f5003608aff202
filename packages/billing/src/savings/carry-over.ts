import { addDecimals, compareDecimals, type Decimal, decimal, multiply, sumDecimals } from "@apex/core";
import { AMOUNT_DIGITS, toAmountDigits } from "../amount-digits.ts";
import { apportion } from "../apportion.ts";
import { scaled, unscaled } from "./fixed-point.ts";
import type { MonthlySavingsOfChange } from "./month-savings.ts";
import type { UnprovenMonth } from "./prove-savings.ts";

/** VBP: Apex's share of proven savings. */
export const SAVINGS_SHARE = decimal("0.2");

const ZERO = decimal(0);

/** A month's savings of a change, with what earlier months of the resource left. */
export interface SharedSavings extends MonthlySavingsOfChange {
  /** What all changes of the resource saved in the month, those that lost included. */
  readonly savingsOfAllChanges: Decimal;
  /** What the resource lost in earlier months and later ones have not made good yet: 0 or below. */
  readonly carriedIn: Decimal;
  /** What is shared of this month and change: 0 or above, and no more than it saved. */
  readonly chargeable: Decimal;
  readonly carriedOut: Decimal;
  /** {@link SAVINGS_SHARE} of it, to 18 places. */
  readonly fee: Decimal;
}

/** Parts of a whole number are reckoned to so many places more, so that their sum rounds to it. */
const MORE_PLACES = 6;

/** Splits what is to be shared by what each change saved; one that lost has no part. */
function parted(net: bigint, savings: readonly bigint[]): readonly Decimal[] {
  const gains = savings.map((value) => (value > 0n ? value : 0n));
  const all = gains.reduce((sum, gain) => sum + gain, 0n);
  if (net <= 0n) return gains.map(() => ZERO);
  const exact = gains.map((gain) =>
    unscaled((net * 10n ** BigInt(MORE_PLACES) * gain) / all, AMOUNT_DIGITS + MORE_PLACES),
  );
  return apportion(exact, AMOUNT_DIGITS).amounts.map((amount) => decimal(amount));
}

/**
 * Nets the changes of one month and what was lost before: what one change lost, another of the resource makes good first, so that a
 * change and its reversal are no saving. No fee is below 0.
 */
function sharedOf(
  month: readonly MonthlySavingsOfChange[],
  carriedIn: Decimal,
): { readonly shared: readonly SharedSavings[]; readonly carriedOut: Decimal } {
  const savingsOfAllChanges = sumDecimals(month.map(({ savings }) => savings));
  const net = addDecimals(carriedIn, savingsOfAllChanges);
  const carriedOut = compareDecimals(net, ZERO) > 0 ? ZERO : net;
  const parts = parted(
    scaled(net),
    month.map(({ savings }) => scaled(savings)),
  );
  const shared = month.map((one, index): SharedSavings => {
    const chargeable = parts[index] ?? ZERO;
    const fee = toAmountDigits(multiply(chargeable, SAVINGS_SHARE));
    return { ...one, savingsOfAllChanges, carriedIn, chargeable, carriedOut, fee };
  });
  return { shared, carriedOut };
}

/** The months of one resource, the oldest first. */
function sharedMonths(proven: readonly MonthlySavingsOfChange[]): readonly SharedSavings[] {
  const byMonth = Map.groupBy(proven, ({ month }) => month);
  let carried = ZERO;
  return [...byMonth.keys()].toSorted().flatMap((month) => {
    const { shared, carriedOut } = sharedOf(byMonth.get(month) ?? [], carried);
    carried = carriedOut;
    return shared;
  });
}

/**
 * Shares proven months of one resource, all of its changes together. Months after one whose bill is not final wait for it: what it will
 * have lost is to be made good first.
 */
export function shareSavings(
  proven: readonly MonthlySavingsOfChange[],
  unproven: readonly UnprovenMonth[],
): { readonly shared: readonly SharedSavings[]; readonly waiting: readonly UnprovenMonth[] } {
  const open = unproven.filter(({ isOpen }) => isOpen).map(({ month }) => month);
  const [firstOpen] = open.toSorted();
  const isWaiting = ({ month }: MonthlySavingsOfChange): boolean =>
    firstOpen !== undefined && month > firstOpen;
  const waiting = new Map(proven.filter(isWaiting).map((one) => [one.month, one]));
  return {
    shared: sharedMonths(proven.filter((month) => !isWaiting(month))),
    waiting: [...waiting.values()].map(({ tenant, resourceId, month }) => ({
      tenant,
      resourceId,
      month,
      reason: `It waits for ${firstOpen}, whose bill is not final: a loss there is made good first.`,
      isOpen: true,
    })),
  };
}
