import {
  compareDecimals,
  type CostDifference,
  type Decimal,
  decimal,
  differsByUse,
  divide,
  formatMoney,
  isAllByUse,
  type LineItem,
  type LineItemDifference,
  multiply,
  type ResourceDifference,
  roundDecimal,
  subtract,
} from "@apex/core";
import { painter, pricePerUnit } from "@apex/report";
import { printableLine } from "../printable.ts";

/** How a difference is shown. */
export interface DifferenceRendering {
  readonly width: number;
  readonly colour: boolean;
  /** What prices were counted by, as a phrase. */
  readonly basis: string;
  readonly showUnchanged: boolean;
}

const ZERO = decimal(0);
const HUNDRED = decimal(100);
const MONEY_COLUMNS = 13;
const NAME_COLUMNS_MIN = 24;
const VALUE_LENGTH_MAX = 40;

const MARKS = { added: "+", removed: "-", changed: "~", replaced: "±", same: " " } as const;
const COLOURS = {
  added: "red",
  removed: "green",
  changed: "yellow",
  replaced: "yellow",
  same: "dim",
} as const;

interface Bounds {
  readonly mayBeMore: boolean;
  readonly mayBeLess: boolean;
}

function magnitude(amount: Decimal): Decimal {
  return compareDecimals(amount, ZERO) < 0 ? subtract(ZERO, amount) : amount;
}

/** "+$41.20", "−$3.00", "$0.00". */
function signed(delta: Decimal, currency: string): string {
  const text = formatMoney({ amount: delta, currency });
  return compareDecimals(delta, ZERO) > 0 ? `+${text}` : text;
}

function deltaCell(delta: Decimal | null, { mayBeMore, mayBeLess }: Bounds, currency: string): string {
  if (delta === null || (mayBeMore && mayBeLess)) return "unknown";
  const bound = mayBeMore ? "≥ " : mayBeLess ? "≤ " : "";
  return `${bound}${signed(delta, currency)}`;
}

/** " (+12 %)"; nothing of nothing. */
function percentText(delta: Decimal, before: Decimal): string {
  if (compareDecimals(before, ZERO) <= 0) return "";
  const percent = divide(multiply(magnitude(delta), HUNDRED), before);
  const digits = compareDecimals(percent, decimal(10)) < 0 ? 1 : 0;
  const rounded = roundDecimal(percent, digits);
  const shown = compareDecimals(rounded, ZERO) === 0 ? "less than 0.1" : rounded.replace(/\.0$/, "");
  const sign = compareDecimals(delta, ZERO) > 0 ? "+" : "−";
  return ` (${shown === rounded.replace(/\.0$/, "") ? sign : ""}${shown} %)`;
}

/** What the whole comes to, in one sentence without a period: "+$41.20 a month (+12 %), at least". */
function differenceSentence(difference: CostDifference): string {
  const { delta, before, currency, mayBeMore, mayBeLess } = difference;
  const sign = compareDecimals(delta, ZERO);
  const known = `${signed(delta, currency)} a month${percentText(delta, before)}`;
  if (mayBeMore && mayBeLess) {
    return sign === 0
      ? "The difference is unknown: what changes has no price"
      : `The difference is unknown: ${known} of what has a price`;
  }
  if (sign === 0 && mayBeMore) return "No less than before: what comes or grows has no price";
  if (sign === 0 && mayBeLess) return "No more than before: what goes or shrinks has no price";
  if (sign === 0) {
    const isByUse = difference.resources.some(differsByUse);
    return `No difference in cost${isByUse ? " but by use, which is not known" : ""}`;
  }
  if (!mayBeMore && !mayBeLess) return known;
  if (sign > 0) return `${known}, ${mayBeMore ? "at least" : "at most"}`;
  return `${known}, ${mayBeLess ? "at least" : "at most"} that much saved`;
}

function clipped(text: string | null): string {
  if (text === null) return "not set";
  const shown = printableLine(text);
  return shown.length > VALUE_LENGTH_MAX ? `${shown.slice(0, VALUE_LENGTH_MAX)}…` : shown;
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
  return `, ${from} → ${to} ${after?.unit ?? ""}`;
}

function itemCell(item: LineItem | null, currency: string): string {
  if (item === null) return "";
  if (item.monthlyCost !== null) return formatMoney({ amount: item.monthlyCost, currency });
  return item.usageBased ? "by usage" : "unknown";
}

function itemName({ before, after }: LineItemDifference, currency: string): string {
  const item = after ?? before;
  if (item === null) return "";
  const name = namesAsOne((before ?? item).name, item.name);
  const price = item.usageBased && item.monthlyCost === null;
  const each = price ? `, ${pricePerUnit(item, currency)}` : "";
  return `${name}${quantityText(before, after)}${each}`;
}

function costsSomething({ lineItems, before, after }: ResourceDifference): boolean {
  return lineItems.length > 0 || before?.unpriced !== undefined || after?.unpriced !== undefined;
}

/** The lines of a difference, cell by cell. */
class DifferenceLines {
  private readonly rendering: DifferenceRendering;
  private readonly currency: string;
  private readonly nameColumns: number;

  constructor(rendering: DifferenceRendering, currency: string) {
    this.rendering = rendering;
    this.currency = currency;
    this.nameColumns = Math.max(NAME_COLUMNS_MIN, rendering.width - 3 * (MONEY_COLUMNS + 1));
  }

  /** A name that is too long has a line of its own above its amounts. */
  line(name: string, cells: readonly [string, string, string]): string {
    const shown = printableLine(name);
    const isLong = shown.length > this.nameColumns;
    const columns = (isLong ? "" : shown).padEnd(this.nameColumns);
    const line = [columns, ...cells.map((cell) => cell.padStart(MONEY_COLUMNS))].join(" ").trimEnd();
    return isLong ? `${shown}\n${line}` : line;
  }

  private side(cost: ResourceDifference["before"], items: readonly (LineItem | null)[]): string {
    if (cost === null) return "";
    if (cost.monthlyCost === null) return "unknown";
    return isAllByUse(items)
      ? "by usage"
      : formatMoney({ amount: cost.monthlyCost, currency: this.currency });
  }

  private delta(resource: ResourceDifference): string {
    const { kind, delta, lineItems } = resource;
    if (kind === "same") return "";
    const items = lineItems.flatMap(({ before, after }) => [before, after]);
    if (isAllByUse(items) && !resource.mayBeMore && !resource.mayBeLess) return "by usage";
    return deltaCell(delta, resource, this.currency);
  }

  /** What goes or comes beside something without a price is no difference: it may go on under a price that is not known. */
  private item(item: LineItemDifference, isKnown: boolean): string {
    const isShown = item.kind === "changed" || (isKnown && item.kind !== "same");
    const delta = !isShown || item.delta === null ? "" : signed(item.delta, this.currency);
    return this.line(`  ${MARKS[item.kind]} ${itemName(item, this.currency)}`, [
      itemCell(item.before, this.currency),
      itemCell(item.after, this.currency),
      delta,
    ]);
  }

  resource(resource: ResourceDifference): readonly string[] {
    const paint = painter(this.rendering.colour);
    const { kind, address, before, after, attributes, previousAddress } = resource;
    const moved = previousAddress === undefined ? "" : `, before ${previousAddress}`;
    const items =
      kind === "same"
        ? []
        : resource.lineItems.filter((item) => this.rendering.showUnchanged || item.kind !== "same");
    const unpriced = after?.unpriced ?? before?.unpriced;
    return [
      paint(
        this.line(`${MARKS[kind]} ${address}${moved}`, [
          this.side(
            before,
            resource.lineItems.map((item) => item.before),
          ),
          this.side(
            after,
            resource.lineItems.map((item) => item.after),
          ),
          this.delta(resource),
        ]),
        kind === "same" ? "dim" : "bold",
      ),
      ...attributes.map(({ path, from, to }) =>
        paint(`    ${printableLine(path)}: ${clipped(from)} → ${clipped(to)}`, "dim"),
      ),
      ...items.map((item) => paint(this.item(item, resource.delta !== null), COLOURS[item.kind])),
      ...(unpriced === undefined || kind === "same"
        ? []
        : [paint(`    ${printableLine(unpriced)}`, "yellow")]),
    ];
  }
}

function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function footer(difference: CostDifference, hidden: number): readonly string[] {
  const unpriced = difference.resources.filter(
    ({ kind, before, after }) =>
      kind !== "same" && (before?.unpriced !== undefined || after?.unpriced !== undefined),
  );
  const dates = Object.entries(difference.priceDates).map(([table, date]) => `${table} ${date}`);
  return [
    ...(unpriced.length > 0
      ? [
          `no price, or only part of one, for ${countText(unpriced.length, "resource that differs", "resources that differ")}`,
        ]
      : []),
    ...(hidden > 0
      ? [
          `${countText(hidden, "resource costs what it did or nothing by itself", "resources cost what they did or nothing by themselves")}: --show-unchanged`,
        ]
      : []),
    ...(dates.length > 0 ? [`prices: ${dates.join(", ")}`] : []),
  ];
}

/** A difference for people: what changes line by line, before, after and the difference, then the sentence. */
export function renderCostDifference(difference: CostDifference, rendering: DifferenceRendering): string {
  const paint = painter(rendering.colour);
  const { resources, before, after, currency } = difference;
  const lines = new DifferenceLines(rendering, currency);
  const shown = resources.filter(
    (resource) => rendering.showUnchanged || (resource.kind !== "same" && costsSomething(resource)),
  );
  const total = (amount: Decimal, side: "before" | "after") => {
    const isPart = resources.some((resource) => resource[side]?.unpriced !== undefined);
    return `${isPart ? "at least " : ""}${formatMoney({ amount, currency })}`;
  };
  return `${[
    ...(shown.length === 0 ? [] : [paint(lines.line("", ["before", "after", "difference"]), "dim")]),
    ...shown.flatMap((resource) => lines.resource(resource)),
    ...(shown.length === 0 ? [] : [""]),
    paint(differenceSentence(difference), "bold"),
    paint(`${total(before, "before")} → ${total(after, "after")} (730 h, ${rendering.basis})`, "dim"),
    ...footer(difference, resources.length - shown.length).map((line) => paint(line, "dim")),
  ].join("\n")}\n`;
}
