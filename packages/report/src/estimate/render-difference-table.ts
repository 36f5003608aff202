import {
  compareDecimals,
  type CostDifference,
  type Currency,
  type Decimal,
  decimal,
  differsByUse,
  divide,
  isAllByUse,
  type LineItem,
  type LineItemDifference,
  multiply,
  type ResourceDifference,
  roundDecimal,
  unpricedReason,
} from "@apex/core";
import { type Painter, painter } from "../terminal-paint.ts";
import { clipLine, visibleLine } from "../visible-text.ts";
import { amountText } from "../wording.ts";
import { type AmountLine, amountLines, type CostPage, countText, priceDatesLine } from "./amount-lines.ts";
import { deltaText, EXACT, itemText, sideText } from "./difference-wording.ts";
import { exactText, pricePerUnit } from "./estimate-amounts.ts";
import { changeClause } from "./estimate-sentence.ts";
import { hasUnpricedOn, isUnpriced, magnitude } from "./estimate-totals.ts";

/** How a difference is shown on a terminal. */
export interface DifferencePage extends CostPage {
  readonly showUnchanged: boolean;
}

const ZERO = decimal(0);
const HUNDRED = decimal(100);
const VALUE_LENGTH_MAX = 40;

const MARKS = { added: "+", removed: "-", changed: "~", replaced: "±", same: " " } as const;
const PAINTS = {
  added: "red",
  removed: "green",
  changed: "yellow",
  replaced: "yellow",
  same: "dim",
} as const;

/** ", +12 %"; nothing of nothing. */
function percentText(delta: Decimal, before: Decimal): string {
  if (compareDecimals(before, ZERO) <= 0 || compareDecimals(delta, ZERO) === 0) return "";
  const percent = divide(multiply(magnitude(delta), HUNDRED), before);
  const digits = compareDecimals(percent, decimal(10)) < 0 ? 1 : 0;
  const rounded = roundDecimal(percent, digits);
  if (compareDecimals(rounded, ZERO) === 0) return ", less than 0.1 %";
  return `, ${compareDecimals(delta, ZERO) > 0 ? "+" : "−"}${rounded.replace(/\.0$/, "")} %`;
}

/** What the whole comes to, in one sentence without a period: "Adds at least $41.20 a month ($494 a year), +12 %". */
function sentence(difference: CostDifference): string {
  const { delta, before, resources } = difference;
  const clause = changeClause({ ...difference, differsByUse: resources.some(differsByUse) });
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${percentText(delta, before)}`;
}

/** Two names as one: "Instance usage (Linux, on-demand, m5.large → m5.xlarge)". */
function namesAsOne(from: string, to: string): string {
  if (from === to) return to;
  let start = 0;
  while (start < Math.min(from.length, to.length) && from[start] === to[start]) start++;
  start = Math.max(to.lastIndexOf(" ", start - 1), to.lastIndexOf("(", start - 1)) + 1;
  let end = 0;
  const most = Math.min(from.length, to.length) - start;
  while (end < most && from.at(-1 - end) === to.at(-1 - end)) end++;
  // Names differ in whole words.
  while (end > 0 && !/[\s,)]/.test(to.at(-end) ?? "")) end--;
  const cut = (text: string) => text.slice(start, text.length - end);
  return `${to.slice(0, start)}${cut(from)} → ${cut(to)}${to.slice(to.length - end)}`;
}

function quantityText(before: LineItem | null, after: LineItem | null): string {
  const [from, to] = [before?.quantity ?? null, after?.quantity ?? null];
  if (from === null || to === null || from === to) return "";
  return `, ${exactText(from)} → ${exactText(to)} ${after?.unit ?? ""}`;
}

function itemName({ before, after }: LineItemDifference, currency: Currency): string {
  const item = after ?? before;
  if (item === null) return "";
  const name = namesAsOne((before ?? item).name, item.name);
  const each = item.monthlyCost === null ? `, ${pricePerUnit(item, currency)}` : "";
  return `${name}${quantityText(before, after)}${each}`;
}

function differenceText(delta: Decimal, currency: Currency): string {
  return deltaText(delta, amountText(magnitude(delta), currency), EXACT);
}

/** What goes or comes beside something without a price is no difference: it may go on under a price that is not known. */
function itemLine(item: LineItemDifference, isKnown: boolean, currency: Currency): AmountLine {
  const isShown = item.kind === "changed" || (isKnown && item.kind !== "same");
  const cell = (side: LineItem | null) => (side === null ? "" : itemText(side, currency));
  return {
    name: `  ${MARKS[item.kind]} ${itemName(item, currency)}`,
    amounts: [
      cell(item.before),
      cell(item.after),
      isShown && item.delta !== null ? differenceText(item.delta, currency) : "",
    ],
    paint: PAINTS[item.kind],
  };
}

function resourceAmounts(resource: ResourceDifference, currency: Currency): readonly string[] {
  const { kind, delta, lineItems } = resource;
  const side = (which: "before" | "after") => {
    const cost = resource[which];
    const isByUse = isAllByUse(lineItems.map((item) => item[which]));
    return cost === null ? "" : sideText(cost, amountText(cost.monthlyCost, currency), isByUse);
  };
  const text = amountText(delta === null ? null : magnitude(delta), currency);
  const difference = deltaText(delta, text, { ...resource, differsByUse: differsByUse(resource) });
  return [side("before"), side("after"), kind === "same" ? "" : difference];
}

function valueText(text: string | null): string {
  return text === null ? "not set" : clipLine(text, VALUE_LENGTH_MAX);
}

function resourceLines(
  resource: ResourceDifference,
  page: DifferencePage,
  currency: Currency,
): readonly AmountLine[] {
  const { kind, address, before, after, attributes, previousAddress, delta, lineItems } = resource;
  const moved = previousAddress === undefined ? "" : `, moved from ${previousAddress}`;
  const isShown = (item: LineItemDifference) =>
    kind !== "same" && (page.showUnchanged || item.kind !== "same");
  const unpriced = kind === "same" ? undefined : (unpricedReason(after) ?? unpricedReason(before));
  const note = (text: string, paint: AmountLine["paint"]): AmountLine => ({
    name: `    ${text}`,
    amounts: [],
    paint,
  });
  return [
    {
      name: `${MARKS[kind]} ${address}${moved}`,
      amounts: resourceAmounts(resource, currency),
      paint: kind === "same" ? "dim" : "bold",
    },
    ...attributes.map(({ path, from, to }) => note(`${path}: ${valueText(from)} → ${valueText(to)}`, "dim")),
    ...lineItems.filter(isShown).map((item) => itemLine(item, delta !== null, currency)),
    ...(unpriced === undefined ? [] : [note(unpriced, "yellow")]),
  ];
}

function footer({ resources, priceDates }: CostDifference, hidden: number): readonly string[] {
  const unpriced = resources.filter((resource) => resource.kind !== "same" && isUnpriced(resource)).length;
  return [
    ...(unpriced > 0
      ? [
          `not or only partly priced: ${countText(unpriced, "resource that differs", "resources that differ")}`,
        ]
      : []),
    ...(hidden > 0
      ? [
          `${countText(hidden, "resource costs what it did or nothing by itself", "resources cost what they did or nothing by themselves")}: --show-unchanged`,
        ]
      : []),
    ...priceDatesLine(priceDates),
  ];
}

function table(
  shown: readonly ResourceDifference[],
  page: DifferencePage,
  { currency, paint }: { readonly currency: Currency; readonly paint: Painter },
): readonly string[] {
  if (shown.length === 0) return [];
  const head: AmountLine = { name: "", amounts: ["before", "after", "difference"], paint: "dim" };
  const lines = shown.flatMap((resource) => resourceLines(resource, page, currency));
  return [...amountLines([head, ...lines], page.width, paint), ""];
}

/** A difference for a terminal, with a final newline: what changes line by line, before, after and the difference, then the sentence. */
export function renderDifferenceTable(difference: CostDifference, page: DifferencePage): string {
  const paint = painter(page.colour);
  const { resources, before, after, currency } = difference;
  const shown = resources.filter(
    (resource) =>
      page.showUnchanged ||
      (resource.kind !== "same" && (resource.lineItems.length > 0 || isUnpriced(resource))),
  );
  const total = (amount: Decimal, side: "before" | "after") =>
    `${hasUnpricedOn(resources, side) ? "at least " : ""}${amountText(amount, currency)}`;
  return `${[
    ...table(shown, page, { currency, paint }),
    paint(sentence(difference), "bold"),
    paint(`${total(before, "before")} → ${total(after, "after")} (730 h, ${page.basis})`, "dim"),
    ...footer(difference, resources.length - shown.length).map((line) => paint(visibleLine(line), "dim")),
  ].join("\n")}\n`;
}
