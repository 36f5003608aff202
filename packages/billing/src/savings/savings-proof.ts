import { canonicalJson, compareDecimals, decimal, formatInstant } from "@apex/core";
import { epochMsOf, monthPeriod } from "../calendar-month.ts";
import { type Charge, chargesOf } from "../charge.ts";
import { SAVINGS_SHARE, type SharedSavings, shareSavings } from "./carry-over.ts";
import { proveMonths, type UnprovenMonth } from "./prove-savings.ts";
import { type KnownProof, type ProofIdentity, readEvidence, savingsEvidence } from "./savings-evidence.ts";
import type { SavingsInput } from "./savings-input.ts";
import { withdrawnSavings } from "./withdraw.ts";

/** A month's savings of a change, proven. */
export interface SavingsProof extends SharedSavings, ProofIdentity {
  /** The document, to be kept byte for byte. */
  readonly evidence: string;
}

/** What became of a resource's savings. */
export interface SavingsOutcome {
  /** Those that are new, or differ from what was proven before. */
  readonly proofs: readonly SavingsProof[];
  /** Proven before, and still so. */
  readonly unchanged: readonly string[];
  readonly unproven: readonly UnprovenMonth[];
}

/** What proving needs from outside. */
export interface SavingsContext {
  /** A digest as hexadecimal text, SHA-256. */
  readonly digest: (text: string) => string;
  /** Evidence of what was proven before of this resource. */
  readonly earlier: readonly string[];
}

const ID_DIGITS = 24;
const SECOND_MS = 1_000;
const ONE = 1;

function firstIdOf(savings: SharedSavings, digest: SavingsContext["digest"]): string {
  const { tenant, resourceId, unit, changes, month } = savings;
  const of = canonicalJson([tenant, resourceId, unit, changes.map(({ id }) => id), month]);
  return `sav-${digest(of).slice(0, ID_DIGITS)}`;
}

/** Which time a month is proven: 1 in "sav-3f9a", 2 in "sav-3f9a-2"; `undefined` of another one. */
function revisionOf(id: string, first: string): number | undefined {
  if (id === first) return ONE;
  const rest = id.startsWith(`${first}-`) ? id.slice(first.length + 1) : "";
  return /^[1-9]\d*$/.test(rest) ? Number(rest) : undefined;
}

/** Proofs that nothing stands in place of. */
function activeAmong(known: readonly KnownProof[]): readonly KnownProof[] {
  const replaced = new Set(known.flatMap(({ replaces }) => replaces));
  return known.filter(({ id }) => !replaced.has(id));
}

/** Those of the same month and change. */
function sameAs(
  { unit, month, changes }: SharedSavings,
  active: readonly KnownProof[],
): readonly KnownProof[] {
  const ids = new Set(changes.map(({ id }) => id));
  return active.filter(
    (proof) => proof.unit === unit && proof.month === month && proof.changes.some((id) => ids.has(id)),
  );
}

/** Which proof savings are: the id of the one that says the same already, or what a new one is called and what it replaces. */
function identify(
  savings: SharedSavings,
  first: string,
  { known, active }: { readonly known: readonly KnownProof[]; readonly active: readonly KnownProof[] },
): ProofIdentity | string {
  const same = sameAs(savings, active);
  const [before] = same;
  const isSame =
    before !== undefined &&
    same.length === 1 &&
    revisionOf(before.id, first) !== undefined &&
    compareDecimals(before.savings, savings.savings) === 0 &&
    compareDecimals(before.chargeable, savings.chargeable) === 0;
  if (isSame) return before.id;
  const revision = Math.max(0, ...known.map(({ id }) => revisionOf(id, first) ?? 0)) + 1;
  return {
    id: revision === 1 ? first : `${first}-${revision}`,
    replaces: before?.id ?? null,
    alsoReplaces: same.slice(1).map(({ id }) => id),
  };
}

/**
 * Proves the savings of a resource's changes from the bill as it is now, and compares them with what was proven before: a later delivery
 * that refunds or adds something makes another proof that replaces the first one, and one in which the usage is gone a proof of 0. Nothing is ever charged from a bill that is not
 * final, or from numbers that are not known.
 */
export function proveSavings(input: SavingsInput, { digest, earlier }: SavingsContext): SavingsOutcome {
  const months = proveMonths(input);
  const { shared, waiting } = shareSavings(months.proven, months.unproven);
  const known = earlier.map(readEvidence);
  const active = activeAmong(known);
  const withdrawn = withdrawnSavings(input, { months, shared, active });
  const outcomes = [...shared, ...withdrawn].map((savings): SavingsProof | string => {
    const identity = identify(savings, firstIdOf(savings, digest), { known, active });
    if (typeof identity === "string") return identity;
    return { ...savings, ...identity, evidence: savingsEvidence(savings, identity) };
  });
  return {
    proofs: outcomes.filter((outcome) => typeof outcome !== "string"),
    unchanged: outcomes.filter((outcome) => typeof outcome === "string"),
    unproven: [...months.unproven, ...waiting],
  };
}

/** The charge for a proof; none where nothing is to be shared. `rateCard`: the card of now, which invoices name. */
export function savingsCharges(proof: SavingsProof, rateCard: string): readonly Charge[] {
  if (compareDecimals(proof.fee, decimal(0)) === 0) return [];
  const { start, end } = monthPeriod(proof.month);
  // The end is the first instant of the next month: what is charged at it would be of that month.
  const at = formatInstant(epochMsOf(end) - SECOND_MS).replace("Z", ".999Z");
  return chargesOf(
    { tenant: proof.tenant, subject: proof.id, from: start, at },
    {
      rateCard,
      currency: proof.currency,
      amount: proof.fee,
      lines: [
        {
          kind: "savings-share",
          quantity: proof.chargeable,
          unit: "Savings",
          unitPrice: SAVINGS_SHARE,
          amount: proof.fee,
        },
      ],
    },
  );
}
