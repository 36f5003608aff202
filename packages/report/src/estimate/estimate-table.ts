import { type AttributeDifference, differsByUse, isAllByUse, type ResourceDifference } from "@apex/core";
import type { MarkdownBlock } from "../markdown-document.ts";
import { escapeMarkdown, tableRow } from "../markdown-text.ts";
import { plural, UNKNOWN } from "../wording.ts";
import { deltaText, sideText } from "./difference-wording.ts";
import { amountTexts } from "./estimate-amounts.ts";
import { projectName } from "./estimate-assumptions.ts";
import type { EstimateReport } from "./estimate-report.ts";
import { type EstimateRow, type EstimateRows, ofAll, sumOfRows } from "./estimate-rows.ts";
import type { EstimateTotals } from "./estimate-totals.ts";
import type { FlavouredMarkdown } from "./markdown-flavour.ts";

/** A longer table is not read; the rest is one row, and the line items have it all. */
const ROWS_MAX = 20;

/** Attributes in a cell: the first names the machine or the size. */
const ATTRIBUTES_MAX = 2;

/** The resources that differ in cost, biggest first, and the whole configuration below them. */
export function estimateTable(
  report: EstimateReport,
  { rows, withoutDifference }: EstimateRows,
  totals: EstimateTotals,
  flavour: FlavouredMarkdown,
): readonly MarkdownBlock[] {
  const quiet =
    withoutDifference === 0
      ? []
      : [
          `${plural(withoutDifference, "more resource")} ${withoutDifference === 1 ? "changes" : "change"} at the same cost.`,
          "",
        ];
  if (rows.length === 0) return quiet;
  const hasProjects = report.projects.length > 1;
  const row = (cells: readonly [string, ...string[]], project = "") =>
    tableRow(hasProjects ? [project, ...cells] : cells);
  const lines = rows.slice(0, ROWS_MAX).map((entry) => {
    const project = hasProjects ? flavour.code(projectName(entry.project), 80) : "";
    return row(resourceCells(entry, flavour), project);
  });
  const rest = rows.slice(ROWS_MAX);
  return [
    row(["Resource", "Change", "Before", "After", "Difference"], "Configuration"),
    `| ${hasProjects ? "--- | " : ""}--- | --- | ---: | ---: | ---: |`,
    { lines, cutLine: (count) => row([`… ${plural(count, "row")} cut to fit`, "", "", "", ""]) },
    ...(rest.length === 0 ? [] : [row(restCells(rest))]),
    row(totalCells(totals)),
    "",
    ...quiet,
  ];
}

function resourceCells(entry: EstimateRow, flavour: FlavouredMarkdown): [string, ...string[]] {
  const [resource] = entry.resources;
  const { before, after } = resource;
  const amounts = {
    before: ofAll(entry, before?.monthlyCost ?? null),
    after: ofAll(entry, after?.monthlyCost ?? null),
    delta: entry.delta,
  };
  const texts = amountTexts(amounts, entry.currency);
  const name = flavour.address(entry.name);
  return [
    entry.count === 1 ? name : `${name} × ${entry.count}`,
    changeText(entry, flavour),
    sideText(before, texts.before, isAllByUse(resource.lineItems.map((item) => item.before))),
    sideText(after, texts.after, isAllByUse(resource.lineItems.map((item) => item.after))),
    deltaText(entry.delta, texts.delta, { ...resource, differsByUse: differsByUse(resource) }),
  ];
}

function changeText({ resources: [resource] }: EstimateRow, { code }: FlavouredMarkdown): string {
  const { kind, attributes, previousAddress } = resource;
  const value = (text: string | null) => (text === null ? "not set" : code(text, 60));
  const shown = attributes
    .slice(0, ATTRIBUTES_MAX)
    .map(
      ({ path, from, to }: AttributeDifference) =>
        `${escapeMarkdown(path, 60)} ${value(from)} → ${value(to)}`,
    );
  const more = attributes.length > ATTRIBUTES_MAX ? [`${attributes.length - ATTRIBUTES_MAX} more`] : [];
  const moved = previousAddress === undefined ? [] : [`moved from ${code(previousAddress, 120)}`];
  const parts = [...shown, ...more, ...moved, ...partsText(resource)].join(", ");
  if (parts === "") return kind;
  return kind === "changed" ? parts : `${kind}: ${parts}`;
}

/** What something is that is there on one side only: its first line item names its machine or its size. */
function partsText({ kind, lineItems: [first] }: ResourceDifference): string[] {
  const item = first?.after ?? first?.before ?? null;
  return item === null || (kind !== "added" && kind !== "removed") ? [] : [escapeMarkdown(item.name, 80)];
}

function restCells(rest: readonly EstimateRow[]): [string, ...string[]] {
  const { delta, unknown } = sumOfRows(rest);
  const count = rest.reduce((sum, row) => sum + row.count, 0);
  const currencies = new Set(rest.map(({ currency }) => currency));
  const currency = [...currencies][0] ?? "USD";
  const mayBe = {
    mayBeMore: rest.some(({ resources: [first] }) => first.mayBeMore),
    mayBeLess: rest.some(({ resources: [first] }) => first.mayBeLess),
    differsByUse: rest.some(({ resources: [first] }) => differsByUse(first)),
  };
  const text =
    currencies.size > 1
      ? UNKNOWN
      : deltaText(delta, amountTexts({ before: null, after: null, delta }, currency).delta, mayBe);
  return [`… and ${count} more${unknown === 0 ? "" : `, ${unknown} not priced`}`, "", "", "", text];
}

function totalCells(totals: EstimateTotals): [string, ...string[]] {
  const { before, after, delta, currency, isAtLeast, resources } = totals;
  const texts = amountTexts({ before, after, delta }, currency);
  const bound = (side: "before" | "after") =>
    isAtLeast[side] && totals[side] !== null ? `at least ${texts[side]}` : texts[side];
  return [
    `**Total of ${plural(resources, "resource")}**`,
    "",
    `**${bound("before")}**`,
    `**${bound("after")}**`,
    `**${deltaText(delta, texts.delta, totals)}**`,
  ];
}
