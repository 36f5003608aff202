import { compareDecimals, type Decimal, decimal } from "@apex/core";
import { magnitude } from "./estimate/estimate-totals.ts";
import type { Report } from "./report.ts";
import { amountPair, amountText, plural } from "./wording.ts";

/** The report in one sentence without a final period: what it saves, at list prices and after commitments. */
export function verdict(report: Report): string {
  const { recommendations } = report.summary;
  const changes = recommendations.applied + recommendations.planned;
  if (recommendations.total === 0) return nothingFound(report);
  if (changes === 0) {
    return `No change could be made: ${plural(recommendations.total, "recommendation")} found, none applicable`;
  }
  return [headline(report, changes), ...commitments(report, changes)].join("; ");
}

function nothingFound(report: Report): string {
  const looks = report.summary.abstentions;
  const base = "Nothing to change";
  return looks === 0 ? base : `${base}: ${plural(looks, "check")} led to no recommendation`;
}

function headline(report: Report, changes: number): string {
  const { savings, recommendations } = report.summary;
  const list = savings.total.list;
  const isDone = recommendations.planned === 0;
  const does = (verb: string): string => {
    if (!isDone) return `${plural(changes, "change")} would ${verb}`;
    return `${plural(changes, "change")} ${changes === 1 ? `${verb}s` : verb}`;
  };
  if (compareDecimals(list, decimal(0)) === 0) return `${does("save")} nothing at list prices`;
  if (!isPositive(list)) {
    return `${does("cost")} ${amountText(magnitude(list), savings.currency)} a month more at list prices`;
  }
  return `${does("save")} ${amountText(list, savings.currency)} a month at list prices`;
}

/** What of the list saving remains: left out where it is all of it, "unknown" where no bill tells. */
function commitments(report: Report, changes: number): string[] {
  const { list, netKnown, netUnknown } = report.summary.savings.total;
  if (netUnknown === changes) return ["after commitments unknown"];
  const [, amount] = amountPair(list, netKnown, report.summary.savings.currency);
  if (netUnknown > 0) return [`${amount} after commitments, unknown for ${netUnknown} of them`];
  return compareDecimals(netKnown, list) === 0 ? [] : [`${amount} after commitments`];
}

/**
 * When the savings come, where not all of them come with the merge: "$90.00 a month with the merge, $8.00 …";
 * `null` where they do.
 */
export function realisationSentence(report: Report): string | null {
  const { savings } = report.summary;
  const parts = (
    [
      [savings.onMerge.list, "with the merge"],
      [savings.asItScales.list, "as autoscaling makes use of lower floors"],
      [savings.afterHold.list, "once what is snapshotted now is deleted in a second step"],
    ] as const
  ).filter(([amount]) => compareDecimals(amount, decimal(0)) !== 0);
  if (!parts.some(([, when]) => when !== "with the merge")) return null;
  const [first = "", ...rest] = parts.map(
    ([amount, when], index) =>
      `${amountText(amount, savings.currency)}${index === 0 ? " a month" : ""} ${when}`,
  );
  return [first, ...rest].join(", ");
}

function isPositive(amount: Decimal): boolean {
  return compareDecimals(amount, decimal(0)) > 0;
}
