import type { TimeWindow } from "@apex/core";
import { HOUR_MS } from "./hourly.ts";

/** The zone in which nothing has to be moved. */
export const UTC = "Etc/UTC";

/** Offsets change at no finer instants: all that zones have used since 1972 are whole quarters of an hour. */
const QUARTER_HOUR_MS = 900_000;

/** A name of the IANA time zone database, as EventBridge, Auto Scaling and Kubernetes take it: no offset, which knows no summer. */
const ZONE_NAME = /^[A-Za-z][\w+-]*(\/[\w+-]+){0,2}$/;

/** Whether a name is that of a time zone that this machine knows. */
export function isTimezone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    const known = offsetFormat(name).resolvedOptions().timeZone;
    // Intl reads "europe/berlin" too; those who are to switch by it may not.
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

/**
 * Instants as the clocks of a zone show them, in milliseconds from the epoch's own date and time there: an hour that clocks go through
 * twice comes twice, one that they leave out does not come.
 */
export function toLocalTime(timestampsMs: Float64Array, timezone: string): Float64Array {
  if (timezone === UTC) return timestampsMs;
  const offsetAt = offsetsOf(timezone);
  return timestampsMs.map((at) => at + offsetAt(at));
}

/** A window by the clocks of a zone. */
export function toLocalWindow({ startMs, endMs }: TimeWindow, timezone: string): TimeWindow {
  if (timezone === UTC) return { startMs, endMs };
  const offsetAt = offsetsOf(timezone);
  return { startMs: startMs + offsetAt(startMs), endMs: endMs + offsetAt(endMs) };
}

/** Hours since the epoch by the clocks of a zone that these leave out in a window of UTC, wholly or in part. */
export function skippedHours({ startMs, endMs }: TimeWindow, timezone: string): ReadonlySet<number> {
  const skipped = new Set<number>();
  if (timezone === UTC) return skipped;
  const offsetAt = offsetsOf(timezone);
  for (let at = startMs; at < endMs; at += QUARTER_HOUR_MS) {
    const next = at - (at % QUARTER_HOUR_MS) + QUARTER_HOUR_MS;
    const from = next + offsetAt(at);
    const to = next + offsetAt(next);
    for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS < to && from < to; hour += 1)
      skipped.add(hour);
  }
  return skipped;
}

/** English, with the offset as "GMT+05:30", and "GMT" for none: the clock that a number is turned to takes no other clock. */
function offsetFormat(timezone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
}

/** What has been asked of a zone: machines of a fleet share their hours. */
const knownOffsets = new Map<string, Map<number, number>>();

/** Quarter hours that are kept of a zone: about a year. */
const KEPT_MAX = 40_000;

/** Milliseconds that the clocks of a zone are ahead of UTC at an instant. */
function offsetsOf(timezone: string): (atMs: number) => number {
  const format = offsetFormat(timezone);
  const known = knownOffsets.get(timezone) ?? new Map<number, number>();
  knownOffsets.set(timezone, known);
  return (atMs) => {
    const slot = Math.floor(atMs / QUARTER_HOUR_MS);
    const before = known.get(slot);
    if (before !== undefined) return before;
    const offset = readOffset(format, slot * QUARTER_HOUR_MS);
    if (known.size >= KEPT_MAX) known.clear();
    known.set(slot, offset);
    return offset;
  };
}

function readOffset(format: Intl.DateTimeFormat, atMs: number): number {
  const name = format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const minutesAhead = Number(hours) * 60 + Number(minutes);
  return (sign === "-" ? -1 : 1) * minutesAhead * 60_000;
}
