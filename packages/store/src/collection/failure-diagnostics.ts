import type { Diagnostic } from "@apex/core";
import type { PartFailure } from "./round-journal.ts";

/** As many titles as a line bears. */
const TITLES_MAX = 8;

/** A diagnostic, and the part that told it. */
export interface ToldByPart {
  readonly title: string;
  readonly diagnostic: Diagnostic;
}

/** What a collector says of any part that could not do all: the same in every region. */
const OF_PARTS = /^collect-/;

/** What parts told, in its order; a permission that lacks in every region is told once, with the parts that lack it. */
export function partDiagnostics(told: readonly ToldByPart[]): readonly Diagnostic[] {
  const groups = new Map<unknown, { readonly diagnostic: Diagnostic; readonly titles: Set<string> }>();
  for (const { title, diagnostic } of told) {
    const key = OF_PARTS.test(diagnostic.code) ? JSON.stringify(diagnostic) : diagnostic;
    const group = groups.get(key) ?? { diagnostic, titles: new Set() };
    groups.set(key, group);
    group.titles.add(title);
  }
  return [...groups.values()].map(({ diagnostic, titles }) => {
    if (!OF_PARTS.test(diagnostic.code)) return diagnostic;
    const { detail } = diagnostic;
    return {
      ...diagnostic,
      detail: `${detail === undefined ? "" : `${detail}. `}In: ${listed([...titles])}.`,
    };
  });
}

/** Titles of parts in one line. */
export function listed(titles: readonly string[]): string {
  const more = titles.length > TITLES_MAX ? ` and ${titles.length - TITLES_MAX} more` : "";
  return `${titles.slice(0, TITLES_MAX).join(", ")}${more}`;
}

/** One diagnostic for each reason, with the parts that it costs: an expired session is told once, not for sixty parts. */
export function failureDiagnostics(failures: readonly PartFailure[]): readonly Diagnostic[] {
  const byReason = new Map<string, PartFailure[]>();
  for (const failure of failures) {
    const same = byReason.get(failure.reason);
    if (same === undefined) byReason.set(failure.reason, [failure]);
    else same.push(failure);
  }
  return [...byReason].map(([reason, same]) => {
    return {
      severity: "error",
      code: same.some(({ isPassing }) => isPassing) ? "collect-interrupted" : "collect-failed",
      summary: reason,
      detail: `Not collected: ${listed(same.map(({ title }) => title))}.`,
    };
  });
}
