import { DAY_MS, formatInstant, parseInstant } from "@apex/core";

/** What a person says of a pull request by a comment. */
export type Command =
  /** `until` is ISO 8601. */
  | { readonly kind: "not-now"; readonly until: string; readonly reason: string }
  | { readonly kind: "never"; readonly reason: string }
  /** Addressed to Apex, and not understood. */
  | { readonly kind: "unknown"; readonly text: string };

const DAYS_MAX = 3_650;
const REASON_CHARACTERS_MAX = 300;

/** The end of a day, or of so many days or weeks from `createdMs`; `undefined` for what is none. */
function untilOf(term: string, createdMs: number): string | undefined {
  const count = /^(\d{1,4})([dw])$/i.exec(term);
  if (count !== null) {
    const days = Number(count[1]) * (count[2]?.toLowerCase() === "w" ? 7 : 1);
    return days >= 1 && days <= DAYS_MAX ? formatInstant(createdMs + days * DAY_MS) : undefined;
  }
  const end = parseInstant(`${term}T23:59:59Z`);
  return end === undefined || end > createdMs + DAYS_MAX * DAY_MS ? undefined : formatInstant(end);
}

/**
 * The first command in a comment: a line `/apex not now [30d|4w|2026-12-31] [reason]` or `/apex never [reason]`; `undefined` when there
 * is none. `createdAt` is ISO 8601; without a term "not now" lasts `notNowDays`.
 */
export function parseCommand(
  body: string,
  { createdAt, notNowDays }: { readonly createdAt: string; readonly notNowDays: number },
): Command | undefined {
  const [line = "", rest = ""] = /^\/apex\b[ \t]*(.*)$/im.exec(body) ?? [];
  if (line === "") return undefined;
  const text = rest.trim().slice(0, REASON_CHARACTERS_MAX);
  const never = /^never\b\s*(.*)$/i.exec(text);
  if (never !== null) return { kind: "never", reason: never[1] ?? "" };
  const notNow = /^not[ -]now\b\s*(\S*)\s*(.*)$/i.exec(text);
  const createdMs = parseInstant(createdAt);
  if (notNow === null || createdMs === undefined) return { kind: "unknown", text };
  const [, term = "", reason = ""] = notNow;
  const isTerm = /^\d/.test(term);
  const until = untilOf(isTerm ? term : `${notNowDays}d`, createdMs);
  if (until === undefined) return { kind: "unknown", text };
  return { kind: "not-now", until, reason: isTerm ? reason : `${term} ${reason}`.trim() };
}
