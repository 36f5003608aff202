import type { MetricComparison } from "@apex/core";
import { padded, paddedLeft, paragraph, type TerminalPage } from "../terminal-page.ts";
import type { Paint } from "../terminal-paint.ts";
import { columns, visibleLine } from "../visible-text.ts";
import { boundText, type ComparisonRow } from "./validation-wording.ts";

type Cells = Pick<ComparisonRow, "metric" | "baseline" | "candidate" | "ratio" | "bound" | "outcome">;

const HEADINGS: Cells = {
  metric: "",
  baseline: "baseline",
  candidate: "candidate",
  ratio: "ratio",
  bound: "bound",
  outcome: "outcome",
};

/** In this order; figures end where they end, words start where they start. */
const COLUMNS = ["metric", "baseline", "candidate", "ratio", "bound", "outcome"] as const;
const FIGURES: ReadonlySet<string> = new Set(["baseline", "candidate"]);
const GAP = "  ";

const PAINTS: Readonly<Record<MetricComparison["outcome"], Paint | null>> = {
  holds: "green",
  violated: "red",
  undecided: "yellow",
  "not-judged": null,
};

/**
 * The comparisons as a table: with where each bound comes from where the page is wide enough, with that below it where it is
 * not, and on a narrow page a few lines a metric.
 */
export function comparisonLines(page: TerminalPage, comparisons: readonly ComparisonRow[]): void {
  if (comparisons.length === 0) return;
  page.lines.push("");
  const rows = comparisons.map((row) => ({ ...row, origin: visibleLine(row.origin) }));
  const whole = rows.map((row) => ({ ...row, bound: boundText(row) }));
  if (tableWidth(whole) <= page.width) return table(page, whole);
  if (tableWidth(rows) > page.width) {
    for (const row of rows) narrow(page, row);
    return;
  }
  table(page, rows);
  const origins = rows.filter(({ origin }) => origin !== "");
  if (origins.length === 0) return;
  const text = origins.map(({ metric, origin }) => `${metric} ${origin}`).join("; ");
  paragraph(page, `Bounds: ${text}.`, { paint: "dim" });
}

function widthsOf(rows: readonly Cells[]): readonly number[] {
  return COLUMNS.map((column) => Math.max(...[HEADINGS, ...rows].map((row) => columns(row[column]))));
}

function tableWidth(rows: readonly Cells[]): number {
  return widthsOf(rows).reduce((sum, width) => sum + width, 0) + GAP.length * (COLUMNS.length - 1);
}

function table(page: TerminalPage, rows: readonly ComparisonRow[]): void {
  const widths = widthsOf(rows);
  const line = (row: Cells) =>
    COLUMNS.map((column, at) => (FIGURES.has(column) ? paddedLeft : padded)(row[column], widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  page.lines.push(page.paint(line(HEADINGS), "dim"));
  for (const row of rows) {
    const paint = PAINTS[row.kind];
    const text = line(row);
    const cut = text.length - row.outcome.length;
    page.lines.push(paint === null ? text : text.slice(0, cut) + page.paint(text.slice(cut), paint));
  }
}

function narrow(page: TerminalPage, row: ComparisonRow): void {
  const paint = PAINTS[row.kind];
  paragraph(page, `${row.metric}: ${row.outcome}`, paint === null ? {} : { paint });
  const parts = [`${row.baseline} → ${row.candidate}`, row.ratio, boundText(row)].filter(
    (part) => part !== "",
  );
  paragraph(page, parts.join(" · "), { indent: 2 });
}
