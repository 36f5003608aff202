import { addDecimals, compareDecimals, type Decimal, decimal, multiply, roundDecimal } from "@apex/core";
import { AMOUNT_DIGITS } from "../rate-run.ts";
import type { MonthlySavingsOfChange } from "./month-savings.ts";
import type { UnprovenMonth } from "./prove-savings.ts";

/** VBP: Apex's share of proven savings. */
export const SAVINGS_SHARE = decimal("0.2");

const ZERO = decimal(0);

/** A month's savings of a change, with what earlier months left of it. */
export interface SharedSavings extends MonthlySavingsOfChange {
  /** What earlier months lost and later ones have not made good yet: 0 or below. */
  readonly carriedIn: Decimal;
  /** What is shared of this month: 0 or above. */
  readonly chargeable: Decimal;
  readonly carriedOut: Decimal;
  /** {@link SAVINGS_SHARE} of it, to 18 places. */
  readonly fee: Decimal;
}

/** What a change is known by from month to month. */
export function changeKey({ changes }: Pick<MonthlySavingsOfChange, "changes">): string {
  return JSON.stringify(changes.map(({ id }) => id));
}

/** Nets the months of one change, the oldest first: a loss is made good before anything is shared, and no fee is below 0. */
function shared(months: readonly MonthlySavingsOfChange[]): readonly SharedSavings[] {
  let carried = ZERO;
  return months.map((month) => {
    const carriedIn = carried;
    const net = addDecimals(carriedIn, month.savings);
    const isGain = compareDecimals(net, ZERO) > 0;
    const chargeable = isGain ? net : ZERO;
    carried = isGain ? ZERO : net;
    const fee = decimal(roundDecimal(multiply(chargeable, SAVINGS_SHARE), AMOUNT_DIGITS));
    return { ...month, carriedIn, chargeable, carriedOut: carried, fee };
  });
}

/**
 * Shares proven months, each change for itself. Months after one whose bill is not final wait for it: what it will have lost is to be
 * made good first.
 */
export function shareSavings(
  proven: readonly MonthlySavingsOfChange[],
  unproven: readonly UnprovenMonth[],
): { readonly shared: readonly SharedSavings[]; readonly waiting: readonly UnprovenMonth[] } {
  const open = unproven.filter(({ isOpen }) => isOpen).map(({ month }) => month);
  const [firstOpen] = open.toSorted();
  const isWaiting = ({ month }: MonthlySavingsOfChange): boolean =>
    firstOpen !== undefined && month > firstOpen;
  const byChange = Map.groupBy(
    proven.filter((month) => !isWaiting(month)).toSorted((a, b) => (a.month < b.month ? -1 : 1)),
    changeKey,
  );
  const waiting = new Map(proven.filter(isWaiting).map((one) => [one.month, one]));
  return {
    shared: [...byChange.values()].flatMap(shared),
    waiting: [...waiting.values()].map(({ tenant, resourceId, month }) => ({
      tenant,
      resourceId,
      month,
      reason: `It waits for ${firstOpen}, whose bill is not final: a loss there is made good first.`,
      isOpen: true,
    })),
  };
}
