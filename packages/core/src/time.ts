/** The month that monthly prices are quoted for, in hours: 8,760 / 12, the convention of AWS and Infracost. */
export const HOURS_PER_MONTH = 730;

/** One day in milliseconds. */
export const DAY_MS = 86_400_000;

/** Epoch milliseconds as ISO 8601 in UTC, to the second: "2026-11-21T07:00:00Z". */
export function formatInstant(epochMs: number): string {
  // oxlint-disable-next-line no-restricted-globals -- formatting a given instant reads no clock
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}
