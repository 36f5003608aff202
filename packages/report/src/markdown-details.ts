import type { LineItem } from "@apex/core";
import type { CuttableLines, MarkdownBlock } from "./markdown-document.ts";
import { codeSpan, escapeMarkdown, tableRow } from "./markdown-text.ts";
import type { Report, ResourceCostChange } from "./report.ts";
import { amountPair, nameOf, plural } from "./wording.ts";

function details(title: string, content: readonly MarkdownBlock[]): MarkdownBlock[] {
  // The empty lines let GitHub read the inside as Markdown.
  const end = content.at(-1) === "" ? [] : [""];
  return [`<details><summary>${title}</summary>`, "", ...content, ...end, "</details>", ""];
}

function list(lines: readonly string[], noun: string): CuttableLines {
  return { lines, cutLine: (count) => `- … ${plural(count, noun)} cut to fit` };
}

function section(heading: string, lines: readonly string[], noun: string): MarkdownBlock[] {
  return lines.length === 0 ? [] : [`**${heading}**`, "", list(lines, noun), ""];
}

/** The line items of the resources whose price changes. */
export function lineItemBlocks(report: Report): MarkdownBlock[] {
  const changed = report.cost.resources.filter((resource) => resource.lineItems !== undefined);
  if (changed.length === 0) return [];
  const lines = changed.flatMap((resource) => lineItemRows(resource, report.cost.currency));
  return details(`Line items of ${plural(changed.length, "resource")}`, [
    tableRow(["Resource", "Item", "Now", "After"]),
    "| --- | --- | ---: | ---: |",
    { lines, cutLine: (count) => tableRow([`… ${plural(count, "line item")} cut to fit`, "", "", ""]) },
  ]);
}

function lineItemRows(resource: ResourceCostChange, currency: string): string[] {
  const { before, after } = resource.lineItems ?? { before: [], after: [] };
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.map((name) => {
    const old = before.find((item) => item.name === name);
    const now = after.find((item) => item.name === name);
    const [left, right] = amountPair(old?.monthlyCost ?? null, now?.monthlyCost ?? null, currency);
    const cell = (item: LineItem | undefined, amount: string): string => (item === undefined ? "—" : amount);
    return tableRow([codeSpan(resource.address), escapeMarkdown(name), cell(old, left), cell(now, right)]);
  });
}

/** What is not changed and why: refused recommendations, abstentions, what has no price. */
export function keptBlocks(report: Report): MarkdownBlock[] {
  const refused = report.recommendations
    .filter(({ status }) => status === "not-applicable")
    .map(
      (row) =>
        `- ${codeSpan(nameOf(row))}: ${escapeMarkdown(row.summary)}. Not applicable: ${escapeMarkdown(row.reason ?? "")}`,
    );
  const abstentions = report.abstentions.map(
    (row) => `- ${codeSpan(nameOf(row))} (${escapeMarkdown(row.rule)}): ${escapeMarkdown(row.reason)}`,
  );
  const unpriced = report.cost.unpriced.map(
    (row) => `- ${codeSpan(row.address)}: ${escapeMarkdown(row.reason)}`,
  );
  const content = [
    ...section("Not applicable", refused, "recommendation"),
    ...section("No recommendation", abstentions, "check"),
    ...section("Without a price", unpriced, "resource"),
  ];
  const total = refused.length + abstentions.length + unpriced.length;
  return content.length === 0 ? [] : details(`Not changed or not priced (${total})`, content);
}

/** What the numbers rest on: prices, commitments, usage, what was not known, how to go back. */
export function assumptionBlocks(report: Report): MarkdownBlock[] {
  const inPatch = report.recommendations.filter(({ status }) => status !== "not-applicable");
  const unknowns = inPatch.flatMap((row) =>
    row.unknowns.map((unknown) => `- ${codeSpan(nameOf(row))}: ${escapeMarkdown(unknown)}`),
  );
  const rollbacks = inPatch.map((row) => `- ${codeSpan(nameOf(row))}: ${escapeMarkdown(row.rollback)}`);
  const repairs = report.inputs.repairs.map(
    (repair) => `- ${codeSpan(repair.file)}: ${escapeMarkdown(repair.summary)} (${repair.count} times)`,
  );
  const messages = report.diagnostics.map((row) => {
    const place = row.address ?? row.source?.file;
    const where = place === undefined ? "" : ` ${codeSpan(place)}`;
    return `- ${row.severity}${where}: ${escapeMarkdown(row.summary)}`;
  });
  return details("Assumptions", [
    list(basis(report), "assumption"),
    "",
    ...section("Not known", unknowns, "unknown"),
    ...section("Going back", rollbacks, "entry"),
    ...section("Repaired input", repairs, "repair"),
    ...section("Messages", messages, "message"),
  ]);
}

function basis(report: Report): string[] {
  const dates = Object.entries(report.cost.priceDates).map(
    ([table, date]) => `${escapeMarkdown(table, 60)} of ${escapeMarkdown(date, 30)}`,
  );
  const regions = (report.plan.regions ?? []).map((region) => codeSpan(region, 40));
  const { files, rows, points, window } = report.inputs;
  const span =
    window === null ? "" : ` from ${escapeMarkdown(window.start, 40)} to ${escapeMarkdown(window.end, 40)}`;
  const { netUnknown } = report.summary.savings.total;
  return [
    `- Prices: on-demand list prices${dates.length === 0 ? ", dates unknown" : `, ${dates.join(", ")}`}`,
    `- Regions: ${regions.length === 0 ? "unknown" : regions.join(", ")}`,
    `- Commitments: ${netUnknown === 0 ? "taken from the bill" : `their coverage is unknown for ${plural(netUnknown, "change")}`}`,
    `- Usage: ${plural(points, "sample")}${span}, ${plural(rows, "cost row")}, ${plural(files.length, "file")}`,
  ];
}
