import {
  type Currency,
  type LineItem,
  type LineItemDifference,
  type ResourceDifference,
  unpricedReason,
} from "@apex/core";
import { type CuttableLines, type MarkdownBlock } from "../markdown-document.ts";
import { clipLine, columns } from "../visible-text.ts";
import { plural } from "../wording.ts";
import { itemText } from "./difference-wording.ts";
import { exactText, pricePerUnit, unitPriceText } from "./estimate-amounts.ts";
import type { EstimateRow } from "./estimate-rows.ts";

/** A longer name is cut in its middle. */
const NAME_LENGTH_MAX = 100;
const REASON_LENGTH_MAX = 200;

/** A column is no wider than this, whatever its widest text: a diff that scrolls is not read. */
const COLUMN_MAX = 64;

/** More rows, or line items of one, are counted: somebody else's report may have millions, and each takes its time. */
const ROWS_MAX = 1_000;
const ITEMS_MAX = 50;

interface DiffLine {
  readonly mark: "+" | "-" | " ";
  readonly name: string;
  readonly price: string;
  readonly cost: string;
}

/**
 * What rows consist of, old and new, as a code block that colours them. Its lines begin with a mark, or with four spaces, so that
 * no name can end the block.
 */
export function lineItemDiff(rows: readonly EstimateRow[]): readonly MarkdownBlock[] {
  const more = rows.length - ROWS_MAX;
  const lines = [
    ...rows.slice(0, ROWS_MAX).flatMap((row) => resourceLines(row)),
    ...(more > 0 ? [`@@ and ${plural(more, "more row")} @@`] : []),
  ];
  return [
    "```diff",
    { lines, cutLine: (count) => `@@ … ${plural(count, "line")} cut to fit @@` } satisfies CuttableLines,
    "```",
  ];
}

function resourceLines(row: EstimateRow): string[] {
  const [resource] = row.resources;
  const items = resource.lineItems.slice(0, ITEMS_MAX).flatMap((item) => itemLines(item, row.currency));
  const width = (of: (line: DiffLine) => string) =>
    Math.min(COLUMN_MAX, Math.max(0, ...items.map((line) => columns(of(line)))));
  const [name, price, cost] = [
    width((line) => line.name),
    width((line) => line.price),
    width((line) => line.cost),
  ];
  const each = row.count === 1 ? "" : `, each of ${row.count}`;
  return [
    `@@ ${clipLine(row.name, NAME_LENGTH_MAX)} (${resource.kind}${each}) @@`,
    ...items.map((line) =>
      `${line.mark}   ${padded(line.name, name)}  ${padded(line.price, price)}  ${padStart(line.cost, cost)}`.trimEnd(),
    ),
    ...(resource.lineItems.length > ITEMS_MAX
      ? [`    and ${plural(resource.lineItems.length - ITEMS_MAX, "more line item")}`]
      : []),
    ...unpricedLines(resource),
  ];
}

function unpricedLines({ before, after }: ResourceDifference): string[] {
  const reason = unpricedReason(after) ?? unpricedReason(before);
  return reason === undefined ? [] : [`!   not priced: ${clipLine(reason, REASON_LENGTH_MAX)}`];
}

function itemLines({ kind, before, after }: LineItemDifference, currency: Currency): DiffLine[] {
  if (kind === "same") return after === null ? [] : [itemLine(" ", after, currency)];
  return [
    ...(before === null ? [] : [itemLine("-", before, currency)]),
    ...(after === null ? [] : [itemLine("+", after, currency)]),
  ];
}

function itemLine(mark: DiffLine["mark"], item: LineItem, currency: Currency): DiffLine {
  const unit = clipLine(item.unit, NAME_LENGTH_MAX);
  return {
    mark,
    name: clipLine(item.name, NAME_LENGTH_MAX),
    price:
      item.quantity === null
        ? pricePerUnit({ ...item, unit }, currency)
        : `${exactText(item.quantity)} ${unit} × ${unitPriceText(item.unitPrice, currency)}`,
    cost: itemText(item, currency),
  };
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columns(text))) + text;
}
