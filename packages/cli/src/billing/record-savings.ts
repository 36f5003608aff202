import {
  type KnownProof,
  type MergedChange,
  readEvidence,
  type SavingsProof,
  savingsCharges,
} from "@apex/billing";
import { AdapterError } from "@apex/core";
import type { BillingStore, KeptSavings } from "@apex/store";

/** What the evidence of a proof says. Throws an AdapterError for evidence that is not ours. */
function read({ id, evidence }: KeptSavings): KnownProof {
  try {
    return readEvidence(evidence);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AdapterError("invalid", `the evidence of ${id} cannot be read: ${why}`, { cause });
  }
}

/** Under which id and unit a bill has a resource. */
export interface BilledAs {
  readonly resourceId: string;
  readonly unit: string;
}

/** How a resource that the bills do not have any more was proven before; `undefined` where it was not. */
export function provenAs([first]: readonly KeptSavings[]): BilledAs | undefined {
  return first === undefined ? undefined : { resourceId: first.resourceId, unit: read(first).unit };
}

/** How a resource is to be proven, and for which changes. */
interface ProvenAs extends BilledAs {
  readonly changes: readonly MergedChange[];
}

/**
 * Throws an AdapterError when savings of the same resource were proven otherwise before: under another id or unit of the bill, or for a
 * change that is not listed now. They would be other proofs, and the same savings would be charged twice.
 */
export function requireProvenAlike(as: ProvenAs, kept: readonly KeptSavings[]): void {
  const listed = new Set(as.changes.map(({ id }) => id));
  for (const proof of kept) {
    const { unit, changes } = read(proof);
    if (proof.resourceId !== as.resourceId || unit !== as.unit) {
      throw new AdapterError(
        "invalid",
        `savings of ${proof.resourceId} were proven by ${unit} (${proof.id}), and these bills have it as ${as.resourceId} by ${as.unit}: give bills of the same kind as before`,
      );
    }
    const missing = changes.find((id) => !listed.has(id));
    if (missing === undefined) continue;
    throw new AdapterError(
      "invalid",
      `savings of ${proof.resourceId} were proven for the change ${missing} (${proof.id}), which --changes does not list: list all changes of a resource, as they were listed before`,
    );
  }
}

/** Proofs that a proof corrects. */
function replacedBy({ replaces, alsoReplaces }: SavingsProof): readonly string[] {
  return replaces === null ? alsoReplaces : [replaces, ...alsoReplaces];
}

/** Why a proof that corrects another may not be charged now; `undefined` when it may. */
function obstacle(corrected: SavingsProof, kept: readonly KeptSavings[]): string | undefined {
  const { id } = corrected;
  const replaced = replacedBy(corrected);
  const before = kept.find(
    (proof) => replaced.includes(proof.id) && proof.dispute !== null && proof.dispute.outcome !== "rejected",
  );
  if (before === undefined || before.dispute === null) return undefined;
  const state = before.dispute.outcome === null ? "is disputed" : "was disputed, and the customer was right";
  return `${id} is not recorded: ${before.id}, which it corrects, ${state}.`;
}

/** Keeps proofs with their charges. A proof that corrects earlier ones takes the charges of those back, at once or not at all. */
export async function recordSavings(
  billing: Pick<BillingStore, "replaceSavings">,
  proofs: readonly SavingsProof[],
  { kept, rateCard }: { readonly kept: readonly KeptSavings[]; readonly rateCard: string },
): Promise<{ readonly recorded: ReadonlySet<string>; readonly held: readonly string[] }> {
  const recorded = new Set<string>();
  const held: string[] = [];
  for (const proof of proofs) {
    const problem = obstacle(proof, kept);
    if (problem !== undefined) {
      held.push(problem);
      continue;
    }
    const { tenant, id, resourceId, changes, month, savings, currency, evidence } = proof;
    const record = {
      tenant,
      id,
      resourceId,
      address: changes[0]?.address ?? null,
      month,
      savings,
      currency,
      evidence,
    };
    await billing.replaceSavings(replacedBy(proof), record, savingsCharges(proof, rateCard));
    recorded.add(id);
  }
  return { recorded, held };
}
