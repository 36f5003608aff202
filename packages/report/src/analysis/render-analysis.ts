import type { Diagnostic } from "@apex/core";
import { evidenceText } from "../evidence-text.ts";
import { pageHead } from "../html-page.ts";
import { htmlFacts, htmlFolded, htmlList } from "../html-parts.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { codeSpan, escapeMarkdown, tableRow } from "../markdown-text.ts";
import { type HtmlOptions, htmlRecommendation } from "../render-html.ts";
import { nameWidth, recommendationRow } from "../render-table.ts";
import { LONE_OPINIONS_TITLE, loneOpinionText, secondOpinionText } from "../second-opinions.ts";
import { factLine } from "../terminal-columns.ts";
import {
  entryLinesMax,
  openPage,
  pageText,
  paragraph,
  type TableOptions,
  type TerminalPage,
} from "../terminal-page.ts";
import { columns, visibleLine } from "../visible-text.ts";
import {
  actionWord,
  amountPair,
  amountText,
  messageText,
  nameOf,
  riskWord,
  wholePercent,
} from "../wording.ts";
import type { AnalysisReport, AnalyzedRecommendation } from "./analysis-report.ts";
import {
  analysisFacts,
  analysisSentence,
  nextStep,
  placedName,
  placeText,
  readingText,
} from "./analysis-wording.ts";

/** How many rows of each list are shown, the most telling first; the JSON has all. */
export interface ShownRows {
  readonly limit: number;
}

/** Of lists beside the recommendations, and at most as many as of these. */
const BESIDE_MAX = 10;

/** An analysis for a person at a terminal, with a final newline. No line is wider than `width` (40 to 160). */
export function renderAnalysisTable(report: AnalysisReport, options: TableOptions & ShownRows): string {
  const page = openPage(options);
  paragraph(page, `${analysisSentence(report)}.`, { paint: "bold" });
  page.lines.push("");
  for (const [name, text] of analysisFacts(report)) factLine(page, name, text);
  if (report.recommendations.length > 0) page.lines.push("");
  for (const row of report.recommendations.slice(0, options.limit)) {
    placedRow(page, row);
    for (const opinion of row.secondOpinions ?? []) {
      paragraph(page, secondOpinionText(opinion, row), { indent: 2, paint: "dim" });
    }
  }
  leftOut(page, report.recommendations.length, options.limit, "--limit shows more, --format json has all");
  const beside = Math.min(BESIDE_MAX, options.limit);
  titled(page, `${LONE_OPINIONS_TITLE} (${report.loneOpinions.length})`, loneTexts(report), beside);
  titled(page, "Not known", unknownTexts(report), beside);
  titled(page, `Left alone (${leftAlone(report).size})`, abstentionTexts(report), beside);
  titled(page, "Messages", messages(report.diagnostics), beside);
  page.lines.push("");
  paragraph(page, readingText(report), { paint: "dim" });
  paragraph(page, nextStep(report), { paint: "bold" });
  return pageText(page);
}

/** Where name, tag and place do not fit beside the saving, tag and place are below: an id that is cut cannot be looked up. */
function placedRow(page: TerminalPage, row: AnalyzedRecommendation): void {
  const placed = placedName(row);
  if (columns(visibleLine(placed)) <= nameWidth(page)) {
    recommendationRow(page, row, placed);
    return;
  }
  recommendationRow(page, row);
  paragraph(page, placeText(row), { indent: 2, paint: "dim" });
}

function titled(page: TerminalPage, title: string, entries: readonly string[], limit: number): void {
  if (entries.length === 0) return;
  page.lines.push("");
  paragraph(page, title, { paint: "bold" });
  for (const entry of entries.slice(0, limit))
    paragraph(page, entry, { indent: 2, linesMax: entryLinesMax(page) });
  leftOut(page, entries.length, limit, "--format json has all");
}

function leftOut(page: TerminalPage, count: number, limit: number, where: string): void {
  if (count > limit) paragraph(page, `… and ${count - limit} more: ${where}`, { indent: 2, paint: "dim" });
}

function loneTexts({ loneOpinions }: AnalysisReport): readonly string[] {
  return loneOpinions.map((row) => `${placedName(row)}: ${loneOpinionText(row)}`);
}

/** What was not known of what is recommended, what concerns most of it first. */
function unknownTexts({ recommendations }: AnalysisReport): readonly string[] {
  return grouped(
    recommendations.flatMap((row) => row.unknowns.map((text) => ({ name: placedName(row), text }))),
  );
}

/** The resources that rules looked at and none has a recommendation for. */
function leftAlone({ abstentions, recommendations }: AnalysisReport): ReadonlySet<string> {
  const recommended = new Set(recommendations.map(({ resourceId }) => resourceId));
  return new Set(abstentions.map(({ resourceId }) => resourceId).filter((id) => !recommended.has(id)));
}

/** Why nothing is recommended where nothing is, what holds for most of the resources first. */
function abstentionTexts(report: AnalysisReport): readonly string[] {
  const ids = leftAlone(report);
  const rows = report.abstentions
    .filter(({ resourceId }) => ids.has(resourceId))
    .map((row) => ({ name: placedName(row), text: row.reason }));
  return grouped(rows);
}

/** One entry for all that say the same but for their figures, what concerns most of them first. */
function grouped(rows: readonly { readonly name: string; readonly text: string }[]): readonly string[] {
  const alike = Map.groupBy(rows, ({ text }) => text.replaceAll(/\d+(?:[.,]\d+)*/g, "#"));
  return [...alike.values()]
    .map((all) => ({ all, names: new Set(all.map(({ name }) => name)).size }))
    .toSorted((a, b) => b.names - a.names)
    .map(({ all, names }) => {
      const [first] = all;
      if (names === 1) return `${first?.name}: ${first?.text}`;
      const isSame = all.every(({ text }) => text === first?.text);
      return `${names} × ${isSame ? "" : `such as ${first?.name}: `}${first?.text}`;
    });
}

function messages(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity !== "info")
    .map((diagnostic) => `${diagnostic.severity}: ${messageText(diagnostic)}`);
}

/** An analysis as Markdown. */
export function renderAnalysisMarkdown(report: AnalysisReport, { limit }: ShownRows): string {
  const list = (title: string, entries: readonly string[]): readonly string[] =>
    entries.length === 0
      ? []
      : [
          `### ${title}`,
          "",
          ...entries.slice(0, limit).map((entry) => `- ${escapeMarkdown(entry, 1_000)}`),
          ...moreRows(entries.length, limit),
          "",
        ];
  const rows = report.recommendations;
  return [
    `**${escapeMarkdown(analysisSentence(report), 1_000)}.**`,
    "",
    ...analysisFacts(report).map(([name, text]) => `- ${name}: ${escapeMarkdown(text, 1_000)}`),
    "",
    ...(rows.length === 0
      ? []
      : [
          tableRow(["resource", "a month", "change", "risk", "evidence", "second opinion"]),
          tableRow(["---", "--:", "---", "---", "---", "---"]),
          ...rows.slice(0, limit).map(markdownRow),
          "",
          ...moreRows(rows.length, limit),
          `In the rows ${escapeMarkdown(readingText(report), 1_000)}.`,
          "",
        ]),
    ...list(LONE_OPINIONS_TITLE, loneTexts(report)),
    ...list("Not known", unknownTexts(report)),
    ...list("Left alone", abstentionTexts(report)),
    ...list("Messages", messages(report.diagnostics)),
  ].join("\n");
}

function moreRows(count: number, limit: number): readonly string[] {
  return count > limit ? [`… and ${count - limit} more: the JSON has all.`, ""] : [];
}

function markdownRow(row: AnalyzedRecommendation): string {
  return tableRow([
    codeSpan(placedName(row)),
    escapeMarkdown(amountText(row.monthlySavings.list, row.monthlySavings.currency)),
    escapeMarkdown(`${actionWord(row.action)} ${row.from} → ${row.to}`),
    escapeMarkdown(riskWord(row.risk)),
    escapeMarkdown(evidenceText(row)),
    (row.secondOpinions ?? []).map((one) => escapeMarkdown(secondOpinionText(one, row))).join("<br>"),
  ]);
}

/** An analysis as one page that needs nothing else: no script, no request. */
export function renderAnalysisHtml(report: AnalysisReport, options: HtmlOptions & ShownRows): string {
  const { limit } = options;
  const sentence = analysisSentence(report);
  const rows = report.recommendations;
  const list = (title: string, entries: readonly string[]): string =>
    htmlFolded(title, htmlList([...entries.slice(0, limit), ...moreRows(entries.length, limit).slice(0, 1)]));
  return [
    ...pageHead(`Apex: ${sentence}`, STYLE),
    `<h1>${escapeHtml(sentence)}.</h1>`,
    htmlFacts(analysisFacts(report)),
    rows.length === 0 ? "" : `<p class="dim">In the rows ${escapeHtml(readingText(report))}.</p>`,
    overview(rows.slice(0, limit)),
    ...rows
      .slice(0, limit)
      .map(
        (row, index) => `<div id="r${index + 1}">${htmlRecommendation(row, options, placedName(row))}</div>`,
      ),
    ...moreRows(rows.length, limit).map((text) => `<p>${escapeHtml(text)}</p>`),
    list(`${LONE_OPINIONS_TITLE} (${report.loneOpinions.length})`, loneTexts(report)),
    list("Not known", unknownTexts(report)),
    list(`Left alone (${leftAlone(report).size})`, abstentionTexts(report)),
    list("Messages", messages(report.diagnostics)),
    `<p class="dim">Apex ${escapeHtml(report.apexVersion)}, ${escapeHtml(report.generatedAt)}</p>`,
    "</body></html>",
    "",
  ].join("\n");
}

/** A line for each recommendation, which leads to its details. */
function overview(rows: readonly AnalyzedRecommendation[]): string {
  if (rows.length === 0) return "";
  const cells = rows.map((row, index) => {
    const { list, net, currency } = row.monthlySavings;
    const figures = [...amountPair(list, net, currency), wholePercent(row.confidence)];
    const [saving = "", after = "", confidence = ""] = figures.map(
      (text) => `<td class="money">${escapeHtml(text)}</td>`,
    );
    const place = `<small>${escapeHtml(placeText(row))}</small>`;
    const name = `<td><a href="#r${index + 1}"><code>${escapeHtml(nameOf(row))}</code></a> ${place}</td>`;
    const change = `<td>${escapeHtml(`${actionWord(row.action)} ${row.from} → ${row.to}`)}</td>`;
    const risk = `<td class="word">${escapeHtml(riskWord(row.risk))}</td>`;
    return `<tr>${name}${saving}${after}${change}${risk}${confidence}</tr>`;
  });
  const head = `<tr><th>Resource</th><th class="money">A month</th><th class="money">After commitments</th><th>Change</th><th>Risk</th><th class="money">Confidence</th></tr>`;
  return `<div class="scroll"><table><thead>${head}</thead><tbody>\n${cells.join("\n")}\n</tbody></table></div>`;
}

const STYLE = `${HTML_STYLE}
body { max-width: 72rem; } .scroll { overflow-x: auto; margin: 1rem 0 2rem; } a { color: inherit; }
.scroll td:first-child { min-width: 14rem; } .scroll td:first-child small { display: block; overflow-wrap: anywhere; } .scroll td:nth-child(4) { min-width: 9rem; } td.word { white-space: nowrap; }
`;
