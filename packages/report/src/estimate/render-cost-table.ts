import { type CostEstimate, formatMoney, type ResourceEstimate } from "@apex/core";
import { painter, pricePerUnit } from "@apex/report";
import { printableLine } from "./printable.ts";

const MONEY_COLUMNS = 14;

function moneyColumn(amount: string | null): string {
  return (amount ?? "unknown").padStart(MONEY_COLUMNS);
}

function resourceLines(
  resource: ResourceEstimate,
  currency: string,
  options: { readonly width: number; readonly colour: boolean },
): readonly string[] {
  const paint = painter(options.colour);
  const nameColumns = Math.max(20, options.width - MONEY_COLUMNS - 1);
  const show = (amount: ResourceEstimate["monthlyCost"]) =>
    amount === null ? null : formatMoney({ amount, currency });
  const line = (name: string, amount: string | null) =>
    `${printableLine(name).slice(0, nameColumns).padEnd(nameColumns)} ${moneyColumn(amount)}`;
  return [
    paint(line(resource.address, show(resource.monthlyCost)), "bold"),
    ...resource.lineItems.map((item) => {
      const usage = item.usageBased && item.monthlyCost === null;
      const price = pricePerUnit(item, currency);
      return paint(
        line(`  ${item.name}${usage ? `, ${price}` : ""}`, usage ? "by usage" : show(item.monthlyCost)),
        "dim",
      );
    }),
    ...(resource.unpriced === undefined ? [] : [paint(`  ${printableLine(resource.unpriced)}`, "yellow")]),
  ];
}

/** An estimate for people: priced resources, what has no price, and the total with "at least" when anything is missing. */
export function renderCost(
  estimate: CostEstimate,
  options: {
    readonly width: number;
    readonly colour: boolean;
    /** What prices were counted by, as a phrase. */
    readonly basis: string;
  },
): string {
  const paint = painter(options.colour);
  const shown = estimate.resources.filter(
    ({ lineItems, unpriced }) => lineItems.length > 0 || unpriced !== undefined,
  );
  const free = estimate.resources.length - shown.length;
  const unpriced = shown.filter(({ unpriced: reason }) => reason !== undefined).length;
  const total = formatMoney({ amount: estimate.total, currency: estimate.currency });
  const dates = Object.entries(estimate.priceDates).map(([table, date]) => `${table} ${date}`);
  return `${[
    ...shown.flatMap((resource) => resourceLines(resource, estimate.currency, options)),
    "",
    paint(`${unpriced > 0 ? "At least " : ""}${total} a month (730 h, ${options.basis})`, "bold"),
    ...(unpriced > 0
      ? [
          paint(
            `no price, or only part of one, for ${unpriced} of ${estimate.resources.length} resources`,
            "yellow",
          ),
        ]
      : []),
    ...(free > 0
      ? [
          paint(
            `${free} ${free === 1 ? "resource costs" : "resources cost"} nothing ${free === 1 ? "by itself" : "by themselves"}`,
            "dim",
          ),
        ]
      : []),
    ...(dates.length > 0 ? [paint(`prices: ${dates.join(", ")}`, "dim")] : []),
  ].join("\n")}\n`;
}
