import { DAY_MS, formatInstant, parseInstant, type TimeWindow } from "@apex/core";

/** The day before the first of a month and that day itself: what month's end brings falls into them. */
const AROUND_MS = DAY_MS;

/** The spans around the turns of months (UTC) that lie in a window as a whole, ascending. */
export function monthTurns({ startMs, endMs }: TimeWindow): readonly TimeWindow[] {
  const turns: TimeWindow[] = [];
  for (let atMs = nextMonth(startMs); atMs + AROUND_MS <= endMs; atMs = nextMonth(atMs)) {
    if (atMs - AROUND_MS >= startMs) turns.push({ startMs: atMs - AROUND_MS, endMs: atMs + AROUND_MS });
  }
  return turns;
}

/** The first instant of the month after an instant's. */
function nextMonth(instantMs: number): number {
  const [year = 0, month = 0] = formatInstant(instantMs).split("-").map(Number);
  const next = month === 12 ? [year + 1, 1] : [year, month + 1];
  const [nextYear = 0, nextName = 0] = next;
  const text = `${String(nextYear).padStart(4, "0")}-${String(nextName).padStart(2, "0")}-01T00:00:00Z`;
  return parseInstant(text) ?? Number.POSITIVE_INFINITY;
}
