import { compareDecimals, type Diagnostic, type RiskLevel, unreachable } from "@apex/core";
import { evidenceText, headroomText } from "./evidence-text.ts";
import type { RecommendationStatus, Report, ReportedRecommendation } from "./report.ts";
import { planSentence } from "./plan-sentence.ts";
import { type Paint, type Painter, painter } from "./terminal-paint.ts";
import { type TerminalList, terminalLists } from "./terminal-lists.ts";
import { costSentence, realisationSentence, verdict } from "./verdict.ts";
import { clipLine, columns, fitColumns, visibleLine, wrapColumns } from "./visible-text.ts";
import {
  actionWord,
  amountPair,
  amountText,
  isInPatch,
  nameOf,
  realisationText,
  riskWord,
} from "./wording.ts";

/** How the table is shown: `width` in terminal columns, `colour` for ANSI codes. */
export interface TableOptions {
  readonly width: number;
  readonly colour: boolean;
}

/** Narrower than this nothing can be read; the text is then this wide. */
const WIDTH_MIN = 40;

/** Wider lines are hard to follow. */
const WIDTH_MAX = 160;

/** How many entries of the short lists are shown; the report has all of them. */
const SHORT_LIST_MAX = 5;

/** How many characters of an entry or a note are shown, in whole lines: two of a usual terminal. */
const ENTRY_LENGTH_MAX = 200;

interface Page {
  readonly width: number;
  readonly paint: Painter;
  readonly lines: string[];
}

/**
 * The report for a person at a terminal, with a final newline: verdict, recommendations, cost, what was not known,
 * and what to do next. No line is wider than `width` (40 to 160).
 */
export function renderTable(report: Report, options: TableOptions): string {
  const width = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.floor(options.width) || WIDTH_MIN));
  const page: Page = { width, paint: painter(options.colour), lines: [] };
  paragraph(page, `${verdict(report)}.`, { paint: "bold" });
  recommendationLines(page, report.recommendations);
  costLines(page, report);
  for (const list of terminalLists(report)) shortList(page, list);
  messages(page, report.diagnostics);
  nextSteps(page, report);
  return `${page.lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function paragraph(
  page: Page,
  text: string,
  style: { readonly paint?: Paint; readonly indent?: number; readonly linesMax?: number } = {},
): void {
  const indent = " ".repeat(style.indent ?? 0);
  for (const line of wrapColumns(visibleLine(text), page.width - indent.length, style.linesMax)) {
    page.lines.push(indent + (style.paint === undefined ? line : page.paint(line, style.paint)));
  }
}

function padded(text: string, width: number): string {
  const fitted = fitColumns(text, width);
  return fitted + " ".repeat(Math.max(0, width - columns(fitted)));
}

function paddedLeft(text: string, width: number): string {
  const fitted = fitColumns(text, width);
  return " ".repeat(Math.max(0, width - columns(fitted))) + fitted;
}

function recommendationLines(page: Page, all: readonly ReportedRecommendation[]): void {
  const rows = all.filter(isInPatch);
  if (rows.length === 0) return;
  page.lines.push("");
  for (const row of rows) recommendationRow(page, row);
}

function changeText(row: ReportedRecommendation): string {
  return visibleLine(`${actionWord(row.action)} ${row.from} → ${row.to}`);
}

function savingText(row: ReportedRecommendation): string {
  return amountText(row.monthlySavings.list, row.monthlySavings.currency);
}

function riskPaint(risk: RiskLevel): Paint {
  if (risk <= 1) return "green";
  return risk === 2 ? "yellow" : "red";
}

const SAVING_WIDTH = 14;
const GAP = "  ";

/** One recommendation: its name and saving, what changes at what risk and where it is written, and the evidence. */
function recommendationRow(page: Page, row: ReportedRecommendation): void {
  const nameWidth = page.width - SAVING_WIDTH - GAP.length;
  const saving = page.paint(paddedLeft(savingText(row), SAVING_WIDTH), "bold");
  page.lines.push(`${padded(visibleLine(nameOf(row)), nameWidth)}${GAP}${saving}`);
  const realised = realisationText(row.monthlySavings.realised);
  const facts = [
    changeText(row),
    `risk ${riskWord(row.risk)}`,
    ...(row.restartRequired ? ["restart"] : []),
    ...netFact(row),
    ...(realised === "" ? [] : [`saves ${realised}`]),
    ...new Set(row.edits.map(({ file, line }) => visibleLine(`${file}:${line}`))),
  ];
  paragraph(page, facts.join(" · "), { indent: 2, paint: riskPaint(row.risk) });
  evidenceLine(page, row);
}

/** What commitments leave of the saving, where they take any of it. */
function netFact({ monthlySavings }: ReportedRecommendation): string[] {
  const { list, net, currency } = monthlySavings;
  if (net === null) return ["after commitments unknown"];
  return compareDecimals(net, list) === 0 ? [] : [`${amountPair(list, net, currency)[1]} after commitments`];
}

function evidenceLine(page: Page, row: ReportedRecommendation): void {
  paragraph(page, evidenceText(row), { indent: 2, paint: "dim" });
}

function costLines(page: Page, report: Report): void {
  page.lines.push("");
  const headroom = headroomText(report.recommendations.filter(isInPatch));
  if (headroom !== "") {
    paragraph(page, `"Needed" is what was measured plus ${headroom}.`, { paint: "dim" });
  }
  const savings = realisationSentence(report);
  if (savings !== null) paragraph(page, `Savings at list prices: ${savings}`);
  paragraph(page, `Cost at list prices: ${costSentence(report.cost)}`);
  paragraph(page, `Plan: ${planSentence(report.plan, clipLine)}`);
  for (const note of report.plan.notes)
    paragraph(page, note, { indent: 2, paint: "dim", linesMax: Math.ceil(ENTRY_LENGTH_MAX / page.width) });
}

function shortList(page: Page, { title, entries, count }: TerminalList): void {
  if (entries.length === 0) return;
  page.lines.push("");
  paragraph(page, `${title} (${count})`, { paint: "bold" });
  for (const entry of entries.slice(0, SHORT_LIST_MAX)) {
    paragraph(page, entry, { indent: 2, linesMax: Math.ceil(ENTRY_LENGTH_MAX / page.width) });
  }
  moreLine(page, entries.length);
}

function moreLine(page: Page, entries: number): void {
  if (entries <= SHORT_LIST_MAX) return;
  const more = `… and ${entries - SHORT_LIST_MAX} more in the JSON report`;
  paragraph(page, more, { indent: 2, paint: "dim" });
}

function messages(page: Page, diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.filter(({ severity }) => severity !== "info");
  if (shown.length === 0) return;
  page.lines.push("");
  paragraph(page, `Messages (${shown.length})`, { paint: "bold" });
  for (const row of shown.slice(0, SHORT_LIST_MAX)) {
    paragraph(page, `${row.severity}: ${placeText(row)}${row.summary}`, {
      indent: 2,
      paint: row.severity === "error" ? "red" : "yellow",
    });
    if (row.detail !== undefined) paragraph(page, row.detail, { indent: 4 });
  }
  moreLine(page, shown.length);
}

function placeText(row: Diagnostic): string {
  if (row.source !== undefined) {
    return row.source.line === undefined ? `${row.source.file}: ` : `${row.source.file}:${row.source.line}: `;
  }
  return row.address === undefined ? "" : `${row.address}: `;
}

function nextSteps(page: Page, report: Report): void {
  page.lines.push("");
  paragraph(page, nextStep(mainStatus(report)), { paint: "bold" });
}

function mainStatus(report: Report): RecommendationStatus | "none" {
  const { applied, planned, notApplicable } = report.summary.recommendations;
  if (applied > 0) return "applied";
  if (planned > 0) return "planned";
  return notApplicable > 0 ? "not-applicable" : "none";
}

function nextStep(status: RecommendationStatus | "none"): string {
  switch (status) {
    case "applied":
      return "Next: review the changed files with `git diff`, then run `terraform plan` with your own credentials.";
    case "planned":
      return "Next: review patch.diff (--out DIR writes it) and apply it with `git apply`, or run again with --apply.";
    case "not-applicable":
      return "Next: see the reasons above; they say what keeps each change from being written.";
    case "none":
      return "Next: nothing to do. A longer window or memory metrics may show more.";
    default:
      return unreachable(status);
  }
}
