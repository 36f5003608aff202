/** An instant read from outside text; `zoneAssumed` when the text named no zone and UTC was taken. */
export interface ParsedTimestamp {
  readonly epochMs: number;
  readonly zoneAssumed: boolean;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

const MINUTE_MS = 60_000;

/**
 * Reads an ISO 8601 instant, with a space or T, with or without seconds, fraction and zone; a bare date is its midnight.
 * `undefined` for anything else and for dates that do not exist. Text without a zone is UTC, as in every cloud's export.
 */
export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  const date = new Date(local);
  // Date.UTC rolls 30 February over into March, 25:00 into the next day, and takes the year 26 for 1926.
  const isReal =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!isReal) return undefined;
  return { epochMs: local - zoneOffsetMs(zone), zoneAssumed: zone === undefined };
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || "0");
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** Seconds end where milliseconds begin: 1e11 is the year 5138 in seconds and 1973 in milliseconds. */
const EPOCH_SECONDS_MAX = 1e11;

/** Earlier instants are not utilisation but a number in the wrong column. March 1973. */
export const EPOCH_MS_MIN = 1e11;

/** Where seconds end: the year 5138. */
export const EPOCH_MS_MAX = EPOCH_SECONDS_MAX * 1000;

/** Epoch milliseconds of a number in seconds or milliseconds; `undefined` when it is neither, from 1973 on. */
export function epochMsOf(value: number): number | undefined {
  const epochMs = Math.round(value < EPOCH_SECONDS_MAX ? value * 1000 : value);
  return epochMs >= EPOCH_MS_MIN && epochMs <= EPOCH_MS_MAX ? epochMs : undefined;
}
