/** What tells series apart; a resource's series lie together, in this order. */
export interface SeriesKey {
  readonly resource: string;
  /** Text, not a name that this version knows: what a newer one wrote is kept. */
  readonly metric: string;
  readonly part: string | null;
  readonly statistic: string;
}

/** Orders by resource, metric, part (the whole before its parts) and statistic, by code unit. */
export function compareKeys(a: SeriesKey, b: SeriesKey): number {
  return (
    compareText(a.resource, b.resource) ||
    compareText(a.metric, b.metric) ||
    compareParts(a.part, b.part) ||
    compareText(a.statistic, b.statistic)
  );
}

function compareParts(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
