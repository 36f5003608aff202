import type { TimeWindow } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";

/** Date, time, and a zone: without one an instant means something else on every machine. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
const EXAMPLE = "2026-10-14T17:15:00Z/2026-10-14T17:25:00Z";

/** The window of `--window START/END`, two ISO 8601 instants. Throws a CommandError that says what is wrong with them. */
export function parseWindow(text: string): TimeWindow {
  const [start = "", end = "", ...rest] = text.split("/").map((part) => part.trim());
  if (start === "" || end === "" || rest.length > 0) {
    throw wrong(`"${text}" is not a start and an end with a slash between`);
  }
  const window = { startMs: instant(start), endMs: instant(end) };
  if (window.endMs <= window.startMs) throw wrong(`${end} is not after ${start}`);
  return window;
}

function instant(text: string): number {
  const epochMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(epochMs)) return epochMs;
  const hasNoZone = INSTANT.test(`${text}Z`);
  throw wrong(hasNoZone ? `${text} names no zone; write ${text}Z for UTC` : `"${text}" is no instant`);
}

function wrong(what: string): CommandError {
  return new CommandError(EXIT_CODES.wrongUse, `--window: ${what}. Example: --window ${EXAMPLE}`);
}
