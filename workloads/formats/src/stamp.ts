import { DAY_MS } from "@apex/core";
import { daysFromCivil } from "./civil-time.ts";

/** A point in time as a log line states it. */
export interface Stamp {
  /** Epoch milliseconds UTC, with a fraction where the log is finer. */
  readonly epochMs: number;
  /** Whether the text has digits below the second. */
  readonly hasFraction: boolean;
  /** Whether the text names no zone; then it is read as UTC. */
  readonly isZoneAssumed: boolean;
  readonly isLeapSecond: boolean;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const CLF = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ([+-]\d{4})$/;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;

/** Years that a log can be of. Outside of them a number is in another unit, or a clock was never set. */
const YEAR_FIRST = 1990;
const YEAR_LAST = 2099;
const EPOCH_SECONDS_FIRST = 631_152_000;
const EPOCH_SECONDS_END = 4_102_444_800;
/** UTC+14 is the farthest zone there is (Kiribati). */
const ZONE_HOURS_MAX = 14;

/** Reads `17/May/2015:10:05:03 +0000`, the stamp of Apache and NGINX; undefined when it is none. */
export function parseClfStamp(text: string): Stamp | undefined {
  const match = CLF.exec(text);
  if (match === null) return undefined;
  const [, day, monthName = "", year, hour, minute, second, fraction, zone] = match;
  const date = [year, MONTHS.indexOf(monthName) + 1, day].map(Number);
  return instant(date, [hour, minute, second].map(Number), fraction, zone);
}

/** Reads ISO 8601 with a `T` or a space, any zone offset, up to nine digits below the second. */
export function parseIsoStamp(text: string): Stamp | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return instant([year, month, day].map(Number), [hour, minute, second].map(Number), fraction, zone);
}

/** Reads epoch seconds, milli-, micro- or nanoseconds; the ranges of the plausible years do not overlap. */
export function parseEpochStamp(value: number): Stamp | undefined {
  for (const perSecond of [1, 1e3, 1e6, 1e9]) {
    const seconds = value / perSecond;
    if (seconds >= EPOCH_SECONDS_FIRST && seconds < EPOCH_SECONDS_END) {
      const epochMs = perSecond === 1e3 ? value : Math.round(seconds * 1e6) / 1e3;
      const hasFraction = perSecond > 1 || !Number.isInteger(value);
      return { epochMs, hasFraction, isZoneAssumed: false, isLeapSecond: false };
    }
  }
  return undefined;
}

/** Reads a stamp of any kind from a JSON value or a cell. */
export function parseStamp(value: unknown): Stamp | undefined {
  if (typeof value === "number") return parseEpochStamp(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const written = parseIsoStamp(text) ?? parseClfStamp(text);
  if (written !== undefined) return written;
  if (!/^\d{9,19}(\.\d{1,9})?$/.test(text)) return undefined;
  const stamp = parseEpochStamp(Number(text));
  return stamp === undefined ? undefined : { ...stamp, hasFraction: stamp.hasFraction || text.includes(".") };
}

function instant(
  date: readonly number[],
  clock: readonly number[],
  fraction: string | undefined,
  zone: string | undefined,
): Stamp | undefined {
  const [year = 0, month = 0, day = 0] = date;
  const [hour = 0, minute = 0, second = 0] = clock;
  const days = daysFromCivil(year, month, day);
  const offsetMs = zoneOffsetMs(zone);
  if (days === undefined || offsetMs === undefined || year < YEAR_FIRST || year > YEAR_LAST) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const wholeMs = days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 - offsetMs;
  const isLeapSecond = second === 60;
  // A leap second is only ever inserted before midnight UTC, so that second 60 is exactly midnight.
  if (isLeapSecond && wholeMs % DAY_MS !== 0) return undefined;
  const epochMs = fraction === undefined ? wholeMs : wholeMs + Number(`0.${fraction}`) * 1000;
  return { epochMs, hasFraction: fraction !== undefined, isZoneAssumed: zone === undefined, isLeapSecond };
}

function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === "Z" || zone === "UTC") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || "0");
  if (minutes > 59 || hours * 60 + minutes > ZONE_HOURS_MAX * 60) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
