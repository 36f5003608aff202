import type { Paint, Painter } from "../terminal-paint.ts";
import { columns, visibleLine } from "../visible-text.ts";

/** How costs are shown on a terminal. */
export interface CostPage {
  /** In terminal columns. */
  readonly width: number;
  readonly colour: boolean;
  /** What prices were counted by, as a phrase: "on-demand list prices". */
  readonly basis: string;
}

/** A line of a name, which may be from outside, and its amounts; all lines that have amounts have as many. */
export interface AmountLine {
  readonly name: string;
  /** Empty for a line that only says something. */
  readonly amounts: readonly string[];
  readonly paint: Paint;
}

const GAP = "  ";
const AMOUNT_COLUMNS_MIN = 12;
const NAME_COLUMNS_MIN = 24;

/** The lines with their amounts below each other. A name that is too long has a line of its own above its amounts: none is cut. */
export function amountLines(lines: readonly AmountLine[], width: number, paint: Painter): readonly string[] {
  const widths = widthsOf(lines);
  const amountColumns = widths.reduce((sum, each) => sum + GAP.length + each, 0);
  const nameColumns = Math.max(NAME_COLUMNS_MIN, width - amountColumns);
  return lines.map(({ name, amounts, paint: how }) => {
    const shown = visibleLine(name);
    if (amounts.length === 0) return paint(shown, how);
    const isLong = columns(shown) > nameColumns;
    const filled = isLong ? " ".repeat(nameColumns) : shown + " ".repeat(nameColumns - columns(shown));
    const cells = amounts.map((amount, at) => " ".repeat((widths[at] ?? 0) - columns(amount)) + amount);
    const line = [filled, ...cells].join(GAP).trimEnd();
    return paint(isLong ? `${shown}\n${line}` : line, how);
  });
}

function widthsOf(lines: readonly AmountLine[]): readonly number[] {
  const widths: number[] = [];
  for (const { amounts } of lines) {
    for (const [at, amount] of amounts.entries()) {
      widths[at] = Math.max(widths[at] ?? AMOUNT_COLUMNS_MIN, columns(amount));
    }
  }
  return widths;
}

/** "1 resource costs", "2 resources cost". */
export function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Whose prices they are, and of when: nothing where none was used. */
export function priceDatesLine(priceDates: Readonly<Record<string, string>>): readonly string[] {
  const dates = Object.entries(priceDates).map(([table, date]) => `${table} ${date}`);
  return dates.length === 0 ? [] : [`prices: ${dates.join(", ")}`];
}
