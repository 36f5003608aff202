import { compareDecimals, type Decimal, decimal, multiply } from "@apex/core";
import { isAtLeast, negate } from "./build-report.ts";
import type { Report, ReportedCost } from "./report.ts";
import { amountPair, amountText, plural, realisationText, UNKNOWN } from "./wording.ts";

const MONTHS_PER_YEAR = decimal(12);

/** The report in one sentence without a final period: what it saves, and what is not known about that. */
export function verdict(report: Report): string {
  const { recommendations, savings } = report.summary;
  const changes = recommendations.applied + recommendations.planned;
  if (recommendations.total === 0) return nothingFound(report);
  if (changes === 0) {
    return `No change could be made: ${plural(recommendations.total, "recommendation")} found, none applicable`;
  }
  const parts = [headline(report, changes)];
  for (const [later, realised] of [
    [savings.asItScales, "as-it-scales"],
    [savings.afterHold, "after-hold"],
  ] as const) {
    if (!isPositive(later.list)) continue;
    parts.push(`${amountText(later.list, savings.currency)} of it only ${realisationText(realised)}`);
  }
  parts.push(...commitments(report, changes));
  if (report.summary.unpriced > 0) {
    parts.push(`${plural(report.summary.unpriced, "resource")} could not be priced`);
  }
  return parts.join("; ");
}

function nothingFound(report: Report): string {
  const looks = report.summary.abstentions;
  const base = "Nothing to change";
  return looks === 0 ? base : `${base}: ${plural(looks, "check")} led to no recommendation`;
}

function headline(report: Report, changes: number): string {
  const { savings, recommendations } = report.summary;
  const list = savings.total.list;
  const withChanges = `at list prices with ${plural(changes, "change")}`;
  const isDone = recommendations.planned === 0;
  if (compareDecimals(list, decimal(0)) === 0)
    return `${isDone ? "Saves" : "Would save"} nothing ${withChanges}`;
  if (!isPositive(list)) {
    return `${isDone ? "Costs" : "Would cost"} ${amountText(negate(list), savings.currency)} a month more ${withChanges}`;
  }
  const year = amountText(multiply(list, MONTHS_PER_YEAR), savings.currency);
  return `${isDone ? "Saves" : "Would save"} ${amountText(list, savings.currency)} a month (${year} a year) ${withChanges}`;
}

function commitments(report: Report, changes: number): string[] {
  const { list, net, netUnknown } = report.summary.savings.total;
  const { currency } = report.summary.savings;
  if (net === null) {
    const which = netUnknown === changes ? "" : ` for ${netUnknown} of them`;
    return [`what remains after commitments is unknown${which}`];
  }
  if (compareDecimals(net, list) === 0) return [];
  return [`${amountText(net, currency)} a month after commitments`];
}

function isPositive(amount: Decimal): boolean {
  return compareDecimals(amount, decimal(0)) > 0;
}

/** The cost of the whole configuration: "at least $1,200.00 → at least $900.00 a month (−$300.00)". */
export function costSentence(cost: ReportedCost): string {
  const [before, after] = amountPair(cost.before, cost.after, cost.currency);
  const bound = (text: string): string => (isAtLeast(cost) && text !== UNKNOWN ? `at least ${text}` : text);
  return `${bound(before)} → ${bound(after)} a month (${deltaText(cost)})`;
}

function deltaText(cost: ReportedCost): string {
  if (cost.delta === null) return "difference unknown";
  const amount = amountText(cost.delta, cost.currency);
  if (compareDecimals(cost.delta, decimal(0)) === 0) return "no difference";
  return isPositive(cost.delta) ? `+${amount}` : amount;
}
