import { padded, paddedLeft, paragraph, type TerminalPage } from "./terminal-page.ts";
import type { Paint } from "./terminal-paint.ts";
import { columns as columnsOf, visibleLine } from "./visible-text.ts";

/** A column of a terminal table. */
export interface TerminalColumn {
  readonly heading: string;
  /** Figures end where they end, words start where they start. */
  readonly isFigure?: boolean;
  /** Names may be cut in their middle where the page is narrow; figures never are. */
  readonly mayShrink?: boolean;
  /** To so many columns at most; 20 where absent. */
  readonly shrinksTo?: number;
  /** It is left out of a page that is too narrow for all, the highest of them first; absent: never. */
  readonly leavesFirst?: number;
}

/** A row: as many cells as there are columns, from outside or not, and how one of them is painted. */
export interface TerminalRow {
  readonly cells: readonly string[];
  readonly paint?: { readonly column: number; readonly paint: Paint };
}

const GAP = "  ";

/** A name that is cut to less cannot be told from others. */
const SHRUNK_WIDTH_MIN = 20;

/**
 * Adds rows as a table; on a narrow page with fewer columns, and where even that is too wide, each row as a few lines. Nothing but
 * names is ever cut.
 */
export function columnTable(
  page: TerminalPage,
  columns: readonly TerminalColumn[],
  rows: readonly TerminalRow[],
): void {
  if (rows.length === 0) return;
  const visible = rows.map((row) => ({ ...row, cells: row.cells.map(visibleLine) }));
  const shown = shownColumns(page.width, columns, visible);
  if (shown === undefined) {
    for (const row of visible) narrowRow(page, columns, row);
    return;
  }
  const line = (cells: readonly string[], paint?: TerminalRow["paint"]) =>
    shown
      .map(({ at, width }) => {
        const text = (columns[at]?.isFigure === true ? paddedLeft : padded)(cells[at] ?? "", width);
        return paint?.column === at ? page.paint(text, paint.paint) : text;
      })
      .join(GAP);
  page.lines.push(page.paint(line(columns.map(({ heading }) => heading)).trimEnd(), "dim"));
  for (const { cells, paint } of visible) page.lines.push(line(cells, paint));
}

interface ShownColumn {
  readonly at: number;
  readonly width: number;
}

/** Which columns a page has room for, `undefined` where it has none for those that must be there. */
function shownColumns(
  pageWidth: number,
  columns: readonly TerminalColumn[],
  rows: readonly TerminalRow[],
): readonly ShownColumn[] | undefined {
  const leaving = columns
    .flatMap(({ leavesFirst }, at) => (leavesFirst === undefined ? [] : [{ at, leavesFirst }]))
    .toSorted((a, b) => b.leavesFirst - a.leavesFirst)
    .map(({ at }) => at);
  for (let left = 0; left <= leaving.length; left += 1) {
    const gone = new Set(leaving.slice(0, left));
    const kept = columns.flatMap((column, at) => (gone.has(at) ? [] : [{ column, at }]));
    const widths = fittedWidths(
      pageWidth,
      kept.map(({ column }) => column),
      rows.map(({ cells }) => kept.map(({ at }) => cells[at] ?? "")),
    );
    if (widths !== undefined) return kept.map(({ at }, index) => ({ at, width: widths[index] ?? 0 }));
  }
  return undefined;
}

/** The columns' widths on a page, `undefined` where they do not fit. */
function fittedWidths(
  pageWidth: number,
  columns: readonly TerminalColumn[],
  rows: readonly (readonly string[])[],
): readonly number[] | undefined {
  const natural = columns.map(({ heading }, at) =>
    rows.reduce((widest, row) => Math.max(widest, columnsOf(row[at] ?? "")), columnsOf(heading)),
  );
  let excess = natural.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1)) - pageWidth;
  const widths = [...natural];
  while (excess > 0) {
    const widest = columns
      .map((column, at) => ((widths[at] ?? 0) > leastWidth(column) ? (widths[at] ?? 0) : 0))
      .reduce((best, width, at, all) => (width > (all[best] ?? 0) ? at : best), 0);
    const width = widths[widest] ?? 0;
    const least = leastWidth(columns[widest] ?? {});
    if (width <= least) return undefined;
    const cut = Math.min(excess, width - least, Math.max(1, Math.ceil(excess / columns.length)));
    widths[widest] = width - cut;
    excess -= cut;
  }
  return widths;
}

function leastWidth({ mayShrink, shrinksTo }: Partial<TerminalColumn>): number {
  return mayShrink === true ? (shrinksTo ?? SHRUNK_WIDTH_MIN) : Number.POSITIVE_INFINITY;
}

function narrowRow(
  page: TerminalPage,
  columns: readonly TerminalColumn[],
  { cells, paint }: TerminalRow,
): void {
  const [first = "", ...rest] = cells;
  paragraph(page, first, paint === undefined ? {} : { paint: paint.paint });
  const facts = rest.flatMap((cell, at) => {
    if (cell === "") return [];
    const column = columns[at + 1];
    return [column?.isFigure === true ? `${column.heading} ${cell}` : cell];
  });
  if (facts.length > 0) paragraph(page, facts.join(" · "), { indent: 2 });
}

/** Adds a fact: its name, dim, and its text beside it. */
export function factLine(page: TerminalPage, name: string, text: string, nameWidth = 13): void {
  const start = page.lines.length;
  paragraph(page, text === "" ? "—" : text, { indent: nameWidth });
  const first = page.lines[start];
  if (first !== undefined) page.lines[start] = page.paint(padded(name, nameWidth), "dim") + first.trimStart();
}
