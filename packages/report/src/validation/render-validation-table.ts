import type { MetricComparison, Validation } from "@apex/core";
import {
  openPage,
  padded,
  paddedLeft,
  pageText,
  paragraph,
  shortList,
  type TableOptions,
  type TerminalPage,
} from "../terminal-page.ts";
import { type Paint, verdictPaint } from "../terminal-paint.ts";
import { columns, visibleLine } from "../visible-text.ts";
import { findingFacts, settingFacts } from "./validation-facts.ts";
import { comparisonRow, type ComparisonRow, validationSentence } from "./validation-wording.ts";

/**
 * A validation for a person at a terminal, with a final newline: the verdict and what decided it, what was compared, the
 * figures, and what the sandbox cannot show. No line is wider than `width` (40 to 160).
 */
export function renderValidationTable(validation: Validation, options: TableOptions): string {
  const page = openPage(options);
  const { kind, reasons } = validation.verdict;
  paragraph(page, `${validationSentence(validation)}.`, { paint: verdictPaint(kind) });
  for (const { summary } of reasons) paragraph(page, `· ${summary}`, { indent: 2 });
  page.lines.push("");
  for (const [name, text] of settingFacts(validation)) fact(page, name, text);
  comparisonLines(page, validation);
  page.lines.push("");
  for (const [name, text] of findingFacts(validation)) fact(page, name, text);
  shortList(page, listOf("What the sandbox does not show", validation.limits));
  shortList(page, listOf("Assumptions", [...validation.fit.notes, ...(validation.calibration?.notes ?? [])]));
  return pageText(page);
}

function listOf(title: string, entries: readonly string[]) {
  return { title, count: entries.length, entries };
}

/** The widest name of a fact and a gap. */
const NAME_WIDTH = 13;

function fact(page: TerminalPage, name: string, text: string): void {
  const start = page.lines.length;
  paragraph(page, text, { indent: NAME_WIDTH });
  const first = page.lines[start];
  if (first !== undefined)
    page.lines[start] = page.paint(padded(name, NAME_WIDTH), "dim") + first.trimStart();
}

const GAP = "  ";

const HEADINGS: ComparisonRow = {
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

/** One line a metric where the page is wide enough, otherwise a line with what follows below it. */
function comparisonLines(page: TerminalPage, validation: Validation): void {
  const { comparisons } = validation.verdict;
  if (comparisons.length === 0) return;
  page.lines.push("");
  const rows = comparisons.map(visibleRow);
  const widths = COLUMNS.map((column) => Math.max(...[HEADINGS, ...rows].map((row) => columns(row[column]))));
  const total = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (COLUMNS.length - 1);
  if (total > page.width) {
    for (const [index, row] of rows.entries()) narrowRow(page, row, comparisons[index]);
    return;
  }
  const line = (row: ComparisonRow) =>
    COLUMNS.map((column, index) =>
      (FIGURES.has(column) ? paddedLeft : padded)(row[column], widths[index] ?? 0),
    ).join(GAP);
  page.lines.push(page.paint(line(HEADINGS).trimEnd(), "dim"));
  for (const [index, row] of rows.entries()) {
    const text = line(row).trimEnd();
    const paint = outcomePaint(comparisons[index]);
    const cut = text.length - row.outcome.length;
    page.lines.push(paint === undefined ? text : text.slice(0, cut) + page.paint(text.slice(cut), paint));
  }
}

function visibleRow(comparison: MetricComparison): ComparisonRow {
  const row = comparisonRow(comparison);
  return { ...row, bound: visibleLine(row.bound) };
}

function narrowRow(page: TerminalPage, row: ComparisonRow, comparison: MetricComparison | undefined): void {
  const paint = outcomePaint(comparison);
  paragraph(page, `${row.metric}: ${row.outcome}`, paint === undefined ? {} : { paint });
  const parts = [`${row.baseline} → ${row.candidate}`, row.ratio, row.bound].filter((part) => part !== "");
  paragraph(page, parts.join(" · "), { indent: 2 });
}

function outcomePaint(comparison: MetricComparison | undefined): Paint | undefined {
  switch (comparison?.outcome) {
    case "holds":
      return "green";
    case "violated":
      return "red";
    case "undecided":
      return "yellow";
    default:
      return undefined;
  }
}
