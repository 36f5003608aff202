import { decimal } from "@apex/core";
import type { SharedSavings } from "./carry-over.ts";
import { phasesOf } from "./phases.ts";
import type { ProvenMonths } from "./prove-savings.ts";
import type { KnownProof } from "./savings-evidence.ts";
import { hasMonth, type SavingsInput } from "./savings-input.ts";

const ZERO = decimal(0);

/** Whether a month of all the accounts is in the bill. Where it is not told whose usage it was, it is not known. */
function isBilled({ accounts, month }: KnownProof, input: SavingsInput): boolean {
  return accounts.length > 0 && accounts.every((account) => hasMonth(input, account, month));
}

/** Whether the bill, as it is now, has the proof's month and no usage in it after the proof's changes. */
function isGone(proof: KnownProof, input: SavingsInput, months: ProvenMonths): boolean {
  const { month, changes } = proof;
  if (!isBilled(proof, input)) return false;
  if (months.unused.includes(month)) return true;
  // Of a month that is not proven, nothing is known; of one that is, all changes are there that have usage after them.
  const proven = months.proven.filter((one) => one.month === month);
  const counted = new Set(proven.flatMap((one) => one.changes.map(({ id }) => id)));
  return proven.length > 0 && !changes.some((id) => counted.has(id));
}

/**
 * Savings of 0 for what was proven before and is in the bill no more, so that they stand in its place and its charge is taken back.
 * `active`: proofs that nothing stands in place of. `shared`: what the bill proves now.
 */
export function withdrawnSavings(
  input: SavingsInput,
  {
    months,
    shared,
    active,
  }: {
    readonly months: ProvenMonths;
    readonly shared: readonly SharedSavings[];
    readonly active: readonly KnownProof[];
  },
): readonly SharedSavings[] {
  const phases = phasesOf(input);
  return active.flatMap((proof): readonly SharedSavings[] => {
    const { unit, month, currency, accounts } = proof;
    const ids = new Set(proof.changes);
    const phase = phases.findLastIndex(({ changes }) => changes.some(({ id }) => ids.has(id)));
    const changes = phases.flatMap((one) => one.changes.filter(({ id }) => ids.has(id)));
    const isListed = unit === input.unit && changes.length === ids.size;
    if (!isListed || !isGone(proof, input, months)) return [];
    // Others of the month may be proven; else what was lost is carried past it.
    const last = shared.findLast((one) => one.month <= month);
    const carriedOut = last?.carriedOut ?? ZERO;
    const carriedIn = last?.month === month ? last.carriedIn : carriedOut;
    const savingsOfAllChanges = last?.month === month ? last.savingsOfAllChanges : ZERO;
    return [
      {
        tenant: input.tenant,
        resourceId: input.resourceId,
        unit,
        changes,
        month,
        currency,
        accounts,
        phases: phases.slice(0, phase + 1),
        baseline: null,
        phase,
        priceBefore: null,
        parts: [],
        savings: ZERO,
        atEffectivePrices: ZERO,
        atListPrices: null,
        atPricesOfMonth: null,
        note: `The bill has no usage of ${input.resourceId} by ${unit} in ${month} after the change any more: what was proven of it before is taken back.`,
        paidShareOfList: { before: null, after: null },
        excluded: { rows: 0, billed: ZERO },
        rows: 0,
        savingsOfAllChanges,
        carriedIn,
        chargeable: ZERO,
        carriedOut,
        fee: ZERO,
      },
    ];
  });
}
