import type { ChargeKind, RatedLine } from "@apex/billing";
import type { Generated } from "kysely";
import type { Numeric } from "../records/tables.ts";

/** Tables of money, as queries see them. Most are never changed: triggers refuse it. */
export interface LedgerTables {
  rate_cards: RateCardsTable;
  charges: ChargesTable;
  entries: EntriesTable;
  reversal_reasons: ReversalReasonsTable;
  invoice_series: InvoiceSeriesTable;
  invoices: InvoicesTable;
  invoice_lines: InvoiceLinesTable;
  invoice_charges: InvoiceChargesTable;
  model_usage: ModelUsageTable;
  savings_proofs: SavingsProofsTable;
  savings_replacements: SavingsReplacementsTable;
  savings_disputes: SavingsDisputesTable;
  outbox: OutboxTable;
}

interface RateCardsTable {
  id: string;
  valid_from: Date;
  currency: string;
  vcpu_hour: Numeric;
  gib_hour: Numeric;
  /** JSON: price by GPU model. */
  gpu_hour: string;
  margin: Numeric;
  minimum: Numeric;
  source: string;
}

interface ChargesTable {
  tenant: string;
  id: string;
  subject: string;
  attempt: number | null;
  kind: ChargeKind;
  rate_card: string;
  currency: string;
  quantity: Numeric;
  unit: RatedLine["unit"];
  unit_price: Numeric;
  amount: Numeric;
  usage_from: Date;
  usage_to: Date;
  reverses: string | null;
  created_at: Generated<Date>;
}

interface ReversalReasonsTable {
  tenant: string;
  charge_id: string;
  reason: string;
}

interface EntriesTable {
  tenant: string;
  charge_id: string;
  account: string;
  amount: Numeric;
}

interface InvoiceSeriesTable {
  series: string;
  last: number;
}

interface InvoicesTable {
  tenant: string;
  number: string;
  series: string;
  ordinal: number;
  currency: string;
  period_start: Date;
  period_end: Date;
  issued_at: Date;
  /** With the digits of its currency: "4.70". */
  total: Numeric;
}

interface InvoiceLinesTable {
  tenant: string;
  number: string;
  position: number;
  kind: ChargeKind;
  rate_card: string;
  unit: string;
  is_correction: boolean;
  quantity: Numeric;
  exact: Numeric;
  /** With the digits of its currency. */
  amount: Numeric;
}

interface InvoiceChargesTable {
  tenant: string;
  charge_id: string;
  number: string;
  position: number;
}

interface ModelUsageTable {
  tenant: string;
  id: string;
  model: string;
  /** Of type bigint. */
  input_tokens: string;
  output_tokens: string;
  turns_without_usage: number;
  uncharged: string | null;
  usage_from: Date;
  usage_to: Date;
  created_at: Generated<Date>;
}

interface SavingsProofsTable {
  tenant: string;
  id: string;
  resource_id: string;
  address: string | null;
  /** "2026-09" */
  month: string;
  savings: Numeric;
  currency: string;
  evidence: string;
  evidence_sha256: string;
  created_at: Generated<Date>;
}

interface SavingsReplacementsTable {
  tenant: string;
  proof_id: string;
  replaced_by: string;
}

interface SavingsDisputesTable {
  tenant: string;
  proof_id: string;
  opened_at: Generated<Date>;
  reason: string;
  closed_at: Date | null;
  outcome: "upheld" | "rejected" | null;
}

interface OutboxTable {
  key: string;
  tenant: string;
  kind: string;
  payload: string;
  /** Ascends with writing. */
  sequence: Generated<string>;
  created_at: Generated<Date>;
  first_sent_at: Date | null;
  /** Sendings of which it is not certain that nobody heard them. */
  open_sends: Generated<number>;
  delivered_at: Date | null;
  attempts: Generated<number>;
  last_error: string | null;
}
