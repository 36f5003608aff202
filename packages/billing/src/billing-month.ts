import { type CalendarMonth, epochMsOf, monthOf } from "./calendar-month.ts";
import type { Charge } from "./charge.ts";
import type { Invoice } from "./invoice.ts";

/** Until when a tenant's invoices reach, ISO 8601; `null` before the first. */
export function invoicedUntil(invoices: readonly Pick<Invoice, "period">[]): string | null {
  return invoices.reduce<string | null>((until, { period: { end } }) => {
    return until === null || epochMsOf(end) > epochMsOf(until) ? end : until;
  }, null);
}

/**
 * The month that a charge on no invoice is billed in: that of its usage, or, where an invoice reaches beyond it already, that of the next
 * invoice. What is late, or takes back what was invoiced, never adds to a month that is closed.
 */
export function openBillingMonth({ at }: Pick<Charge, "at">, until: string | null): CalendarMonth {
  return monthOf(until !== null && epochMsOf(until) > epochMsOf(at) ? until : at);
}
