import type { Validation } from "@apex/core";
import { pageHead } from "../html-page.ts";
import { htmlFacts, htmlFolded, htmlList } from "../html-parts.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { CHART_STYLE, inlineChart } from "./chart-frame.ts";
import { type FigureTable, percentileTable, runTable, timeTable } from "./figure-tables.ts";
import { validationCharts } from "./validation-charts.ts";
import { findingFacts, settingFacts } from "./validation-facts.ts";
import { boundText, comparisonRows, validationSentence } from "./validation-wording.ts";

const STYLE = `${HTML_STYLE}${CHART_STYLE}
table.figures td, table.figures th { font-size: 0.85rem; font-variant-numeric: tabular-nums; } table.figures td:not(:last-child) { white-space: nowrap; } .scroll { overflow-x: auto; }
`;

/** A validation as one page that needs nothing else: no script, no request. */
export function renderValidationHtml(
  validation: Validation,
  options: { readonly apexVersion: string },
): string {
  const sentence = validationSentence(validation);
  const comparisons = comparisonRows(validation);
  return [
    ...pageHead(`Apex: ${sentence}`, STYLE),
    `<h1>${escapeHtml(sentence)}.</h1>`,
    htmlList(validation.verdict.reasons.map(({ summary }) => summary)),
    table({
      headings: ["", "Baseline", "Candidate", "Ratio", "Bound", "Outcome"],
      rows: comparisons.map((row) => [
        row.metric,
        row.baseline,
        row.candidate,
        row.ratio,
        boundText(row),
        row.outcome,
      ]),
    }),
    ...validationCharts(validation).map(({ chart }) => inlineChart(chart)),
    htmlFacts([...settingFacts(validation), ...findingFacts(validation)]),
    "<h2>Every run</h2>",
    table(runTable(validation)),
    htmlFolded("Latency by percentile", table(percentileTable(validation))),
    htmlFolded("Over the time of a replay", table(timeTable(validation))),
    "<h2>What the sandbox does not show</h2>",
    htmlList(validation.limits),
    "<h2>Assumptions</h2>",
    htmlList([...validation.fit.notes, ...(validation.calibration?.notes ?? [])]),
    `<p class="dim">${escapeHtml(`Apex ${options.apexVersion}, ${validation.runId}, ${validation.startedAt} to ${validation.endedAt}`)}</p>`,
    "</body></html>",
    "",
  ].join("\n");
}

function table({ headings, rows }: FigureTable): string {
  if (rows.length === 0) return "";
  const cells = (tag: "th" | "td", row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => cells("td", row)).join("");
  return `<div class="scroll"><table class="figures">${cells("th", headings)}${body}</table></div>`;
}
