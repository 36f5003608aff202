import { pageHead } from "../html-page.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { escapeMarkdown, tableRow } from "../markdown-text.ts";
import { columnTable, factLine, type TerminalColumn } from "../terminal-columns.ts";
import { openPage, pageText, paragraph, type TableOptions } from "../terminal-page.ts";
import { CHART_STYLE, inlineChart } from "../validation/chart-frame.ts";
import { BACKTEST_CHART_STYLE, backtestChart, calibrationChart } from "./backtest-charts.ts";
import type { BacktestedRule, BacktestReport } from "./backtest-report.ts";
import {
  backtestFacts,
  backtestSentence,
  bySaving,
  calibrationSentence,
  dominatedText,
  isDominated,
  sharePercent,
} from "./backtest-wording.ts";

const COLUMNS: readonly TerminalColumn[] = [
  { heading: "rule", mayShrink: true },
  { heading: "removed", isFigure: true },
  { heading: "short", isFigure: true },
  { heading: "work above", isFigure: true, leavesFirst: 3 },
  { heading: "too small", isFigure: true, leavesFirst: 2 },
  { heading: "worst", isFigure: true, leavesFirst: 1 },
  { heading: "dominated by", mayShrink: true, leavesFirst: 4 },
];

function cellsOf(report: BacktestReport, rule: BacktestedRule): readonly string[] {
  return [
    rule.title,
    sharePercent(rule.removedShare),
    sharePercent(rule.shortShare),
    sharePercent(rule.workAboveShare),
    `${rule.tooSmall} of ${rule.changed}`,
    sharePercent(rule.worstShortShare),
    dominatedText(report, rule),
  ];
}

/** A backtest for a person at a terminal, with a final newline. No line is wider than `width` (40 to 160). */
export function renderBacktestTable(report: BacktestReport, options: TableOptions): string {
  const page = openPage(options);
  paragraph(page, `${backtestSentence(report)}.`);
  page.lines.push("");
  for (const [name, text] of backtestFacts(report)) factLine(page, name, text);
  page.lines.push("");
  columnTable(
    page,
    COLUMNS,
    bySaving(report).map((rule) => ({
      cells: cellsOf(report, rule),
      ...(rule.isOurs
        ? {
            paint: { column: 0, paint: isDominated(report, rule) ? ("yellow" as const) : ("green" as const) },
          }
        : {}),
    })),
  );
  if (report.calibrations.length > 0) page.lines.push("");
  for (const one of report.calibrations) factLine(page, "Confidence", calibrationSentence(one));
  for (const { summary } of report.diagnostics) factLine(page, "Note", summary);
  return pageText(page);
}

/** A backtest as Markdown. */
export function renderBacktestMarkdown(report: BacktestReport): string {
  const [first, ...rest] = COLUMNS.map(({ heading }) => heading);
  return [
    `**${escapeMarkdown(backtestSentence(report))}.**`,
    "",
    ...backtestFacts(report).map(([name, text]) => `- ${name}: ${escapeMarkdown(text)}`),
    "",
    tableRow([first ?? "", ...rest]),
    tableRow(COLUMNS.map(({ isFigure }) => (isFigure === true ? "--:" : "---"))),
    ...bySaving(report).map((rule) => tableRow(cellsOf(report, rule).map((cell) => escapeMarkdown(cell)))),
    "",
    ...report.calibrations.map((one) => `- ${escapeMarkdown(calibrationSentence(one), 1_000)}`),
    ...report.diagnostics.map(({ summary }) => `- Note: ${escapeMarkdown(summary, 1_000)}`),
    "",
  ].join("\n");
}

const STYLE = `${HTML_STYLE}${CHART_STYLE}${BACKTEST_CHART_STYLE}
body { max-width: 72rem; } .scroll { overflow-x: auto; } td:first-child small { display: block; } b.ours { color: var(--after); }
dl { display: grid; gap: 0.2rem 1rem; grid-template-columns: max-content 1fr; } dt { color: var(--dim); } dd { margin: 0; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
`;

/** A backtest as one page that needs nothing else: no script, no request. */
export function renderBacktestHtml(report: BacktestReport): string {
  const sentence = backtestSentence(report);
  return [
    ...pageHead(`Apex: ${sentence}`, STYLE),
    `<h1>${escapeHtml(sentence)}.</h1>`,
    `<dl>${backtestFacts(report)
      .map(([name, text]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`)
      .join("")}</dl>`,
    inlineChart(backtestChart(report)),
    `<div class="scroll"><table><thead><tr>${COLUMNS.map(
      ({ heading, isFigure }) => `<th${isFigure === true ? ' class="money"' : ""}>${heading}</th>`,
    ).join("")}</tr></thead><tbody>`,
    ...bySaving(report).map((rule) => htmlRow(report, rule)),
    "</tbody></table></div>",
    report.calibrations.length === 0 ? "" : "<h2>Stated confidence and what happened</h2>",
    ...report.calibrations.map((one) => `<p>${escapeHtml(calibrationSentence(one))}.</p>`),
    `<div class="charts">${report.calibrations.map((one) => inlineChart(calibrationChart(one))).join("")}</div>`,
    ...report.diagnostics.map(({ summary }) => `<p>Note: ${escapeHtml(summary)}</p>`),
    `<p class="dim">Apex ${escapeHtml(report.apexVersion)}, ${escapeHtml(report.generatedAt)}</p>`,
    "</body></html>",
    "",
  ].join("\n");
}

function htmlRow(report: BacktestReport, rule: BacktestedRule): string {
  const [title = "", ...figures] = cellsOf(report, rule);
  const head = `<b${rule.isOurs ? ' class="ours"' : ""}>${escapeHtml(title)}</b><small>${escapeHtml(rule.reading)}</small><small>${escapeHtml(rule.source)}</small>`;
  const cells = figures.map((text, index) => {
    const isFigure = COLUMNS[index + 1]?.isFigure === true;
    return `<td${isFigure ? ' class="money"' : ""}>${escapeHtml(text)}</td>`;
  });
  return `<tr><td>${head}</td>${cells.join("")}</tr>`;
}
