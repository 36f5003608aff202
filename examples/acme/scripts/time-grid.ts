/** Two whole weeks of five-minute periods, Monday to Sunday, inside the billed month. */
export const WINDOW_START_MS = Date.UTC(2026, 9, 12);
export const PERIOD_MS = 300_000;
export const SAMPLES_PER_HOUR = 12;
export const SAMPLES_PER_DAY = 288;
export const SAMPLES = 14 * SAMPLES_PER_DAY;
export const WINDOW_END_MS = WINDOW_START_MS + SAMPLES * PERIOD_MS;

/** The billed month, October 2026, in days. */
export const MONTH_START_MS = Date.UTC(2026, 9, 1);
export const MONTH_DAYS = 31;

/** Hour of day, 0–23, with its fraction, of sample `k`. */
export function hourOfDay(k: number): number {
  return (k % SAMPLES_PER_DAY) / SAMPLES_PER_HOUR;
}

/** Day of week of sample `k`: 0 is Monday. */
export function dayOfWeek(k: number): number {
  return Math.floor(k / SAMPLES_PER_DAY) % 7;
}

/** Start of sample `k` in epoch milliseconds. */
export function timeOf(k: number): number {
  return WINDOW_START_MS + k * PERIOD_MS;
}
