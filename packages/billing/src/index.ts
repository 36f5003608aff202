/**
 * What validations and savings cost the customer: rating, charges and invoices, exact to the last digit.
 * Not for keeping them: the store does, and its database holds the ledger in balance.
 */
export { AMOUNT_DIGITS, toAmountDigits } from "./amount-digits.ts";
export { invoicedUntil, openBillingMonth } from "./billing-month.ts";
export { addMonths, isCalendarMonth, monthOf, monthPeriod } from "./calendar-month.ts";
export { type Charge, type ChargeSubject, chargedAgain, chargesOf, reversalOf } from "./charge.ts";
export { chargeDescription } from "./charge-description.ts";
export { FOCUS_VERSIONS } from "./choices.ts";
export {
  chargeOf,
  type ChargeMessage,
  messageOf,
  type OutboxMessage,
  type PendingMessage,
} from "./charge-message.ts";
export { focusCsv } from "./focus/focus-csv.ts";
export { FOCUS_DECIMAL, type FocusColumnType, type FocusRow } from "./focus/focus-row.ts";
export { type BilledCharge, type FocusExport, focusRows } from "./focus/focus-rows.ts";
export { focusViolations, type FocusViolation } from "./focus/focus-rules.ts";
export { type FocusTable, focusTable, type FocusVersion } from "./focus/focus-table.ts";
export { invoiceDetailTable, type PaymentTerms } from "./focus/invoice-detail.ts";
export { currencyDigits } from "./currency-digits.ts";
export { buildInvoice, type Invoice, type InvoiceLine } from "./invoice.ts";
export { PUBLISHED_RATE_CARDS } from "./published-rate-cards.ts";
export {
  type ModelCharge,
  type ModelTokenPrices,
  type ModelUsage,
  rateModelUsage,
} from "./rate-model-usage.ts";
export { quoteRun } from "./quote-run.ts";
export { type RateCard, rateCardAt, rateCardProblem } from "./rate-card.ts";
export {
  type ChargeKind,
  type MeteredUsage,
  type RatedLine,
  type RatedRun,
  rateRun,
} from "./rate-run.ts";
export { type BilledEnding, chargeRun, type RunCharge, type RunSettlement } from "./run-charges.ts";
export { TIER_LIMITS, type TierLimits, TIERS, type Tier } from "./tier-limits.ts";
export type { MonthlySavingsOfChange, SavingsAtListPrices, SavingsPart } from "./savings/month-savings.ts";
export { accountKey, accountOf } from "./savings/bill-account.ts";
export type { UnprovenMonth } from "./savings/prove-savings.ts";
export { type KnownProof, readEvidence } from "./savings/savings-evidence.ts";
export type { MergedChange, SavingsInput } from "./savings/savings-input.ts";
export {
  proveSavings,
  savingsCharges,
  type SavingsContext,
  type SavingsOutcome,
  type SavingsProof,
} from "./savings/savings-proof.ts";
