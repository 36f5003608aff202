import { compareDecimals, type Currency, type Decimal, decimal } from "@apex/core";
import { plural } from "../wording.ts";
import { boundWord, type Sureness } from "./difference-wording.ts";
import { monthAndYear } from "./estimate-amounts.ts";
import type { EstimateTotals } from "./estimate-totals.ts";

/**
 * What a pull request does to the cost, in one sentence without a final period and without anything from outside: "adds at least
 * $41.20 a month ($494 a year): 3 of 14 resources change, 1 of them not or only partly priced".
 */
export function estimateSentence(totals: EstimateTotals): string {
  if (totals.projects === 0) return "no change in cost: no Terraform configuration changes";
  if (totals.failed === totals.projects) {
    return `the change in cost is unknown: ${failedText(totals)} could not be planned`;
  }
  return `${verdictText(totals)}: ${[...resourceTexts(totals), ...failures(totals)].join("; ")}`;
}

function verdictText(totals: EstimateTotals): string {
  const { delta, currency, failed } = totals;
  if (delta === null) return "the change in cost is in several currencies";
  // A project that could not be planned is told at the end: of the others the sign may well be known.
  const unknownPrices = totals.unpricedChanged > 0 || failed === 0;
  return changeClause({
    delta,
    currency,
    mayBeMore: totals.mayBeMore && unknownPrices,
    mayBeLess: totals.mayBeLess && unknownPrices,
    differsByUse: totals.differsByUse,
  });
}

/** What a change does to the cost: "adds at least $41.20 a month ($494 a year)", "no change in cost". */
export function changeClause({
  delta,
  currency,
  mayBeMore,
  mayBeLess,
  differsByUse,
}: Sureness & { readonly delta: Decimal; readonly currency: Currency }): string {
  const sign = compareDecimals(delta, decimal(0));
  if (sign === 0) {
    if (mayBeMore && mayBeLess) return "the change in cost is unknown";
    if (mayBeMore) return "costs no less than before (what comes or grows has no price)";
    if (mayBeLess) return "costs no more than before (what goes or shrinks has no price)";
    return differsByUse ? "no change in cost but by use that is not known" : "no change in cost";
  }
  const verb = sign > 0 ? "adds" : "saves";
  const amount = monthAndYear(delta, currency);
  if (mayBeMore && mayBeLess) return `the change in cost is unknown: what has a price ${verb} ${amount}`;
  return `${verb} ${boundWord(sign, mayBeMore, mayBeLess)}${amount}`;
}

function resourceTexts({ changed, resources, unpricedChanged }: EstimateTotals): string[] {
  const subject = changed === 0 ? "none" : String(changed);
  const verb = changed === 1 || changed === 0 ? "changes" : "change";
  const base = `${subject} of ${plural(resources, "resource")} ${verb}`;
  if (unpricedChanged === 0) return [base];
  return [`${base}, ${unpricedChanged} of them not or only partly priced`];
}

function failures(totals: EstimateTotals): string[] {
  return totals.failed === 0 ? [] : [`${failedText(totals)} could not be planned`];
}

function failedText({ failed, projects }: EstimateTotals): string {
  if (projects === 1) return "the configuration";
  return failed === projects ? `all ${projects} configurations` : `${failed} of ${projects} configurations`;
}
