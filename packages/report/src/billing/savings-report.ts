import { compareDecimals, type Currency, type Decimal, decimal, sumDecimals } from "@apex/core";
import { compareText } from "../compare-text.ts";
import { type KeptProof, readSavingsEvidence, type SavingsEvidence } from "./savings-evidence.ts";

/** What became of a proof: `replaced` by a later one, taken back as `disputed` or `upheld`; the others are charged, or had nothing to charge. */
export type ProofState = "charged" | "nothing-due" | "disputed" | "upheld" | "replaced";

/** One month's proven savings of a change. */
export interface SavingsRow {
  readonly proof: KeptProof;
  readonly evidence: SavingsEvidence;
  readonly state: ProofState;
  /** Of the month after the merge, in the proof's unit. */
  readonly usage: Decimal;
  /** What that usage would have cost before the change, and what it cost. */
  readonly before: Decimal;
  readonly after: Decimal;
  /** What is to be paid for it as it stands: 0 where it is disputed, upheld or replaced. */
  readonly fee: Decimal;
}

/** All of one currency. A replaced proof is in no sum: the one that replaces it is. What a dispute took back for good is in its own alone. */
export interface SavingsTotal {
  readonly currency: Currency;
  readonly proofs: number;
  readonly savings: Decimal;
  readonly fee: Decimal;
  /** Of the savings, those whose dispute is open. */
  readonly disputed: Decimal;
  /** Savings that were proven, until the customer was right in a dispute. */
  readonly upheld: Decimal;
  readonly upheldProofs: number;
}

/** A month of which nothing can be said yet, or at all. */
export interface UnprovenSavings {
  readonly resourceId: string;
  /** "2026-09" */
  readonly month: string;
  /** A whole sentence. */
  readonly reason: string;
}

/** A tenant's proven savings. */
export interface SavingsReport {
  readonly tenant: string;
  readonly totals: readonly SavingsTotal[];
  /** The newest month first, then by resource. */
  readonly rows: readonly SavingsRow[];
  readonly unproven: readonly UnprovenSavings[];
}

const ZERO = decimal(0);

/** The savings of a tenant from what is kept of them. Throws a RangeError for evidence that cannot be read. */
export function savingsReport(
  tenant: string,
  proofs: readonly KeptProof[],
  unproven: readonly UnprovenSavings[] = [],
): SavingsReport {
  const rows = proofs
    .map(rowOf)
    .toSorted(
      (a, b) =>
        compareText(b.evidence.month, a.evidence.month) ||
        compareText(a.evidence.resourceId, b.evidence.resourceId) ||
        compareText(a.proof.id, b.proof.id),
    );
  const counted = rows.filter(({ state }) => state !== "replaced");
  const byCurrency = Map.groupBy(counted, ({ evidence }) => evidence.currency);
  return { tenant, totals: [...byCurrency].map(([currency, all]) => totalOf(currency, all)), rows, unproven };
}

function rowOf(proof: KeptProof): SavingsRow {
  const evidence = readSavingsEvidence(proof);
  const state = stateOf(proof, evidence);
  const sum = (column: "usage" | "before" | "after") =>
    sumDecimals(evidence.parts.map((part) => part[column]));
  return {
    proof,
    evidence,
    state,
    usage: sum("usage"),
    before: sum("before"),
    after: sum("after"),
    fee: state === "charged" ? evidence.fee : ZERO,
  };
}

function stateOf({ dispute, replacedBy }: KeptProof, { fee }: SavingsEvidence): ProofState {
  if (replacedBy !== null) return "replaced";
  if (dispute !== null && dispute.outcome === null) return "disputed";
  if (dispute?.outcome === "upheld") return "upheld";
  return compareDecimals(fee, ZERO) === 0 ? "nothing-due" : "charged";
}

function totalOf(currency: Currency, all: readonly SavingsRow[]): SavingsTotal {
  const rows = all.filter(({ state }) => state !== "upheld");
  const upheld = all.filter(({ state }) => state === "upheld");
  const savingsOf = (of: readonly SavingsRow[]): Decimal =>
    sumDecimals(of.map(({ evidence }) => evidence.savings));
  return {
    currency,
    proofs: rows.length,
    savings: savingsOf(rows),
    fee: sumDecimals(rows.map(({ fee }) => fee)),
    disputed: savingsOf(rows.filter(({ state }) => state === "disputed")),
    upheld: savingsOf(upheld),
    upheldProofs: upheld.length,
  };
}
