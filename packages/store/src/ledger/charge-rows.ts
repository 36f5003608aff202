import { AMOUNT_DIGITS, type Charge, currencyDigits } from "@apex/billing";
import { AdapterError, assert, type Currency, type Decimal, decimal } from "@apex/core";
import type { Insertable, Selectable } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { KeptCharge } from "./billing-store.ts";

/** Of NUMERIC(38, 18), before the point. */
const WHOLE_DIGITS_MAX = 20;

/** Whether the database keeps a number as it is: it would round, in silence, the places that it has no room for. */
export function isStorable(value: Decimal): boolean {
  const [whole = "", places = ""] = value.replace("-", "").split(".");
  return whole.length <= WHOLE_DIGITS_MAX && places.length <= AMOUNT_DIGITS;
}

/** Throws an AdapterError (`invalid`): what is kept in such a currency could be on no invoice, and never be changed. */
export function requirePayable(currency: Currency, what: string): void {
  if (currencyDigits(currency) !== undefined) return;
  throw new AdapterError(
    "invalid",
    `${what} is in ${currency}, which nothing is paid in, so that no invoice could have it: give a currency of ISO 4217, such as USD`,
  );
}

function storedNumber(value: Decimal, what: string): string {
  assert(isStorable(value), `${what} is ${value}, which has more than ${AMOUNT_DIGITS} places`);
  return value;
}

/** The row of a charge; `attempt` is that of the run it is for. */
export function chargeRow(charge: Charge, attempt: number | null): Insertable<Tables["charges"]> {
  const { tenant, id, subject, kind, rateCard, currency, unit, reverses } = charge;
  return {
    tenant,
    id,
    subject,
    attempt,
    kind,
    rate_card: rateCard,
    currency,
    quantity: storedNumber(charge.quantity, `the quantity of ${id}`),
    unit,
    unit_price: storedNumber(charge.unitPrice, `the unit price of ${id}`),
    amount: storedNumber(charge.amount, `the amount of ${id}`),
    usage_from: new Date(charge.from),
    usage_to: new Date(charge.at),
    reverses,
  };
}

/** A charge as it is kept, of its row and the number of its invoice. */
export function keptCharge(
  row: Selectable<Tables["charges"]> & { readonly invoice: string | null; readonly reason: string | null },
): KeptCharge {
  return {
    tenant: row.tenant,
    subject: row.subject,
    from: row.usage_from.toISOString(),
    at: row.usage_to.toISOString(),
    kind: row.kind,
    quantity: decimal(row.quantity),
    unit: row.unit,
    unitPrice: decimal(row.unit_price),
    amount: decimal(row.amount),
    id: row.id,
    rateCard: row.rate_card,
    currency: row.currency,
    reverses: row.reverses,
    attempt: row.attempt,
    invoice: row.invoice,
    reversalReason: row.reason,
  };
}

/** What is the same in two rows of one charge, as text. */
export function chargeContent(row: Insertable<Tables["charges"]> | Selectable<Tables["charges"]>): string {
  const numbers = [row.quantity, row.unit_price, row.amount].map((value) => decimal(value));
  const times = [row.usage_from, row.usage_to].map((time) => new Date(time).toISOString());
  return JSON.stringify([
    [row.subject, row.attempt ?? null, row.kind, row.rate_card, row.currency, row.unit, row.reverses ?? null],
    numbers,
    times,
  ]);
}
