import type { Diagnostic } from "@apex/core";
import type { PartFailure } from "./round-journal.ts";

/** As many titles as a line bears. */
const TITLES_MAX = 8;

/** One diagnostic for each reason, with the parts that it costs: an expired session is told once, not for sixty parts. */
export function failureDiagnostics(failures: readonly PartFailure[]): readonly Diagnostic[] {
  const byReason = new Map<string, PartFailure[]>();
  for (const failure of failures) {
    const same = byReason.get(failure.reason);
    if (same === undefined) byReason.set(failure.reason, [failure]);
    else same.push(failure);
  }
  return [...byReason].map(([reason, same]) => {
    const titles = same.slice(0, TITLES_MAX).map(({ title }) => title);
    const more = same.length > titles.length ? ` and ${same.length - titles.length} more` : "";
    return {
      severity: "error",
      code: same.some(({ isPassing }) => isPassing) ? "collect-interrupted" : "collect-failed",
      summary: reason,
      detail: `Not collected: ${titles.join(", ")}${more}.`,
    };
  });
}
