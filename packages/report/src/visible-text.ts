import stringWidth from "string-width";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a reader sees as one character each: emoji and combining marks are not taken apart. */
function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** One line of visible characters: line ends and controls become spaces, invisible and direction marks are shown as "�". */
export function visibleLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cf}\p{Noncharacter_Code_Point}]/gu, "�");
}

/** Cuts the middle out of a text that is longer than `max` characters. */
export function clipMiddle(text: string, max: number): string {
  // A character is at least one code unit, so that short texts need no segmenting.
  if (text.length <= max) return text;
  const characters = graphemes(text);
  if (characters.length <= max) return text;
  const head = Math.ceil((max - 1) / 2);
  const tail = max - 1 - head;
  return `${characters.slice(0, head).join("")}…${tail > 0 ? characters.slice(-tail).join("") : ""}`;
}

/** Cuts the end of a text that is longer than `max` characters, after a whole word where there is one. */
export function clipEnd(text: string, max: number): string {
  if (text.length <= max) return text;
  const start = graphemes(text.slice(0, max - 1))
    .slice(0, -1)
    .join("");
  const lastSpace = start.lastIndexOf(" ");
  return `${lastSpace > 0 ? start.slice(0, lastSpace) : start} …`;
}

/** More of a text than this many times the wanted length is not even looked at: its middle will be cut anyway. */
const LOOKED_AT = 10;

/** {@link visibleLine} and {@link clipMiddle} in one, at a cost that does not grow with a text of megabytes. */
export function clipLine(text: string, max: number): string {
  const part = LOOKED_AT * max;
  const looked = text.length <= 2 * part ? text : `${text.slice(0, part)}…${text.slice(-part)}`;
  return clipMiddle(visibleLine(looked), max);
}

/** Columns that a text takes in a terminal. */
export function columns(text: string): number {
  return stringWidth(text);
}

/**
 * Cuts the middle out of a text that is wider than `width` terminal columns; the ends of an address tell most. The
 * result may be a column narrower than `width` where a wide character does not fit.
 */
export function fitColumns(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (width <= 1) return width === 1 ? "…" : "";
  const characters = graphemes(text);
  const tailWidth = Math.floor((width - 1) / 2);
  const head = takeColumns(characters, width - 1 - tailWidth);
  const tail = takeColumns(characters.toReversed(), tailWidth).toReversed();
  return `${head.join("")}…${tail.join("")}`;
}

function takeColumns(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    const wide = columns(character);
    if (used + wide > width) break;
    taken.push(character);
    used += wide;
  }
  return taken;
}

/**
 * Breaks a text at spaces, but not before a "%", into lines of at most `width` columns; a longer word is cut at the
 * edge. What goes beyond `linesMax` lines is left out, and the last line then ends in "…".
 */
export function wrapColumns(text: string, width: number, linesMax = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!%)/u).flatMap((part) => splitWord(part, width))) {
    if (line !== "" && columns(line) + 1 + columns(word) > width) {
      if (lines.length + 1 === linesMax) return [...lines, endedEarly(line, width)];
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

/** A line that shows that more would follow, at most `width` columns wide. */
function endedEarly(line: string, width: number): string {
  const mark = " …";
  if (columns(line) + columns(mark) <= width) return `${line}${mark}`;
  const lastSpace = line.lastIndexOf(" ");
  const shorter =
    lastSpace > 0 ? line.slice(0, lastSpace) : takeColumns(graphemes(line), width - columns(mark)).join("");
  return `${shorter}${mark}`;
}

function splitWord(word: string, width: number): string[] {
  if (columns(word) <= width) return [word];
  const pieces: string[] = [];
  let rest = graphemes(word);
  while (rest.length > 0) {
    const taken = takeColumns(rest, width);
    // A character wider than the line still has to go somewhere.
    const count = Math.max(1, taken.length);
    pieces.push(rest.slice(0, count).join(""));
    rest = rest.slice(count);
  }
  return pieces;
}
