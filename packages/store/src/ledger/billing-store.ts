import type { Charge, Invoice, PendingMessage, RateCard } from "@apex/billing";
import type { Currency, Decimal } from "@apex/core";

/** Which charges are asked for. */
export interface ChargeQuery {
  readonly tenant: string;
  /** Of usage that ended in this period (the end excluded), Unix time in milliseconds. */
  readonly period?: { readonly startMs: number; readonly endMs: number };
  readonly invoice?: string;
  /** Only those that no invoice has; `false`: only those that one has. */
  readonly isOpen?: boolean;
  readonly subject?: string;
}

/** A charge as it is kept. */
export interface KeptCharge extends Charge {
  /** Which attempt of the run; `null` for savings and repairs. */
  readonly attempt: number | null;
  /** Number of the invoice that has it. */
  readonly invoice: string | null;
  /** Of a reversal by hand: why. */
  readonly reversalReason: string | null;
}

/** A proven saving of one change in one month, to be kept. */
export interface SavingsProofRecord {
  readonly tenant: string;
  readonly id: string;
  readonly resourceId: string;
  readonly address: string | null;
  /** "2026-09" */
  readonly month: string;
  readonly savings: Decimal;
  readonly currency: Currency;
  /** The evidence file, byte for byte. */
  readonly evidence: string;
}

/** A proof as it is kept. */
export interface KeptSavings extends SavingsProofRecord {
  /** Of the evidence, in hexadecimal. */
  readonly evidenceSha256: string;
  /** The proof that was made in its place, of a bill that was changed after it. */
  readonly replacedBy: string | null;
  /** Times are ISO 8601; `closedAt` and `outcome` are `null` while it is open. */
  readonly dispute: {
    readonly openedAt: string;
    readonly reason: string;
    readonly closedAt: string | null;
    readonly outcome: "upheld" | "rejected" | null;
  } | null;
}

/** What one repair took of a language model, to be kept. */
export interface ModelUsageRecord {
  readonly tenant: string;
  /** "fix-20c7": the subject of its charges. */
  readonly id: string;
  /** As it was asked for. */
  readonly model: string;
  /** As far as its server told. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly turnsWithoutUsage: number;
  /** Why not all of it is charged, in whole sentences; `null`: all of it is. */
  readonly uncharged: string | null;
  /** When it began and when it was over, ISO 8601. */
  readonly from: string;
  readonly at: string;
}

/** Whether the books are right, computed from all rows. */
export interface LedgerAudit {
  readonly charges: number;
  /** The sum of all entries: "0". */
  readonly balance: Decimal;
  /** Whole sentences; empty when all is right: unbalanced charges, invoices that differ from their charges, gaps in numbers. */
  readonly problems: readonly string[];
}

/** Money, kept: the one place that writes charges and invoices. */
export interface BillingStore {
  /** Cards are kept once; one of the same id and other prices, or in a currency that nothing is paid in, is an AdapterError (`invalid`). */
  publishRateCards(cards: readonly RateCard[]): Promise<void>;
  rateCards(): Promise<readonly RateCard[]>;
  charges(query: ChargeQuery): Promise<readonly KeptCharge[]>;
  /**
   * Issues the next invoices of a tenant, one for each currency, of all charges until the period's end that no invoice has; those in a currency that nothing is paid in are left to the audit. None when
   * there are none: no number is used up. Two at the same time issue each charge once.
   */
  issue(
    tenant: string,
    period: { readonly startMs: number; readonly endMs: number },
    issuedAtMs: number,
  ): Promise<readonly Invoice[]>;
  /** As it was issued, byte for byte. */
  invoice(tenant: string, number: string): Promise<Invoice | undefined>;
  invoices(tenant: string): Promise<readonly Invoice[]>;
  /**
   * Takes all charges of a subject back that are not taken back yet, and returns what was added. Twice is once. What is on no invoice
   * yet is on the next one together with what takes it back, as two lines; what was invoiced comes off the next one. The reason is kept
   * with what was added.
   */
  reverse(tenant: string, subject: string, reason: string): Promise<readonly Charge[]>;
  /**
   * Keeps a proof with its charges, whose subject is its id, in place of others or of none, and takes the charges of those back: at once
   * or not at all. One that is there already stays as it is, and changes nothing. Throws an AdapterError: `not-found` for a replaced proof that is not there, `invalid` for one that is
   * disputed, whose dispute was upheld, or that was replaced by another already.
   */
  replaceSavings(
    replaced: readonly string[],
    proof: SavingsProofRecord,
    charges: readonly Charge[],
  ): Promise<void>;
  /** By month. */
  savings(tenant: string): Promise<readonly KeptSavings[]>;
  /**
   * Keeps what a repair took of a model with its charges, whose subject is its id: at once or not at all. What is there already stays
   * as it is, and changes nothing.
   */
  recordModelUsage(usage: ModelUsageRecord, charges: readonly Charge[]): Promise<void>;
  /** Of repairs that were over in a period (the end excluded, Unix time in milliseconds), by their end. */
  modelUsage(
    tenant: string,
    period: { readonly startMs: number; readonly endMs: number },
  ): Promise<readonly ModelUsageRecord[]>;
  /**
   * A dispute takes the charge back until it is decided: `rejected` charges it again, `upheld` leaves it taken back. A proof has one
   * dispute. Both throw an AdapterError: `not-found` for an unknown proof, `invalid` for one that is disputed already, or not charged,
   * has no open dispute, or is to be charged again although another replaced it.
   */
  dispute(tenant: string, proofId: string, reason: string): Promise<void>;
  decideDispute(tenant: string, proofId: string, outcome: "upheld" | "rejected"): Promise<void>;
  audit(): Promise<LedgerAudit>;
  /**
   * Messages of charges that were not delivered yet: those tried least often first, then the oldest, so that what cannot be delivered
   * holds nothing up. Each charge has one, written with it ({@link messageOf} of `@apex/billing`).
   */
  undelivered(limit: number): Promise<readonly PendingMessage[]>;
  /** Counts, before a message is sent, that it is about to be. The first time stays until nobody can have heard it. Returns whether it was waiting. */
  markSending(key: string): Promise<boolean>;
  /** Of one sending that was counted: it is certain that nobody heard it. What became of others stays open. Returns whether it was waiting. */
  markUnheard(key: string): Promise<boolean>;
  /** It is certain of all sendings that nobody heard one. Returns whether it was waiting. */
  markUnsent(key: string): Promise<boolean>;
  /** Returns whether it was waiting: twice is once. */
  markDelivered(key: string): Promise<boolean>;
  /** Counts an attempt and keeps its reason. Returns whether it was waiting. */
  markFailed(key: string, error: string): Promise<boolean>;
}
