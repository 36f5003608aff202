import { pageHead } from "../html-page.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { details, list } from "../markdown-details.ts";
import { fitMarkdown, type MarkdownBlock } from "../markdown-document.ts";
import { codeSpan, escapeMarkdown, tableRow } from "../markdown-text.ts";
import { columnTable, type TerminalColumn } from "../terminal-columns.ts";
import { openPage, pageText, paragraph, shortList, type TableOptions } from "../terminal-page.ts";
import type { Paint } from "../terminal-paint.ts";
import { visibleLine } from "../visible-text.ts";
import { plural } from "../wording.ts";
import type { ProofState, SavingsReport, SavingsRow } from "./savings-report.ts";
import {
  limitNote,
  resourceText,
  SAVINGS_COLUMNS,
  savingsCells,
  savingsNote,
  savingsSentence,
  stateWord,
} from "./savings-wording.ts";

/** More rows than a few screens tell a person nothing. */
const ROWS_MAX = 60;

/** A comment has room for so many queries of so many characters; the evidence of each proof has its own. */
const QUERIES_MAX = 5;
const QUERY_LENGTH_MAX = 8_000;

const SENTENCE_LENGTH_MAX = 600;

const PAINTS: Readonly<Record<ProofState, Paint>> = {
  charged: "green",
  "nothing-due": "dim",
  disputed: "yellow",
  upheld: "red",
  replaced: "dim",
};

/** What a narrow page leaves out first: what a proof rests on is in its evidence. */
const LEAVES: Readonly<Record<string, number>> = {
  Usage: 5,
  "Unit price before": 4,
  Change: 3,
  "At that price": 2,
  Cost: 1,
};

const COLUMNS = SAVINGS_COLUMNS.map((heading, at): TerminalColumn => {
  const leavesFirst = LEAVES[heading];
  return {
    heading: heading.toLowerCase(),
    isFigure: at >= SAVINGS_COLUMNS.indexOf("Unit price before") && heading !== "State",
    mayShrink: heading === "Resource" || heading === "Change",
    ...(leavesFirst === undefined ? {} : { leavesFirst }),
  };
});

const RECOMPUTE =
  "Each proof's evidence has the query that computes it anew from your own bill, to the last digit.";

/** Proven savings for a person at a terminal, with a final newline. No line is wider than `width` (40 to 160). */
export function renderSavingsTable(report: SavingsReport, options: TableOptions): string {
  const page = openPage(options);
  paragraph(page, `${savingsSentence(report)}.`, { paint: "bold" });
  if (report.rows.length > 0) page.lines.push("");
  columnTable(
    page,
    COLUMNS,
    report.rows.slice(0, ROWS_MAX).map((row) => ({
      cells: savingsCells(row),
      paint: { column: SAVINGS_COLUMNS.indexOf("State"), paint: PAINTS[row.state] },
    })),
  );
  if (report.rows.length > ROWS_MAX)
    paragraph(page, `… and ${report.rows.length - ROWS_MAX} more`, { paint: "dim" });
  const limited = report.rows.filter((row) => row.state !== "replaced" && limitNote(row) !== "");
  shortList(page, {
    title: "Savings that count for less",
    count: limited.length,
    entries: limited.map((row) => `${row.proof.id}: ${limitNote(row)}`),
  });
  const disputes = report.rows.filter(({ proof }) => proof.dispute !== null);
  shortList(page, {
    title: "Disputes",
    count: disputes.length,
    entries: disputes.map((row) => `${row.proof.id} ${stateWord(row.state)}: ${savingsNote(row)}`),
  });
  shortList(page, { title: "Not proven", count: report.unproven.length, entries: unprovenTexts(report) });
  if (report.rows.length > 0) {
    page.lines.push("");
    paragraph(page, RECOMPUTE, { paint: "dim" });
  }
  return pageText(page);
}

function unprovenTexts({ unproven }: SavingsReport): readonly string[] {
  return unproven.map(({ month, resourceId, reason }) => `${month} ${resourceId}: ${reason}`);
}

/** Proven savings as a comment of at most 65,000 characters: one sentence, one table, then folded away the notes and the queries. */
export function renderSavingsMarkdown(report: SavingsReport): string {
  const notes = report.rows.flatMap((row) => {
    const note = savingsNote(row);
    return note === "" ? [] : [`- ${codeSpan(row.proof.id)}: ${escapeMarkdown(note, SENTENCE_LENGTH_MAX)}`];
  });
  const unproven = unprovenTexts(report).map((text) => `- ${escapeMarkdown(text, SENTENCE_LENGTH_MAX)}`);
  return fitMarkdown([
    `### Apex: ${savingsSentence(report)}`,
    "",
    ...savingsTable(report.rows),
    ...(notes.length === 0 ? [] : details(plural(notes.length, "note"), [list(notes, "note")])),
    ...(unproven.length === 0 ? [] : details(`Not proven (${unproven.length})`, [list(unproven, "month")])),
    ...queries(report.rows),
  ]);
}

function savingsTable(rows: readonly SavingsRow[]): MarkdownBlock[] {
  if (rows.length === 0) return [];
  return [
    tableRow(SAVINGS_COLUMNS),
    tableRow(COLUMNS.map(({ isFigure }) => (isFigure === true ? "---:" : "---"))),
    {
      lines: rows.map((row) => tableRow(savingsCells(row).map((cell) => escapeMarkdown(cell)))),
      cutLine: (count) =>
        tableRow(SAVINGS_COLUMNS.map((_, at) => (at === 0 ? `… ${plural(count, "proof")} cut to fit` : ""))),
    },
    "",
  ];
}

function queries(rows: readonly SavingsRow[]): MarkdownBlock[] {
  const shown = rows
    .filter(({ state, evidence }) => state !== "replaced" && evidence.query.length <= QUERY_LENGTH_MAX)
    .slice(0, QUERIES_MAX);
  if (shown.length === 0) return [];
  return details("Compute it anew", [
    RECOMPUTE,
    "",
    ...shown.flatMap(({ proof, evidence }) => [codeSpan(proof.id), "", ...codeBlock(evidence.query), ""]),
  ]);
}

/** Text of several lines as code: its fence is longer than any in it. */
function codeBlock(text: string): readonly string[] {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return [`${fence}sql`, ...lines(text), fence];
}

function lines(text: string): readonly string[] {
  return text.trimEnd().split("\n").map(visibleLine);
}

const STYLE = `${HTML_STYLE}
body { max-width: 76rem; } .scroll { overflow-x: auto; } table td, table th { font-size: 0.85rem; } th { font-weight: 600; } pre { font-size: 0.8rem; }
@media print { :root { color-scheme: light; } body { margin: 0; max-width: none; font-size: 9pt; } .scroll { overflow: visible; }
  thead { display: table-header-group; } tr { break-inside: avoid; } }
`;

/** Proven savings as one page that needs nothing else: no script, no request. Every proof with its notes and its query. */
export function renderSavingsHtml(report: SavingsReport): string {
  const sentence = savingsSentence(report);
  const unproven = unprovenTexts(report);
  return [
    ...pageHead(`Apex: savings of ${report.tenant}`, STYLE),
    `<h1>${escapeHtml(sentence)}.</h1>`,
    tableHtml(report.rows),
    ...report.rows.map(proofHtml),
    unproven.length === 0
      ? ""
      : `<h2>Not proven</h2><ul>${unproven.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul>`,
    "</body></html>",
    "",
  ].join("\n");
}

function tableHtml(rows: readonly SavingsRow[]): string {
  if (rows.length === 0) return "";
  const classOf = (at: number) => (COLUMNS[at]?.isFigure === true ? ` class="money"` : "");
  const head = SAVINGS_COLUMNS.map((heading, at) => `<th${classOf(at)}>${heading}</th>`).join("");
  const body = rows.map(
    (row) =>
      `<tr>${savingsCells(row)
        .map((cell, at) => `<td${classOf(at)}>${escapeHtml(cell)}</td>`)
        .join("")}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

function proofHtml(row: SavingsRow): string {
  const { proof, evidence } = row;
  const note = savingsNote(row);
  const list = evidence.method.map((text) => `<li>${escapeHtml(text)}</li>`).join("");
  return [
    `<article><header><code>${escapeHtml(proof.id)}</code><b>${escapeHtml(`${evidence.month}, ${resourceText(row)}`)}</b></header>`,
    note === "" ? "" : `<p>${escapeHtml(note)}</p>`,
    `<p class="dim">${escapeHtml(`From ${plural(evidence.rows, "row")} of the bill; evidence of SHA-256 ${proof.evidenceSha256}`)}</p>`,
    `<details><summary>How it is reckoned</summary><ul>${list}</ul></details>`,
    `<details><summary>The query that computes it anew</summary><pre>${lines(evidence.query).map(escapeHtml).join("\n")}</pre></details>`,
    "</article>",
  ].join("\n");
}
