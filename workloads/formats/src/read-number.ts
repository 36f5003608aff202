/**
 * A count or size: a whole number from 0 to 2^53 − 1. Undefined when nothing is stated (`-`, empty, null), NaN when what
 * is stated is impossible: negative, huge, no number.
 */
export function readCount(value: unknown): number | undefined {
  const number = readAmount(value);
  return number === undefined || Number.isSafeInteger(number) ? number : Number.NaN;
}

/** An amount of 0 or more; fractions are allowed. Otherwise as {@link readCount}. */
export function readAmount(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "" || value === "-") return undefined;
  if (typeof value === "number") return value >= 0 && value < Number.MAX_SAFE_INTEGER ? value : Number.NaN;
  if (typeof value !== "string" || !/^\d{1,16}(\.\d{1,12})?$/.test(value)) return Number.NaN;
  return readAmount(Number(value));
}

/** Seconds as milliseconds, exact to the microsecond. */
export function readSecondsAsMs(value: unknown): number | undefined {
  const seconds = readAmount(value);
  return seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3;
}

/** An HTTP status; undefined for `-`, 0 and 000, which logs write when the client left before there was one. */
export function readStatus(value: unknown): number | undefined {
  const status = readCount(value);
  if (status === undefined || status === 0) return undefined;
  return status >= 100 && status <= 999 ? status : Number.NaN;
}
