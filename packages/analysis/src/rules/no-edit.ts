import type { Recommendation } from "@apex/core";

const NO_EDIT = "No edit is written: ";

/** The note of a recommendation that its owner has to carry out by hand, with the reason as a clause. */
export function noEdit(reason: string): string {
  return `${NO_EDIT}${reason}`;
}

/** Why a recommendation has no edit, where its rule says so. */
export function noEditReason({ evidence }: Pick<Recommendation, "evidence">): string | undefined {
  return evidence.notes.find((note) => note.startsWith(NO_EDIT))?.slice(NO_EDIT.length);
}
