import {
  type CostEstimate,
  isAllByUse,
  type LineItem,
  type ResourceEstimate,
  unpricedReason,
} from "@apex/core";
import { painter } from "../terminal-paint.ts";
import { visibleLine } from "../visible-text.ts";
import { amountText, plural } from "../wording.ts";
import { type AmountLine, amountLines, type CostPage, countText, priceDatesLine } from "./amount-lines.ts";
import { itemText, sideText } from "./difference-wording.ts";
import { pricePerUnit } from "./estimate-amounts.ts";

function resourceLines(resource: ResourceEstimate, currency: string): readonly AmountLine[] {
  const { address, monthlyCost, lineItems } = resource;
  const unpriced = unpricedReason(resource);
  return [
    {
      name: address,
      amounts: [sideText(resource, amountText(monthlyCost, currency), isAllByUse(lineItems))],
      paint: "bold",
    },
    ...lineItems.map((item) => itemLine(item, currency)),
    ...(unpriced === undefined ? [] : [{ name: `  ${unpriced}`, amounts: [], paint: "yellow" } as const]),
  ];
}

function itemLine(item: LineItem, currency: string): AmountLine {
  const price = item.monthlyCost === null ? `, ${pricePerUnit(item, currency)}` : "";
  return { name: `  ${item.name}${price}`, amounts: [itemText(item, currency)], paint: "dim" };
}

/**
 * An estimate for a terminal, with a final newline: priced resources, what has no price, and the total, with "at least" when
 * anything is missing.
 */
export function renderCostTable(estimate: CostEstimate, page: CostPage): string {
  const { resources, currency, priceDates } = estimate;
  const paint = painter(page.colour);
  const shown = resources.filter(({ lineItems, unpriced }) => lineItems.length > 0 || unpriced !== undefined);
  const free = resources.length - shown.length;
  const unpriced = shown.filter((resource) => unpricedReason(resource) !== undefined).length;
  const lines = shown.flatMap((resource) => resourceLines(resource, currency));
  return `${[
    ...amountLines(lines, page.width, paint),
    "",
    paint(
      `${unpriced > 0 ? "At least " : ""}${amountText(estimate.total, currency)} a month (730 h, ${page.basis})`,
      "bold",
    ),
    ...(unpriced > 0
      ? [paint(`not or only partly priced: ${unpriced} of ${plural(resources.length, "resource")}`, "yellow")]
      : []),
    ...(free > 0
      ? [
          paint(
            countText(free, "resource costs nothing by itself", "resources cost nothing by themselves"),
            "dim",
          ),
        ]
      : []),
    ...priceDatesLine(priceDates).map((line) => paint(visibleLine(line), "dim")),
  ].join("\n")}\n`;
}
