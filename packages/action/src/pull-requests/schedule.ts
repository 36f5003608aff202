import { AdapterError } from "@apex/core";

/** When pull requests may be opened and changed: days of the week from Sunday, 0, and hours of those days. */
export interface ScheduleWindow {
  readonly days: ReadonlySet<number>;
  /** Minutes of the day, from and up to. */
  readonly from: number;
  readonly to: number;
  /** "Europe/Berlin". */
  readonly timezone: string;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FORM = /^([a-z,-]+)(?:\s+(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d))?(?:\s+([A-Za-z][\w+/-]*))?$/;
const DAY_MINUTES = 24 * 60;

function daysOf(text: string): ReadonlySet<number> | undefined {
  if (text === "daily") return new Set(DAYS.keys());
  const days = new Set<number>();
  for (const part of text.split(",")) {
    const [first = -1, last = first, ...more] = part.split("-").map((day) => DAYS.indexOf(day));
    if (first < 0 || last < 0 || more.length > 0) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return days;
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

/**
 * Reads a window: `mon-fri 08:00-18:00 Europe/Berlin`. Without hours all of the day, without a timezone UTC, `daily` is every day. Throws
 * an AdapterError for what is none.
 */
export function parseSchedule(text: string): ScheduleWindow {
  const [, dayText = "", fromHour, fromMinute, toHour, toMinute, timezone = "Etc/UTC"] =
    FORM.exec(text) ?? [];
  const days = daysOf(dayText);
  const from = Number(fromHour ?? 0) * 60 + Number(fromMinute ?? 0);
  const to = Number(toHour ?? 24) * 60 + Number(toMinute ?? 0);
  if (days === undefined || from >= to || to > DAY_MINUTES || !isTimezone(timezone)) {
    throw new AdapterError(
      "invalid",
      `schedule: ${JSON.stringify(text.slice(0, 100))} is no window like "mon-fri 08:00-18:00 Europe/Berlin"`,
    );
  }
  return { days, from, to, timezone };
}

/** Whether an instant, in milliseconds since 1970, is within a window. */
export function isWithin({ days, from, to, timezone }: ScheduleWindow, nowMs: number): boolean {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(nowMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  const minutes = Number(part("hour")) * 60 + Number(part("minute"));
  return days.has(DAYS.indexOf(part("weekday").toLowerCase())) && minutes >= from && minutes < to;
}
