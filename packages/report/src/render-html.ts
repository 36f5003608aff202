import type { Edit } from "@apex/core";
import { evidenceChart } from "./evidence-chart.ts";
import { evidenceText } from "./evidence-text.ts";
import { pageHead } from "./html-page.ts";
import { htmlFolded, htmlList } from "./html-parts.ts";
import { HTML_STYLE } from "./html-style.ts";
import { escapeHtml } from "./html-text.ts";
import { type CondensedProfile, dimensionCharts } from "./hourly-maxima.ts";
import type { Report, ReportedRecommendation } from "./report.ts";
import type { ReportedValidation } from "./validation/reported-validation.ts";
import { reportedFigures, reportedSentence } from "./validation/reported-wording.ts";
import { costSentence, resourceCostTexts } from "./report-cost-text.ts";
import { verdict } from "./verdict.ts";
import { actionWord, amountPair, amountText, nameOf, realisationText, riskWord } from "./wording.ts";
import type { ShownRecommendation } from "./render-table.ts";
import { LONE_OPINIONS_TITLE, loneOpinionText, secondOpinionText } from "./second-opinions.ts";

/** What the page shows besides the report. */
export interface HtmlOptions {
  /** The utilisation behind the recommendations by resource id; a resource without one has no chart. */
  readonly profiles: ReadonlyMap<string, CondensedProfile>;
}

function changedLines(tag: "del" | "ins", sign: string, text: string): string {
  if (text === "") return "";
  return `${text
    .split("\n")
    .map((line) => `<${tag}>${sign} ${escapeHtml(line)}</${tag}>`)
    .join("\n")}\n`;
}

function edit({ file, line, before, after }: Edit): string {
  const place = `<small>${escapeHtml(`${file}:${line}`)}</small>`;
  return `${place}<pre>${changedLines("del", "-", before)}${changedLines("ins", "+", after)}</pre>`;
}

function facts(row: ShownRecommendation): string {
  const realised = realisationText(row.monthlySavings.realised);
  const { net, list: gross, currency } = row.monthlySavings;
  return [
    `${actionWord(row.action)} ${row.from} → ${row.to}`,
    `risk ${riskWord(row.risk)}`,
    ...(row.restartRequired ? ["restart"] : []),
    `effort ${row.effort.replace("-", " ")}`,
    ...(realised === "" ? [] : [`saves ${realised}`]),
    net === null ? "after commitments unknown" : `${amountPair(gross, net, currency)[1]} after commitments`,
  ].join(" · ");
}

/** A recommendation as a part of a page that has the report's style: what changes, the evidence drawn, what is not known. */
export function htmlRecommendation(
  row: ShownRecommendation & Partial<Pick<ReportedRecommendation, "reason">>,
  options: HtmlOptions,
  name: string = nameOf(row),
): string {
  const profile = options.profiles.get(row.resourceId);
  const charts = profile === undefined ? [] : dimensionCharts(profile, row.evidence.dimensions);
  const alternatives = row.evidence.alternatives.map(
    ({ to, monthlySavings, risk }) =>
      `${to}: ${amountText(monthlySavings, row.monthlySavings.currency)} a month, risk ${riskWord(risk)}`,
  );
  return [
    `<article><header><code>${escapeHtml(name)}</code>`,
    `<b>${escapeHtml(amountText(row.monthlySavings.list, row.monthlySavings.currency))}</b></header>`,
    `<p>${escapeHtml(facts(row))}</p>`,
    row.reason === undefined ? "" : `<p>${escapeHtml(row.reason)}</p>`,
    `<p class="dim">${escapeHtml(evidenceText(row))}</p>`,
    ...charts.map(evidenceChart),
    ...(row.edits ?? []).map(edit),
    htmlFolded("What was seen", htmlList(row.evidence.notes)),
    htmlFolded("What is not known", htmlList(row.unknowns)),
    htmlFolded(
      "Second opinions",
      htmlList((row.secondOpinions ?? []).map((one) => secondOpinionText(one, row))),
    ),
    htmlFolded("Alternatives", htmlList(alternatives)),
    htmlFolded("Roll back", htmlList([row.rollback])),
    "</article>",
  ].join("\n");
}

function tried(row: ReportedValidation): string {
  return [
    `<article><p><b>${escapeHtml(reportedSentence(row))}</b></p>`,
    htmlList(row.reasons.map(({ summary }) => summary)),
    `<p class="dim">${escapeHtml(reportedFigures(row))}</p></article>`,
  ].join("\n");
}

function section(title: string, content: string): string {
  return content === "" ? "" : `<h2>${escapeHtml(title)}</h2>\n${content}`;
}

function costTable(report: Report): string {
  const costOf = resourceCostTexts(report.cost);
  const changed = report.cost.resources.filter(
    ({ before, after, difference }) => before !== after || difference !== undefined,
  );
  const rows = changed.map(({ address, difference }) => {
    const { before, after, delta } = costOf(address);
    const moved =
      difference?.previousAddress === undefined
        ? ""
        : `<br><small>moved from <code>${escapeHtml(difference.previousAddress)}</code></small>`;
    const cells = [before, after, delta].map((text) => `<td class="money">${escapeHtml(text)}</td>`);
    return `<tr><td><code>${escapeHtml(address)}</code>${moved}</td>${cells.join("")}</tr>`;
  });
  const titles = ["Now", "After", "Difference"].map((title) => `<th class="money">${title}</th>`);
  const head = `<tr><th>Resource</th>${titles.join("")}</tr>`;
  return rows.length === 0 ? "" : `<table>${head}${rows.join("")}</table>`;
}

/**
 * The report as one page that needs nothing else: no script, no request. Every recommendation with its evidence drawn over the
 * look-back, the lines it changes, and what is not known.
 */
export function renderHtml(report: Report, options: HtmlOptions): string {
  const isOpen = ({ status }: ReportedRecommendation) => status !== "not-applicable";
  const rows = report.recommendations;
  const reasons = (entries: Report["abstentions"]) =>
    entries.map((entry) => `${nameOf(entry)}: ${entry.reason}`);
  return [
    ...pageHead(`Apex: ${report.terraformDirectory}`, HTML_STYLE),
    `<h1>${escapeHtml(verdict(report))}.</h1>`,
    `<p>Cost at list prices: ${escapeHtml(costSentence(report.cost))}</p>`,
    `<p class="dim">${escapeHtml(`${report.terraformDirectory}, ${report.generatedAt}; planned by Terraform ${report.plan.terraformVersion ?? "unknown"} with ${report.plan.providers} providers; ${report.inputs.points.toLocaleString("en-US")} samples, ${report.inputs.rows.toLocaleString("en-US")} cost rows`)}</p>`,
    ...rows.filter(isOpen).map((row) => htmlRecommendation(row, options)),
    section("Tried in the sandbox", (report.validation ?? []).map(tried).join("\n")),
    section(
      "Not applicable",
      rows
        .filter((row) => !isOpen(row))
        .map((row) => htmlRecommendation(row, options))
        .join("\n"),
    ),
    section("Cost by resource", costTable(report)),
    section(
      "Without a price",
      htmlList(report.cost.unpriced.map(({ address, reason }) => `${address}: ${reason}`)),
    ),
    section(
      LONE_OPINIONS_TITLE,
      htmlList((report.loneOpinions ?? []).map((row) => `${nameOf(row)}: ${loneOpinionText(row)}`)),
    ),
    section("Left alone", htmlFolded("Why", htmlList(reasons(report.abstentions)))),
    section("Notes of the plan", htmlFolded("What the plan could not check", htmlList(report.plan.notes))),
    section(
      "Messages",
      htmlFolded(
        "From reading the inputs",
        htmlList(report.diagnostics.map(({ severity, summary }) => `${severity}: ${summary}`)),
      ),
    ),
    "</body></html>",
    "",
  ].join("\n");
}
