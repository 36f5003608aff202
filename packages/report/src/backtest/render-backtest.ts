import { pageHead } from "../html-page.ts";
import { htmlFacts, htmlList } from "../html-parts.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { escapeMarkdown, tableRow } from "../markdown-text.ts";
import { columnTable, factLine, type TerminalColumn } from "../terminal-columns.ts";
import { openPage, pageText, paragraph, type TableOptions, type TerminalPage } from "../terminal-page.ts";
import { CHART_STYLE, inlineChart } from "../validation/chart-frame.ts";
import { messageText } from "../wording.ts";
import { BACKTEST_CHART_STYLE, backtestChart, calibrationChart } from "./backtest-charts.ts";
import type { BacktestedRule, BacktestReport } from "./backtest-report.ts";
import {
  backtestFacts,
  backtestSentence,
  bySaving,
  CALIBRATION_HEADINGS,
  CALIBRATION_TEXT,
  calibrationCells,
  columnTexts,
  dominatedText,
  isDominated,
  sharePercent,
  unusedTexts,
  withInterval,
} from "./backtest-wording.ts";

const COLUMNS: readonly TerminalColumn[] = [
  { heading: "#", isFigure: true },
  { heading: "rule", mayShrink: true, shrinksTo: 24 },
  { heading: "removed", isFigure: true },
  { heading: "short", isFigure: true },
  { heading: "too small", isFigure: true, leavesFirst: 2 },
  { heading: "work above", isFigure: true, leavesFirst: 4 },
  { heading: "worst", isFigure: true, leavesFirst: 3 },
  { heading: "dominated by", leavesFirst: 1 },
];

/** How many reasons for leaving machines out a terminal shows; the JSON has each machine. */
const UNUSED_MAX = 8;

function cellsOf(report: BacktestReport, rule: BacktestedRule, index: number): readonly string[] {
  return [
    String(index + 1),
    rule.title,
    withInterval(rule.removedShare, rule.interval95?.removedShare),
    // What changes nothing is not short, and not for being careful.
    rule.changed === 0 ? "–" : withInterval(rule.shortShare, rule.interval95?.shortShare),
    rule.changed === 0 ? "–" : `${rule.tooSmall} of ${rule.changed}`,
    rule.changed === 0 ? "–" : sharePercent(rule.workAboveShare),
    rule.changed === 0 ? "–" : sharePercent(rule.worstShortShare),
    dominatedText(report, rule),
  ];
}

/** A backtest for a person at a terminal, with a final newline. No line is wider than `width` (40 to 160). */
export function renderBacktestTable(report: BacktestReport, options: TableOptions): string {
  const page = openPage(options);
  paragraph(page, `${backtestSentence(report)}.`, { paint: "bold" });
  page.lines.push("");
  for (const [name, text] of backtestFacts(report)) factLine(page, name, text);
  if (report.trace.machines > 0) rulesTable(page, report);
  calibrationTable(page, report);
  const unused = unusedTexts(report);
  if (unused.length + report.diagnostics.length > 0) page.lines.push("");
  for (const text of unused.slice(0, UNUSED_MAX)) factLine(page, "Left out", text);
  if (unused.length > UNUSED_MAX)
    factLine(page, "", `… and for ${unused.length - UNUSED_MAX} more reasons: --format json has all`);
  for (const diagnostic of report.diagnostics) factLine(page, "Note", messageText(diagnostic));
  return pageText(page);
}

function rulesTable(page: TerminalPage, report: BacktestReport): void {
  page.lines.push("");
  columnTable(
    page,
    COLUMNS,
    bySaving(report).map((rule, index) => ({
      cells: cellsOf(report, rule, index),
      ...(rule.isOurs
        ? {
            paint: { column: 1, paint: isDominated(report, rule) ? ("yellow" as const) : ("green" as const) },
          }
        : {}),
    })),
  );
  page.lines.push("");
  for (const [name, text] of columnTexts(report)) factLine(page, name, text);
}

const CALIBRATION_COLUMNS: readonly TerminalColumn[] = CALIBRATION_HEADINGS.map((heading, index) =>
  index === 0 ? { heading, mayShrink: true } : { heading, isFigure: true },
);

function calibrationTable(page: TerminalPage, report: BacktestReport): void {
  if (report.calibrations.length === 0) return;
  page.lines.push("");
  columnTable(
    page,
    CALIBRATION_COLUMNS,
    report.calibrations.map((one) => ({ cells: calibrationCells(report, one) })),
  );
  page.lines.push("");
  factLine(page, "Confidence", CALIBRATION_TEXT);
}

/** A backtest as Markdown. */
export function renderBacktestMarkdown(report: BacktestReport): string {
  const head = (columns: readonly TerminalColumn[]): readonly string[] => [
    tableRow(columns.map(({ heading }) => heading)),
    tableRow(columns.map(({ isFigure }) => (isFigure === true ? "--:" : "---"))),
  ];
  const row = (cells: readonly string[]): string => tableRow(cells.map((cell) => escapeMarkdown(cell)));
  const facts = (all: ReturnType<typeof backtestFacts>): readonly string[] =>
    all.map(([name, text]) => `- ${name}: ${escapeMarkdown(text, 1_000)}`);
  return [
    `**${escapeMarkdown(backtestSentence(report))}.**`,
    "",
    ...facts(backtestFacts(report)),
    "",
    ...(report.trace.machines === 0
      ? []
      : [
          ...head(COLUMNS),
          ...bySaving(report).map((rule, index) => row(cellsOf(report, rule, index))),
          "",
          ...facts(columnTexts(report)),
          "",
        ]),
    ...(report.calibrations.length === 0
      ? []
      : [
          ...head(CALIBRATION_COLUMNS),
          ...report.calibrations.map((one) => row(calibrationCells(report, one))),
          "",
          `Confidence: ${escapeMarkdown(CALIBRATION_TEXT, 1_000)}.`,
          "",
        ]),
    ...unusedTexts(report).map((text) => `- Left out: ${escapeMarkdown(text, 1_000)}`),
    ...report.diagnostics.map((diagnostic) => `- Note: ${escapeMarkdown(messageText(diagnostic), 1_000)}`),
    "",
  ].join("\n");
}

const STYLE = `${HTML_STYLE}${CHART_STYLE}${BACKTEST_CHART_STYLE}
body { max-width: 84rem; } .scroll { overflow-x: auto; } td small { display: block; max-width: 28rem; overflow-wrap: anywhere; } b.ours { color: var(--after); }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
`;

/** A backtest as one page that needs nothing else: no script, no request. */
export function renderBacktestHtml(report: BacktestReport): string {
  const sentence = backtestSentence(report);
  return [
    ...pageHead(`Apex: ${sentence}`, STYLE),
    `<h1>${escapeHtml(sentence)}.</h1>`,
    report.trace.machines === 0 ? "" : inlineChart(backtestChart(report)),
    htmlFacts(backtestFacts(report)),
    ...rulesSection(report),
    ...calibrationSection(report),
    report.trace.unused.length === 0 ? "" : `<h2>Left out (${report.trace.incomplete})</h2>`,
    htmlList(unusedTexts(report)),
    ...report.diagnostics.map((diagnostic) => `<p>Note: ${escapeHtml(messageText(diagnostic))}</p>`),
    `<p class="dim">Apex ${escapeHtml(report.apexVersion)}, ${escapeHtml(report.generatedAt)}</p>`,
    "</body></html>",
    "",
  ].join("\n");
}

/** What nothing was replayed on has no figures, which zeros would look like. */
function rulesSection(report: BacktestReport): readonly string[] {
  if (report.trace.machines === 0) return [];
  const rows = bySaving(report).map((rule, index) => ruleCells(report, rule, index));
  return [htmlTable(COLUMNS, rows), htmlFacts(columnTexts(report))];
}

function calibrationSection(report: BacktestReport): readonly string[] {
  if (report.calibrations.length === 0) return [];
  return [
    "<h2>Stated confidence and what happened</h2>",
    htmlTable(
      CALIBRATION_COLUMNS,
      report.calibrations.map((one) => calibrationCells(report, one).map(escapeHtml)),
    ),
    `<p class="dim">${escapeHtml(CALIBRATION_TEXT)}.</p>`,
    `<div class="charts">${report.calibrations.map((one) => inlineChart(calibrationChart(one))).join("")}</div>`,
  ];
}

/** A table of cells that are HTML already. */
function htmlTable(columns: readonly TerminalColumn[], rows: readonly (readonly string[])[]): string {
  const figure = (index: number): string => (columns[index]?.isFigure === true ? ' class="money"' : "");
  const head = columns.map(({ heading }, index) => `<th${figure(index)}>${heading}</th>`).join("");
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell, index) => `<td${figure(index)}>${cell}</td>`).join("")}</tr>`,
  );
  return [
    `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>`,
    ...body,
    "</tbody></table></div>",
  ].join("\n");
}

function ruleCells(report: BacktestReport, rule: BacktestedRule, index: number): readonly string[] {
  const name = `<b${rule.isOurs ? ' class="ours"' : ""}>${escapeHtml(rule.title)}</b>`;
  const notes = [rule.reading, rule.source].map((text) => `<small>${escapeHtml(text)}</small>`).join("");
  return cellsOf(report, rule, index).map((cell, at) => (at === 1 ? name + notes : escapeHtml(cell)));
}
