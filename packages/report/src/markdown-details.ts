import type { LineItem } from "@apex/core";
import { ABSENT, BY_USE } from "./estimate/difference-wording.ts";
import type { CuttableLines, MarkdownBlock } from "./markdown-document.ts";
import { addressSpan, codeSpan, escapeMarkdown, tableRow } from "./markdown-text.ts";
import { evidenceDetails, headroomText } from "./evidence-text.ts";
import type { Report, ResourceCostChange } from "./report.ts";
import { abstentionsByResource } from "./abstentions-by-resource.ts";
import { LONE_OPINIONS_TITLE, loneOpinionText, opinionRows } from "./second-opinions.ts";
import { amountPair, fileName, groupByText, isInPatch, nameOf, plural } from "./wording.ts";

/** The evidence of one recommendation with all its dimensions and notes fits. */
const EVIDENCE_LENGTH_MAX = 1_200;

/** A longer note of the plan is cut beside the plan; the assumptions have all of it. */
export const NOTE_LENGTH_MAX = 160;

/** More names than this are counted: the JSON report has them all. */
const NAMES_MAX = 30;

/** A part that is folded away until someone opens it. */
export function details(title: string, content: readonly MarkdownBlock[]): MarkdownBlock[] {
  // The empty lines let GitHub read the inside as Markdown.
  const end = content.at(-1) === "" ? [] : [""];
  return [`<details><summary>${title}</summary>`, "", ...content, ...end, "</details>", ""];
}

/** List items that may be cut when the document is too long. */
export function list(lines: readonly string[], noun: string): CuttableLines {
  return { lines, cutLine: (count) => `- … ${plural(count, noun)} cut to fit` };
}

/** One line for all that say the same, with the names of what it is said of as `code`. */
export function sharedLines(
  rows: readonly { readonly name: string; readonly text: string }[],
  code: (name: string) => string = codeSpan,
): string[] {
  return groupByText(rows).map(({ text, names }) => {
    const shown = names.slice(0, NAMES_MAX).map((name) => code(name));
    const more = names.length > NAMES_MAX ? [`${names.length - NAMES_MAX} more`] : [];
    return `- ${escapeMarkdown(text)} (${[...shown, ...more].join(", ")})`;
  });
}

/** A heading in bold over list items that may be cut; nothing where there are none. */
export function section(heading: string, lines: readonly string[], noun: string): MarkdownBlock[] {
  return lines.length === 0 ? [] : [`**${heading}**`, "", list(lines, noun), ""];
}

/** The line items of the resources whose price changes. */
export function lineItemBlocks(report: Pick<Report, "cost">): MarkdownBlock[] {
  const changed = report.cost.resources.filter((resource) => resource.lineItems !== undefined);
  if (changed.length === 0) return [];
  const lines = changed.flatMap((resource) => lineItemRows(resource, report.cost.currency));
  return details(`Line items of ${plural(changed.length, "resource")}`, [
    tableRow(["Resource", "Item", "Now", "After"]),
    "| --- | --- | ---: | ---: |",
    { lines, cutLine: (count) => tableRow([`… ${plural(count, "line item")} cut to fit`, "", "", ""]) },
  ]);
}

/** Items of one name are rows in their order: both sides have those that belong together in one order. */
function lineItemRows(resource: ResourceCostChange, currency: string): string[] {
  const { before, after } = resource.lineItems ?? { before: [], after: [] };
  const [was, is] = [Map.groupBy(before, ({ name }) => name), Map.groupBy(after, ({ name }) => name)];
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [left, right] = [was.get(name) ?? [], is.get(name) ?? []];
    const longer = left.length > right.length ? left : right;
    return longer.map((_item, at) => {
      const cells = itemCells(left[at], right[at], currency);
      return tableRow([addressSpan(resource.address), escapeMarkdown(name), ...cells]);
    });
  });
}

function itemCells(
  before: LineItem | undefined,
  after: LineItem | undefined,
  currency: string,
): readonly [string, string] {
  const [left, right] = amountPair(before?.monthlyCost ?? null, after?.monthlyCost ?? null, currency);
  const cell = (item: LineItem | undefined, amount: string): string => {
    if (item === undefined) return ABSENT;
    return item.monthlyCost === null ? BY_USE : amount;
  };
  return [cell(before, left), cell(after, right)];
}

/** Everything that was measured, and what the change entails. */
export function evidenceBlocks(report: Pick<Report, "recommendations">): MarkdownBlock[] {
  const lines = report.recommendations.filter(isInPatch).flatMap((row) => {
    const evidence = evidenceDetails(row);
    return evidence === ""
      ? []
      : [`- ${codeSpan(nameOf(row))}: ${escapeMarkdown(evidence, EVIDENCE_LENGTH_MAX)}`];
  });
  return lines.length === 0
    ? []
    : details(`Evidence of ${plural(lines.length, "change")}`, [list(lines, "change")]);
}

/** What is not changed and why: refused recommendations, abstentions, what has no price. */
export function keptBlocks(report: Report): MarkdownBlock[] {
  const refused = report.recommendations
    .filter(({ status }) => status === "not-applicable")
    .map(
      (row) =>
        `- ${codeSpan(nameOf(row))}: ${escapeMarkdown(row.summary)}. Not applicable: ${escapeMarkdown(row.reason ?? "")}`,
    );
  const abstentions = abstentionsByResource(report).map(
    ({ name, reasons }) =>
      `- ${codeSpan(name)}: ${reasons.map((reason) => escapeMarkdown(reason)).join("; ")}`,
  );
  const unpriced = sharedLines(
    report.cost.unpriced.map(({ address, reason }) => ({ name: address, text: reason })),
  );
  const content = [
    ...section("Not applicable", refused, "recommendation"),
    ...section("No recommendation", abstentions, "resource"),
    ...section("Not or only partly priced", unpriced, "reason"),
  ];
  const total = refused.length + abstentions.length + report.cost.unpriced.length;
  return content.length === 0 ? [] : details(`Not changed or not priced (${total})`, content);
}

/** What the numbers rest on: prices, commitments, usage, what was not known, how to go back. */
export function assumptionBlocks(report: Report): MarkdownBlock[] {
  const inPatch = report.recommendations.filter(isInPatch);
  const unknowns = sharedLines(
    inPatch.flatMap((row) => row.unknowns.map((text) => ({ name: nameOf(row), text }))),
  );
  const opinions = sharedLines(opinionRows(inPatch, nameOf));
  const lone = (report.loneOpinions ?? []).map(
    (row) => `- ${codeSpan(nameOf(row))}: ${escapeMarkdown(loneOpinionText(row))}`,
  );
  const rollbacks = sharedLines(inPatch.map((row) => ({ name: nameOf(row), text: row.rollback })));
  const notes = report.plan.notes
    .filter((note) => note.length > NOTE_LENGTH_MAX)
    .map((note) => `- ${escapeMarkdown(note, EVIDENCE_LENGTH_MAX)}`);
  const repairs = report.inputs.repairs.map(
    (repair) =>
      `- ${codeSpan(fileName(repair.file))}: ${escapeMarkdown(repair.summary)} (${plural(repair.count, "time")})`,
  );
  const messages = report.diagnostics
    .filter(({ severity }) => severity !== "info")
    .map((row) => {
      const place = row.address ?? row.source?.file;
      const where = place === undefined ? "" : ` ${codeSpan(place)}`;
      return `- ${row.severity}${where}: ${escapeMarkdown(row.summary)}`;
    });
  return details("Assumptions", [
    list(basis(report), "assumption"),
    "",
    ...section("Second opinions", opinions, "opinion"),
    ...section(LONE_OPINIONS_TITLE, lone, "opinion"),
    ...section("Not known", unknowns, "unknown"),
    ...section("Going back", rollbacks, "entry"),
    ...section("Notes of the plan", notes, "note"),
    ...section("Repaired input", repairs, "repair"),
    ...section("Messages", messages, "message"),
  ]);
}

function basis(report: Report): string[] {
  const { files, rows, points, window } = report.inputs;
  const span = window === null ? "" : ` ${windowText(window)}`;
  const { netUnknown } = report.summary.savings.total;
  return [
    ...groundLines(report, netUnknown),
    `- Usage: ${plural(points, "sample")}${span}, ${plural(rows, "cost row")}, ${plural(files.length, "file")}`,
  ];
}

/** "from 2026-11-01T00:00:00Z to 2026-11-15T00:00:00Z". */
export function windowText({ start, end }: { readonly start: string; readonly end: string }): string {
  return `from ${escapeMarkdown(start, 40)} to ${escapeMarkdown(end, 40)}`;
}

/** What recommendations rest on: headroom, prices, regions, commitments. */
export function groundLines(
  { recommendations, cost, plan }: Pick<Report, "recommendations" | "cost" | "plan">,
  netUnknown: number,
): string[] {
  const dates = Object.entries(cost.priceDates).map(
    ([table, date]) => `${escapeMarkdown(table, 120)} of ${escapeMarkdown(date, 30)}`,
  );
  const regions = (plan.regions ?? []).map((region) => codeSpan(region, 40));
  const headroom = headroomText(recommendations.filter(isInPatch));
  return [
    ...(headroom === "" ? [] : [`- "needed" in the evidence: what was measured plus ${headroom}`]),
    `- Prices: on-demand list prices${dates.length === 0 ? ", dates unknown" : `, ${dates.join(", ")}`}`,
    ...(regions.length === 0 ? [] : [`- Regions: ${regions.join(", ")}`]),
    `- Commitments: ${netUnknown === 0 ? "taken from the bill" : `their coverage is unknown for ${plural(netUnknown, "change")}`}`,
  ];
}
