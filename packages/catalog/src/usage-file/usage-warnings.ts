import type { UsageReport } from "./usage-quantities.ts";

/** Lines of one kind that are shown; the rest is counted. */
const SHOWN_MAX = 20;

function clipped(lines: readonly string[]): readonly string[] {
  const more = lines.length - SHOWN_MAX;
  return more > 0 ? [...lines.slice(0, SHOWN_MAX), `and ${more} more`] : lines;
}

/**
 * What of a usage file had no effect, for people: names that no resource has and what no price reads, at most twenty lines of each.
 * Defaults of types that are not there are no mistake. The names are the file's own text.
 */
export function usageWarnings({ unmatched, unread }: UsageReport): readonly string[] {
  return [
    ...clipped(unmatched.map((entry) => `${entry}: no resource of this name is in the plan`)),
    ...clipped(unread.map(({ entry, key, reason }) => `${entry}: ${key}: ${reason}`)),
  ];
}
