import type { Report } from "./report.ts";
import { nameOf } from "./wording.ts";

/**
 * Why nothing is recommended, by resource. A resource with a recommendation is left out: that its other rules had
 * nothing to say (it is not idle, it is resized) is for the JSON report.
 */
export function abstentionsByResource(
  report: Report,
): readonly { readonly name: string; readonly reasons: readonly string[] }[] {
  const recommended = new Set(report.recommendations.map(({ resourceId }) => resourceId));
  const byName = new Map<string, Set<string>>();
  for (const row of report.abstentions) {
    if (recommended.has(row.resourceId)) continue;
    const reasons = byName.get(nameOf(row)) ?? new Set();
    byName.set(nameOf(row), reasons.add(row.reason));
  }
  return [...byName].map(([name, reasons]) => ({ name, reasons: [...reasons] }));
}
