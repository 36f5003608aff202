import type { Charge } from "@apex/billing";
import { plural } from "../wording.ts";

/** What charges are of: a run, or one month's saving of one change. */
export type SubjectKind = "run" | "saving";

/** What the charges of one subject are of. */
export function subjectKind(charges: readonly Pick<Charge, "kind">[]): SubjectKind {
  return charges.some(({ kind }) => kind === "savings-share") ? "saving" : "run";
}

/** How many of which: "4 runs and 1 saving". */
export function countSubjects(subjects: readonly { readonly kind: SubjectKind }[]): string {
  const savings = subjects.filter(({ kind }) => kind === "saving").length;
  const runs = subjects.length - savings;
  const counts = [
    ...(runs > 0 || savings === 0 ? [plural(runs, "run")] : []),
    ...(savings > 0 ? [plural(savings, "saving")] : []),
  ];
  return counts.join(" and ");
}
