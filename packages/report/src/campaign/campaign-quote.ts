import type { RateCard } from "@apex/billing";
import {
  addDecimals,
  assert,
  type Campaign,
  type CampaignRun,
  compareDecimals,
  type Decimal,
  decimal,
  multiply,
  sumDecimals,
} from "@apex/core";
import { exactText } from "../billing/amounts.ts";
import { columnTable, factLine, type TerminalColumn } from "../terminal-columns.ts";
import {
  openPage,
  pageText,
  paragraph,
  shortList,
  type TableOptions,
  type TerminalPage,
} from "../terminal-page.ts";
import { amountText, plural } from "../wording.ts";
import { chargeText } from "./campaign-wording.ts";

/** More rows than a few screens tell a person nothing: the sum is above them. */
const ROWS_MAX = 60;

/** Prices are shown as exactly as they are on the card, within reason. */
const PRICE_DIGITS_MAX = 12;

const COLUMNS: readonly TerminalColumn[] = [
  { heading: "target", mayShrink: true },
  { heading: "change", mayShrink: true },
  { heading: "saving a month", isFigure: true, leavesFirst: 1 },
  { heading: "at most", isFigure: true },
];

/**
 * What a campaign can cost at most, before it is started: the sum, what bounds it, by which rates, each run's share, and what is left
 * out and why. With a final newline; no line wider than `width` (40 to 160). `card` is the one that the campaign is priced by.
 */
export function renderCampaignQuote(
  campaign: Campaign,
  runs: readonly CampaignRun[],
  card: RateCard,
  options: TableOptions,
): string {
  assert(
    card.id === campaign.rateCard,
    `${campaign.id} is priced by ${campaign.rateCard}, not by ${card.id}`,
  );
  const page = openPage(options);
  const reused = runs.filter(({ isReused }) => isReused);
  const most = chargeText(campaign.quote, campaign.currency);
  paragraph(
    page,
    `At most ${most} for ${plural(runs.length - reused.length, "run")} of ${campaign.name} (${campaign.id}).`,
    { paint: "bold" },
  );
  page.lines.push("");
  budgetLines(page, campaign);
  rateLines(page, card);
  factLine(page, "Free", "what fails by our fault, and verdicts that our machine is to blame for");
  if (reused.length > 0)
    factLine(
      page,
      "Known",
      `${plural(reused.length, "run")} with a verdict already: neither done nor charged again`,
    );
  runLines(page, campaign, runs);
  const left = campaign.diagnostics.map(({ address, summary, detail }) =>
    [
      ...(address === undefined ? [] : [`${address}:`]),
      summary,
      ...(detail === undefined ? [] : [`(${detail})`]),
    ].join(" "),
  );
  shortList(page, { title: "Left out", count: left.length, entries: left });
  return pageText(page);
}

function budgetLines(page: TerminalPage, { budget, quote, currency, deadline }: Campaign): void {
  if (budget === null) {
    factLine(page, "Budget", "the quote: it cannot cost more");
  } else {
    const text = chargeText(budget, currency);
    const isShort = compareDecimals(budget, quote) < 0;
    factLine(
      page,
      "Budget",
      isShort ? `${text}: below the quote, runs that would go beyond it are not started` : text,
    );
  }
  if (deadline !== null) factLine(page, "Deadline", deadline);
}

function rateLines(page: TerminalPage, card: RateCard): void {
  const { base, currency, minimum, margin } = card;
  const text = (price: Decimal) => exactText(price, currency, PRICE_DIGITS_MAX);
  const price = (hourly: Decimal) => text(multiply(hourly, addDecimals(decimal(1), margin)));
  const rates = [
    `${price(base.vcpuHour)} per vCPU-hour used`,
    `${price(base.gibHour)} per GiB-hour set aside`,
    ...gpuRate(base.gpuHour, price),
  ];
  const share = percentOf(margin);
  factLine(
    page,
    "Rates",
    `${card.id}: ${rates.join(", ")}; that is the base cost plus ${share} %, by the second`,
  );
  if (compareDecimals(minimum, decimal(0)) > 0) factLine(page, "Minimum", `${text(minimum)} a run`);
}

/** A card prices a dozen models: their span says what to expect. */
function gpuRate(hours: RateCard["base"]["gpuHour"], price: (hourly: Decimal) => string): string[] {
  const sorted = Object.entries(hours).toSorted(([, a], [, b]) => compareDecimals(a, b));
  const [cheapest, dearest] = [sorted[0], sorted.at(-1)];
  if (cheapest === undefined || dearest === undefined) return [];
  if (sorted.length === 1) return [`${price(cheapest[1])} per hour of a GPU ${cheapest[0]}`];
  return [`${price(cheapest[1])} (${cheapest[0]}) to ${price(dearest[1])} (${dearest[0]}) per hour of a GPU`];
}

function percentOf(share: Decimal): string {
  return multiply(share, decimal(100));
}

function runLines(page: TerminalPage, { currency }: Campaign, runs: readonly CampaignRun[]): void {
  if (runs.length === 0) return;
  page.lines.push("");
  const dearest = runs.toSorted(
    (a, b) => Number(a.isReused) - Number(b.isReused) || compareDecimals(b.cap, a.cap),
  );
  columnTable(
    page,
    COLUMNS,
    dearest.slice(0, ROWS_MAX).map((run) => ({
      cells: [
        run.target,
        run.change,
        amountText(run.monthlySavings.list, currency),
        run.isReused ? "known before" : chargeText(run.cap, currency),
      ],
    })),
  );
  if (runs.length > ROWS_MAX) {
    const rest = dearest.slice(ROWS_MAX).filter(({ isReused }) => !isReused);
    const sum = sumDecimals(rest.map(({ cap }) => cap));
    paragraph(page, `… and ${runs.length - ROWS_MAX} more, at most ${chargeText(sum, currency)}`, {
      paint: "dim",
    });
  }
}
