import type { Edit, TextEdit } from "@apex/core";

/** What line edits come to in the text of a file, or why they do not fit it. */
export type PlacedEdits =
  | { readonly kind: "placed"; readonly textEdits: readonly TextEdit[] }
  | { readonly kind: "stale"; readonly reason: string };

interface Line {
  readonly start: number;
  /** Without and with the line's end. */
  readonly end: number;
  readonly next: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const next = newline < 0 ? text.length : newline + 1;
    const end = newline < 0 ? next : text[newline - 1] === "\r" && newline > start ? newline - 1 : newline;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

/** How lines end where something is written: as the line before, else as the one after, else as on Unix. */
function lineEnd(text: string, lines: readonly Line[], index: number): string {
  for (const line of [lines[index - 1], lines[index], lines[0]]) {
    if (line !== undefined && line.next > line.end) return text.slice(line.end, line.next);
  }
  return "\n";
}

/** The smallest replacement that makes `[start, end)` the new text: two edits of one line then meet only where both change it. */
function smallest(
  file: string,
  text: string,
  place: { start: number; end: number },
  after: string,
): TextEdit {
  const before = text.slice(place.start, place.end);
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail += 1;
  return {
    file,
    start: place.start + head,
    end: place.end - tail,
    text: after.slice(head, after.length - tail),
  };
}

function inserted(text: string, lines: readonly Line[], edit: Edit): TextEdit | undefined {
  const index = edit.line - 1;
  if (index > lines.length) return undefined;
  const end = lineEnd(text, lines, index);
  const added = edit.after.split("\n").join(end);
  const place = lines[index]?.start ?? text.length;
  const follows = index < lines.length || text === "" || text.endsWith("\n");
  return { file: edit.file, start: place, end: place, text: follows ? `${added}${end}` : `${end}${added}` };
}

function replaced(text: string, lines: readonly Line[], edit: Edit): TextEdit | undefined {
  const wanted = edit.before.split("\n");
  const found = lines.slice(edit.line - 1, edit.line - 1 + wanted.length);
  const holds =
    found.length === wanted.length &&
    found.every(({ start, end }, index) => text.slice(start, end) === wanted[index]);
  const [first, last] = [found[0], found.at(-1)];
  if (!holds || first === undefined || last === undefined) return undefined;
  if (edit.after === "") return { file: edit.file, start: first.start, end: last.next, text: "" };
  const after = edit.after.split("\n").join(lineEnd(text, lines, edit.line));
  return smallest(edit.file, text, { start: first.start, end: last.end }, after);
}

/**
 * Places a report's line edits of one file in its text. The lines that an edit replaces must be exactly what it says: line ends aside,
 * which stay as the file has them. An edit with nothing before inserts its lines before `line`; one with nothing after removes its own.
 */
export function placeEdits(text: string, edits: readonly Edit[]): PlacedEdits {
  const lines = linesOf(text);
  const textEdits: TextEdit[] = [];
  for (const edit of edits) {
    const placed = edit.before === "" ? inserted(text, lines, edit) : replaced(text, lines, edit);
    if (placed === undefined)
      return {
        kind: "stale",
        reason: `line ${edit.line} of ${edit.file} is no longer what the report was made from`,
      };
    textEdits.push(placed);
  }
  return { kind: "placed", textEdits };
}

/** The lines around an edit, which git needs unchanged to merge it: as many before and after as it looks at. */
export function surroundings(text: string, { start, end }: TextEdit): readonly [string, string] {
  const plain = (part: string) => part.replaceAll("\r\n", "\n").split("\n");
  return [
    plain(text.slice(0, start))
      .slice(-1 - CONTEXT_LINES)
      .join("\n"),
    plain(text.slice(end))
      .slice(0, 1 + CONTEXT_LINES)
      .join("\n"),
  ];
}

/** As in a unified diff. */
const CONTEXT_LINES = 3;
