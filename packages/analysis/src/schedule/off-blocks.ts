import type { SchedulePolicy } from "../policy/policy.ts";
import { HOURS_PER_WEEK } from "../statistics/hourly.ts";
import { UTC } from "../statistics/local-time.ts";

/** A stretch of the week, by the clocks of the policy's time zone, in which a machine can be off. */
export interface OffBlock {
  /** Hour of the week at which it goes off, 0–167, from Thursday 00:00. */
  readonly start: number;
  /** Whole hours until it is on again. */
  readonly hours: number;
}

const HOURS_PER_DAY = 24;

/** Switch times that lie within this many hours of each other become one: a schedule of a dozen entries is nobody's friend. */
const ALIGN_HOURS = 2;

/** Different times of day at which a schedule may switch; the shortest blocks go until no more are left. */
const SWITCH_TIMES_MAX = 4;

/**
 * The stretches of quiet hours that are worth switching off: shortened by the policy's margins, at least as long as it
 * asks, with switch times on few times of day. Margins also absorb the change of clocks where the zone is UTC: load that keeps
 * to local time comes an hour earlier or later in it for half of the year. Empty when no hour is left, and when all of the week is quiet.
 */
export function offBlocks(isQuiet: readonly boolean[], policy: SchedulePolicy): readonly OffBlock[] {
  const isWorth = ({ hours }: OffBlock): boolean => hours >= policy.minimumBlockHours;
  const blocks = quietRuns(isQuiet)
    .map(({ start, hours }) => ({
      start: (start + policy.marginAfterHours) % HOURS_PER_WEEK,
      hours: hours - policy.marginAfterHours - policy.marginBeforeHours,
    }))
    .filter(isWorth);
  const aligned = aligned24(blocks).filter(isWorth);
  while (switchTimes(aligned) > SWITCH_TIMES_MAX) {
    const shortest = aligned.reduce((least, block) => (block.hours < least.hours ? block : least));
    aligned.splice(aligned.indexOf(shortest), 1);
  }
  return aligned;
}

/** Runs of quiet hours around the clock of the week; none when the whole week is one. */
function quietRuns(isQuiet: readonly boolean[]): readonly OffBlock[] {
  const firstBusy = isQuiet.indexOf(false);
  if (firstBusy === -1) return [];
  const runs: OffBlock[] = [];
  let length = 0;
  for (let step = 1; step <= HOURS_PER_WEEK; step += 1) {
    const hour = (firstBusy + step) % HOURS_PER_WEEK;
    if (isQuiet[hour] === true) length += 1;
    else {
      if (length > 0) runs.push({ start: (hour - length + HOURS_PER_WEEK) % HOURS_PER_WEEK, hours: length });
      length = 0;
    }
  }
  return runs;
}

/** The blocks with neighbouring times of day made equal, which only ever shortens them. */
function aligned24(blocks: readonly OffBlock[]): OffBlock[] {
  const latestStop = clusters(blocks.map(({ start }) => start % HOURS_PER_DAY));
  const earliestStart = clusters(blocks.map(endOfDay).map((hour) => HOURS_PER_DAY - 1 - hour));
  return blocks.map((block) => {
    const stopHour = block.start % HOURS_PER_DAY;
    const later = (latestStop.get(stopHour) ?? stopHour) - stopHour;
    const mirrored = HOURS_PER_DAY - 1 - endOfDay(block);
    const earlier = (earliestStart.get(mirrored) ?? mirrored) - mirrored;
    return { start: (block.start + later) % HOURS_PER_WEEK, hours: block.hours - later - earlier };
  });
}

function endOfDay({ start, hours }: OffBlock): number {
  return (start + hours) % HOURS_PER_DAY;
}

/** Each of some hours with the largest that lies at most {@link ALIGN_HOURS} above the smallest of its group. */
function clusters(hours: readonly number[]): ReadonlyMap<number, number> {
  const largest = new Map<number, number>();
  let group: number[] = [];
  const close = (): void => {
    for (const hour of group) largest.set(hour, group.at(-1) ?? hour);
    group = [];
  };
  for (const hour of [...new Set(hours)].toSorted((a, b) => a - b)) {
    if (hour - (group[0] ?? hour) > ALIGN_HOURS) close();
    group.push(hour);
  }
  close();
  return largest;
}

function switchTimes(blocks: readonly OffBlock[]): number {
  const stops = new Set(blocks.map(({ start }) => start % HOURS_PER_DAY));
  return stops.size + new Set(blocks.map(endOfDay)).size;
}

/** One entry of a schedule: at an hour of the day, on some days of the week. */
export interface SwitchTime {
  readonly does: "stop" | "start";
  /** By the clocks of the zone that the blocks are of. */
  readonly hour: number;
  /** Days of the week as cron counts them, 0 for Sunday, ascending. */
  readonly days: readonly number[];
}

/** The epoch was a Thursday, cron's day 4. */
const EPOCH_WEEKDAY = 4;

/** The entries that carry out blocks: all stops of one time of day are one entry, and all starts. */
export function switchTimesOf(blocks: readonly OffBlock[]): readonly SwitchTime[] {
  const days = new Map<string, { does: "stop" | "start"; hour: number; days: number[] }>();
  const add = (does: "stop" | "start", hourOfWeek: number): void => {
    const hour = hourOfWeek % HOURS_PER_DAY;
    const day = (Math.floor(hourOfWeek / HOURS_PER_DAY) + EPOCH_WEEKDAY) % 7;
    const entry = days.get(`${does} ${hour}`) ?? { does, hour, days: [] };
    entry.days.push(day);
    days.set(`${does} ${hour}`, entry);
  };
  for (const { start, hours } of blocks) {
    add("stop", start);
    add("start", (start + hours) % HOURS_PER_WEEK);
  }
  return [...days.values()]
    .map((entry) => ({ ...entry, days: entry.days.toSorted((a, b) => a - b) }))
    .toSorted((a, b) => (a.does === b.does ? a.hour - b.hour : a.does === "stop" ? -1 : 1));
}

const DAY_NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** "17:00 UTC on Mon, Tue, Wed"; "17:00 Europe/Berlin time daily" for every day. */
export function switchTimeText({ hour, days }: SwitchTime, timezone: string): string {
  const time = `${String(hour).padStart(2, "0")}:00 ${timezone === UTC ? "UTC" : `${timezone} time`}`;
  return days.length === 7 ? `${time} daily` : `${time} on ${days.map((day) => DAY_NAMES[day]).join(", ")}`;
}

/** A switch time in Unix cron syntax, minutes first. */
export function cronOf({ hour, days }: SwitchTime): string {
  return `0 ${hour} * * ${days.length === 7 ? "*" : days.join(",")}`;
}
