/**
 * What validations and savings cost the customer: rating, charges and invoices, exact to the last digit.
 * Not for keeping them: the store does, and its database holds the ledger in balance.
 */
export { apportion, type Apportioned } from "./apportion.ts";
export { type Charge, type ChargeSubject, chargesOf, reversalOf } from "./charge.ts";
export { buildInvoice, type Invoice, type InvoiceLine } from "./invoice.ts";
export { quoteRun } from "./quote-run.ts";
export { type RateCard, rateCardAt, rateCardProblem } from "./rate-card.ts";
export {
  AMOUNT_DIGITS,
  type ChargeKind,
  type MeteredUsage,
  type RatedLine,
  type RatedRun,
  rateRun,
} from "./rate-run.ts";
