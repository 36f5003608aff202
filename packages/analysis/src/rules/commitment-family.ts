import type { MonthlySavings, ResourceCost } from "@apex/core";
import type { Candidate } from "../rightsizing/choose.ts";

/** Compute Savings Plans and Google's flexible CUDs pay for any family. Sources: Savings Plans user guide; CUD documentation. */
const ANY_FAMILY = /compute savings plan|flexible/i;

/** To which families a resource may move without leaving what is already paid for. */
export interface CommitmentFamily {
  /** Whether a machine of one family may become one of the other. */
  readonly mayBecome: (from: string, to: string) => boolean;
  /** A sentence for the evidence; absent when nothing binds. */
  readonly note: string | undefined;
}

const FREE: CommitmentFamily = { mayBecome: () => true, note: undefined };

/**
 * A reservation or an EC2 Instance Savings Plan follows to other sizes of its family and to nothing else: a machine of
 * another family would be paid on top of it. So what such a commitment covers, or one whose kind the bill does not tell,
 * stays in its family. Source: EC2 user guide, "How Reserved Instances are applied"; Savings Plans user guide.
 */
export function commitmentFamily(cost: ResourceCost | undefined): CommitmentFamily {
  const isCovered = (cost?.commitmentCoverage ?? 0) > 0;
  const binding = cost?.commitmentTypes.filter((type) => !ANY_FAMILY.test(type)) ?? [];
  const isUntold = isCovered && cost?.commitmentTypes.length === 0;
  if (!isCovered || (binding.length === 0 && !isUntold)) return FREE;
  const what = isUntold ? "a commitment of a kind that the bill does not tell" : binding.join(" and ");
  return {
    mayBecome: (from, to) => from === to,
    note: `Only its own family was looked at: it is covered by ${what}, which would go on being paid`,
  };
}

/** The candidates that what is already paid for follows to. */
export function coveredCandidates<Machine extends { readonly family: string }>(
  cost: ResourceCost | undefined,
  now: Machine,
  candidates: readonly Candidate<Machine>[],
): readonly Candidate<Machine>[] {
  const { mayBecome } = commitmentFamily(cost);
  return candidates.filter(({ machine }) => mayBecome(now.family, machine.family));
}

/**
 * The note of a change of which a commitment pays for all or a part: that part goes on being paid, and what else would take it up
 * is not known from the bill of one resource.
 */
export function paidAnyway({ list, net }: MonthlySavings): readonly string[] {
  if (net === null || net === list) return [];
  if (net === "0") {
    return [
      "A commitment pays for all of it: nothing is saved until that ends or another machine takes it up",
    ];
  }
  return ["A commitment pays for a part of it, which counts as saved only once another machine takes it up"];
}
