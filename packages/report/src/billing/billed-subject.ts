import type { Charge } from "@apex/billing";
import { plural } from "../wording.ts";

/** What charges are of: a run, a repair, or one month's saving of one change. */
export type SubjectKind = "run" | "repair" | "saving";

/** What the charges of one subject are of. */
export function subjectKind(charges: readonly Pick<Charge, "kind">[]): SubjectKind {
  if (charges.some(({ kind }) => kind === "savings-share")) return "saving";
  return charges.every(({ kind }) => kind === "model-input" || kind === "model-output") ? "repair" : "run";
}

/** How many of which: "4 runs, 2 repairs and 1 saving". */
export function countSubjects(subjects: readonly { readonly kind: SubjectKind }[]): string {
  const count = (of: SubjectKind): number => subjects.filter(({ kind }) => kind === of).length;
  const [runs, repairs, savings] = [count("run"), count("repair"), count("saving")];
  const counts = [
    ...(runs > 0 || repairs + savings === 0 ? [plural(runs, "run")] : []),
    ...(repairs > 0 ? [plural(repairs, "repair")] : []),
    ...(savings > 0 ? [plural(savings, "saving")] : []),
  ];
  const last = counts.at(-1) ?? "";
  return counts.length < 2 ? last : `${counts.slice(0, -1).join(", ")} and ${last}`;
}
