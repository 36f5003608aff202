import type { StructuredPatchHunk } from "diff";

/** What came of applying hunks: the new text, or the first line that does not fit. Hunks and lines count from 1. */
export type AppliedHunks =
  | { readonly kind: "applied"; readonly text: string }
  | {
      readonly kind: "failed";
      readonly hunk: number;
      readonly line: number;
      readonly expected: string;
      /** Undefined beyond the end of the file. */
      readonly found?: string;
      readonly reason: "different" | "ambiguous";
    };

/** The old and new lines of a hunk; `hasOldEnd` and `hasNewEnd` say whether its last line ends with a newline. */
interface HunkSides {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly hasOldEnd: boolean;
  readonly hasNewEnd: boolean;
}

const NO_NEWLINE = "\\";

function sidesOf(hunk: StructuredPatchHunk): HunkSides {
  const before: string[] = [];
  const after: string[] = [];
  let [hasOldEnd, hasNewEnd] = [true, true];
  let last = "";
  for (const line of hunk.lines) {
    const mark = line[0] ?? " ";
    if (mark === NO_NEWLINE) {
      // "\ No newline at end of file" speaks of the line above it.
      if (last !== "+") hasOldEnd = false;
      if (last !== "-") hasNewEnd = false;
      continue;
    }
    if (mark !== "+") before.push(line.slice(1));
    if (mark !== "-") after.push(line.slice(1));
    last = mark;
  }
  return { before, after, hasOldEnd, hasNewEnd };
}

/**
 * Applies the hunks of one file as `git apply` does: every old line must be there, byte for byte, carriage returns included;
 * a hunk may have moved when it then fits in exactly one place after the one before.
 */
export function applyHunks(text: string, hunks: readonly StructuredPatchHunk[]): AppliedHunks {
  const lines = text.split("\n");
  // What follows the last newline is no line.
  let hasEnd = lines.at(-1) === "";
  if (hasEnd) lines.pop();
  const result: string[] = [];
  let next = 0;
  for (const [index, hunk] of hunks.entries()) {
    const sides = sidesOf(hunk);
    const fits = (at: number) => isAt(lines, at, sides, hasEnd);
    const stated = Math.max(0, sides.before.length === 0 ? hunk.oldStart : hunk.oldStart - 1);
    const place = placeOf(stated, next, lines.length - sides.before.length, fits);
    if (typeof place !== "number") return failure(lines, { index, stated, sides, reason: place });
    result.push(...lines.slice(next, place), ...sides.after);
    next = place + sides.before.length;
    if (next === lines.length && sides.after.length > 0) hasEnd = sides.hasNewEnd;
  }
  result.push(...lines.slice(next));
  return { kind: "applied", text: result.join("\n") + (hasEnd && result.length > 0 ? "\n" : "") };
}

function isAt(lines: readonly string[], at: number, sides: HunkSides, hasEnd: boolean): boolean {
  const { before } = sides;
  if (at < 0 || at + before.length > lines.length) return false;
  // A hunk that says that the file ends without a newline fits only there.
  if (!sides.hasOldEnd && (at + before.length !== lines.length || hasEnd)) return false;
  return before.every((line, index) => lines[at + index] === line);
}

function placeOf(
  stated: number,
  first: number,
  last: number,
  fits: (at: number) => boolean,
): number | "different" | "ambiguous" {
  if (stated >= first && fits(stated)) return stated;
  const places: number[] = [];
  for (let at = first; at <= last && places.length < 2; at += 1) if (fits(at)) places.push(at);
  const [only] = places;
  if (only === undefined) return "different";
  return places.length === 1 ? only : "ambiguous";
}

function failure(
  lines: readonly string[],
  {
    index,
    stated,
    sides,
    reason,
  }: {
    readonly index: number;
    readonly stated: number;
    readonly sides: HunkSides;
    readonly reason: "different" | "ambiguous";
  },
): AppliedHunks {
  const first = sides.before.findIndex((line, at) => lines[stated + at] !== line);
  const at = stated + Math.max(0, first);
  const found = lines[at];
  return {
    kind: "failed",
    hunk: index + 1,
    line: at + 1,
    expected: sides.before[Math.max(0, first)] ?? "",
    ...(found === undefined ? {} : { found }),
    reason,
  };
}
