import type { Charge } from "@apex/billing";
import { plural } from "../wording.ts";

/** What charges are of: a run, a repair, an answer to a question, or one month's saving of one change. */
export const SUBJECT_KINDS = ["run", "repair", "answer", "saving"] as const;

/** One of {@link SUBJECT_KINDS}. */
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** What the charges of one subject are of. */
export function subjectKind(charges: readonly Pick<Charge, "kind" | "subject">[]): SubjectKind {
  if (charges.some(({ kind }) => kind === "savings-share")) return "saving";
  const isOfModel = charges.every(({ kind }) => kind === "model-input" || kind === "model-output");
  if (!isOfModel) return "run";
  return charges.every(({ subject }) => subject.startsWith("ask-")) ? "answer" : "repair";
}

/** How many of which: "4 runs, 2 repairs and 1 saving". */
export function countSubjects(subjects: readonly { readonly kind: SubjectKind }[]): string {
  const found = SUBJECT_KINDS.map((of) => [of, subjects.filter(({ kind }) => kind === of).length] as const);
  const named = found.filter(([, count]) => count > 0);
  const counts = (named.length === 0 ? found.slice(0, 1) : named).map(([kind, count]) => plural(count, kind));
  const last = counts.at(-1) ?? "";
  return counts.length < 2 ? last : `${counts.slice(0, -1).join(", ")} and ${last}`;
}
