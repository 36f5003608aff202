import { compareDecimals, type Diagnostic, type RiskLevel, unreachable } from "@apex/core";
import { evidenceText, headroomText } from "./evidence-text.ts";
import type { RecommendationStatus, Report, ReportedRecommendation } from "./report.ts";
import { planSentence } from "./plan-sentence.ts";
import { type Paint, verdictPaint } from "./terminal-paint.ts";
import { terminalLists } from "./terminal-lists.ts";
import {
  entryLinesMax,
  moreLine,
  openPage,
  padded,
  paddedLeft,
  pageText,
  paragraph,
  shortened,
  shortList,
  type TableOptions,
  type TerminalPage,
} from "./terminal-page.ts";
import type { ReportedValidation } from "./validation/reported-validation.ts";
import { reportedFigures, reportedSentence } from "./validation/reported-wording.ts";
import { costSentence } from "./report-cost-text.ts";
import { realisationSentence, verdict } from "./verdict.ts";
import { clipLine, visibleLine } from "./visible-text.ts";
import {
  actionWord,
  amountPair,
  amountText,
  isInPatch,
  nameOf,
  realisationText,
  riskWord,
} from "./wording.ts";

/**
 * The report for a person at a terminal, with a final newline: verdict, recommendations, cost, what was not known,
 * and what to do next. No line is wider than `width` (40 to 160).
 */
export function renderTable(report: Report, options: TableOptions): string {
  const page = openPage(options);
  paragraph(page, `${verdict(report)}.`, { paint: "bold" });
  recommendationLines(page, report.recommendations);
  costLines(page, report);
  validationLines(page, report.validation ?? []);
  for (const list of terminalLists(report)) shortList(page, list);
  messages(page, report.diagnostics);
  nextSteps(page, report);
  return pageText(page);
}

function recommendationLines(page: TerminalPage, all: readonly ReportedRecommendation[]): void {
  const rows = all.filter(isInPatch);
  if (rows.length === 0) return;
  page.lines.push("");
  for (const row of rows) recommendationRow(page, row);
}

/** What a row tells: a recommendation of a report, or one without Terraform, which has no edits. */
export type ShownRecommendation = Omit<ReportedRecommendation, "edits" | "status" | "reason"> &
  Partial<Pick<ReportedRecommendation, "edits">>;

function changeText(row: ShownRecommendation): string {
  return visibleLine(`${actionWord(row.action)} ${row.from} → ${row.to}`);
}

function savingText(row: ShownRecommendation): string {
  return amountText(row.monthlySavings.list, row.monthlySavings.currency);
}

function riskPaint(risk: RiskLevel): Paint {
  if (risk <= 1) return "green";
  return risk === 2 ? "yellow" : "red";
}

const SAVING_WIDTH = 14;
const GAP = "  ";

/** How many columns a name has beside its saving. */
export function nameWidth(page: TerminalPage): number {
  return page.width - SAVING_WIDTH - GAP.length;
}

/** One recommendation: its name and saving, what changes at what risk and where it is written, and the evidence. */
export function recommendationRow(
  page: TerminalPage,
  row: ShownRecommendation,
  name: string = nameOf(row),
): void {
  const saving = page.paint(paddedLeft(savingText(row), SAVING_WIDTH), "bold");
  page.lines.push(`${padded(visibleLine(name), nameWidth(page))}${GAP}${saving}`);
  const realised = realisationText(row.monthlySavings.realised);
  const facts = [
    changeText(row),
    `risk ${riskWord(row.risk)}`,
    ...(row.restartRequired ? ["restart"] : []),
    ...netFact(row),
    ...(realised === "" ? [] : [`saves ${realised}`]),
    ...new Set((row.edits ?? []).map(({ file, line }) => visibleLine(`${file}:${line}`))),
  ];
  paragraph(page, facts.join(" · "), { indent: 2, paint: riskPaint(row.risk) });
  evidenceLine(page, row);
}

/** What commitments leave of the saving, where they take any of it. */
function netFact({ monthlySavings }: ShownRecommendation): string[] {
  const { list, net, currency } = monthlySavings;
  if (net === null) return ["after commitments unknown"];
  return compareDecimals(net, list) === 0 ? [] : [`${amountPair(list, net, currency)[1]} after commitments`];
}

function evidenceLine(page: TerminalPage, row: ShownRecommendation): void {
  paragraph(page, evidenceText(row), { indent: 2, paint: "dim" });
}

function costLines(page: TerminalPage, report: Report): void {
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
    paragraph(page, note, { indent: 2, paint: "dim", linesMax: entryLinesMax(page) });
}

/** Each thing that was tried: the verdict, what decided it, and the figures. */
function validationLines(page: TerminalPage, validations: readonly ReportedValidation[]): void {
  if (validations.length === 0) return;
  page.lines.push("");
  paragraph(page, `Tried in the sandbox (${validations.length})`, { paint: "bold" });
  for (const row of validations) {
    paragraph(page, reportedSentence(row), { indent: 2, paint: verdictPaint(row.verdict) });
    for (const { summary } of shortened(row.reasons)) {
      paragraph(page, summary, { indent: 4, linesMax: entryLinesMax(page) });
    }
    paragraph(page, reportedFigures(row), { indent: 4, paint: "dim" });
  }
}

function messages(page: TerminalPage, diagnostics: readonly Diagnostic[]): void {
  const shown = diagnostics.filter(({ severity }) => severity !== "info");
  if (shown.length === 0) return;
  page.lines.push("");
  paragraph(page, `Messages (${shown.length})`, { paint: "bold" });
  for (const row of shortened(shown)) {
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

function nextSteps(page: TerminalPage, report: Report): void {
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
