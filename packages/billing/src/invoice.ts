import { type Currency, type Decimal, sumDecimals } from "@apex/core";
import { apportion } from "./apportion.ts";
import type { Charge } from "./charge.ts";
import { currencyDigits } from "./currency-digits.ts";
import type { ChargeKind } from "./rate-run.ts";

/** Charges of one kind and price, as one line. */
export interface InvoiceLine {
  readonly kind: ChargeKind;
  readonly rateCard: string;
  readonly unit: string;
  /** Of reversals, which are lines of their own: nobody is to search a total for what was taken back. */
  readonly isCorrection: boolean;
  readonly quantity: Decimal;
  /** The exact sum of its charges, to 18 places. */
  readonly exact: Decimal;
  /** What is to be paid, in the currency's digits. */
  readonly amount: Decimal;
  readonly charges: readonly string[];
}

/** An issued invoice. Never changed: later charges are on the next one. */
export interface Invoice {
  /** Without gaps, counted by whoever issues it. */
  readonly number: string;
  readonly tenant: string;
  readonly currency: Currency;
  /** First instant, and the first one that is not in it, ISO 8601. */
  readonly period: { readonly start: string; readonly end: string };
  readonly issuedAt: string;
  readonly lines: readonly InvoiceLine[];
  /** The exact sum of all charges, rounded once; the lines add up to it. */
  readonly total: Decimal;
}

function groupOf({ kind, rateCard, reverses }: Charge): string {
  return JSON.stringify([kind, rateCard, reverses !== null]);
}

/**
 * The invoice of charges that no earlier one has. Late charges, of usage before the period, belong to the next invoice: what was issued
 * stays. Throws a RangeError for charges of several tenants or currencies, for the same charge twice, and for a currency of unknown
 * digits.
 */
export function buildInvoice(
  head: Pick<Invoice, "number" | "tenant" | "currency" | "period" | "issuedAt">,
  charges: readonly Charge[],
): Invoice {
  const digits = currencyDigits(head.currency);
  if (digits === undefined) throw new RangeError(`invoices in ${head.currency} are not supported`);
  const foreign = charges.find(
    ({ tenant, currency }) => tenant !== head.tenant || currency !== head.currency,
  );
  if (foreign !== undefined) {
    throw new RangeError(
      `${foreign.id} is of ${foreign.tenant} in ${foreign.currency}, not on ${head.number}`,
    );
  }
  if (new Set(charges.map(({ id }) => id)).size !== charges.length) {
    throw new RangeError(`${head.number} would have the same charge twice`);
  }
  const groups = [...Map.groupBy(charges, groupOf).values()];
  const exact = groups.map((group) => sumDecimals(group.map(({ amount }) => amount)));
  const { amounts, total } = apportion(exact, digits);
  const lines = groups.flatMap((group, index): InvoiceLine[] => {
    const [first] = group;
    const [sum, amount] = [exact[index], amounts[index]];
    if (first === undefined || sum === undefined || amount === undefined) return [];
    return [
      {
        kind: first.kind,
        rateCard: first.rateCard,
        unit: first.unit,
        isCorrection: first.reverses !== null,
        quantity: sumDecimals(group.map(({ quantity }) => quantity)),
        exact: sum,
        amount,
        charges: group.map(({ id }) => id),
      },
    ];
  });
  return { ...head, lines, total };
}
