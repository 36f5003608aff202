import { type Paint, type Painter, painter } from "./terminal-paint.ts";
import { columns, fitColumns, visibleLine, wrapColumns } from "./visible-text.ts";

/** How a page for a terminal is shown: `width` in terminal columns, `colour` for ANSI codes. */
export interface TableOptions {
  readonly width: number;
  readonly colour: boolean;
}

/** Narrower than this nothing can be read; the text is then this wide. */
const WIDTH_MIN = 40;

/** Wider lines are hard to follow. */
const WIDTH_MAX = 160;

/** Lines for a terminal, none of them wider than `width`. */
export interface TerminalPage {
  readonly width: number;
  readonly paint: Painter;
  readonly lines: string[];
}

/** An empty page of 40 to 160 columns. */
export function openPage(options: TableOptions): TerminalPage {
  const width = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.floor(options.width) || WIDTH_MIN));
  return { width, paint: painter(options.colour), lines: [] };
}

/** The page's text with a final newline. */
export function pageText(page: TerminalPage): string {
  return `${page.lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** Adds a text from outside, broken at spaces. */
export function paragraph(
  page: TerminalPage,
  text: string,
  style: { readonly paint?: Paint; readonly indent?: number; readonly linesMax?: number } = {},
): void {
  const indent = " ".repeat(style.indent ?? 0);
  for (const line of wrapColumns(visibleLine(text), page.width - indent.length, style.linesMax)) {
    page.lines.push(indent + (style.paint === undefined ? line : page.paint(line, style.paint)));
  }
}

/** A text cut or filled up to `width` columns. */
export function padded(text: string, width: number): string {
  const fitted = fitColumns(text, width);
  return fitted + " ".repeat(Math.max(0, width - columns(fitted)));
}

/** {@link padded} with the filling before the text, for figures. */
export function paddedLeft(text: string, width: number): string {
  const fitted = fitColumns(text, width);
  return " ".repeat(Math.max(0, width - columns(fitted))) + fitted;
}

/** How many entries of the short lists are shown; the report has all of them. */
const SHORT_LIST_MAX = 5;

/** How many characters of an entry or a note are shown, in whole lines: two of a usual terminal. */
const ENTRY_LENGTH_MAX = 200;

/** Lines that an entry or a note may take. */
export function entryLinesMax(page: TerminalPage): number {
  return Math.ceil(ENTRY_LENGTH_MAX / page.width);
}

/** Adds a title with its count, the first entries, and how many more the JSON report has; nothing without entries. */
export function shortList(
  page: TerminalPage,
  list: { readonly title: string; readonly count: number; readonly entries: readonly string[] },
): void {
  if (list.entries.length === 0) return;
  page.lines.push("");
  paragraph(page, `${list.title} (${list.count})`, { paint: "bold" });
  for (const entry of shortened(list.entries)) {
    paragraph(page, entry, { indent: 2, linesMax: entryLinesMax(page) });
  }
  moreLine(page, list.entries.length);
}

/** The entries that a short list shows. */
export function shortened<T>(entries: readonly T[]): readonly T[] {
  return entries.slice(0, SHORT_LIST_MAX);
}

/** Says how many entries a short list leaves out, if any. */
export function moreLine(page: TerminalPage, entries: number): void {
  if (entries <= SHORT_LIST_MAX) return;
  const more = `… and ${entries - SHORT_LIST_MAX} more in the JSON report`;
  paragraph(page, more, { indent: 2, paint: "dim" });
}
