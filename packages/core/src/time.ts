/** The month that monthly prices are quoted for, in hours: 8,760 / 12, the convention of AWS and Infracost. */
export const HOURS_PER_MONTH = 730;

/** One day in milliseconds. */
export const DAY_MS = 86_400_000;

/** Epoch milliseconds as ISO 8601 in UTC, to the second: "2026-11-21T07:00:00Z". */
export function formatInstant(epochMs: number): string {
  // oxlint-disable-next-line no-restricted-globals -- formatting a given instant reads no clock
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}

const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/** Epoch milliseconds of ISO 8601 in UTC with a Z, finer parts cut off; `undefined` for any other text and for a day that is none. */
export function parseInstant(text: string): number | undefined {
  if (!INSTANT_PATTERN.test(text)) return undefined;
  // oxlint-disable-next-line no-restricted-globals -- reading a given instant reads no clock
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) return undefined;
  // February 30 would be taken for March 2.
  return formatInstant(epochMs).slice(0, 10) === text.slice(0, 10) ? epochMs : undefined;
}
