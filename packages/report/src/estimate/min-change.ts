import { compareDecimals, type Decimal, decimal, divide, multiply, parseDecimal } from "@apex/core";
import type { EstimateReport } from "./estimate-report.ts";
import { estimateTotals, magnitude } from "./estimate-totals.ts";

/** How much has to change before anybody is told, in either direction. */
export interface MinChange {
  readonly amount: Decimal;
  /** Per month in the estimate's currency, or percent of the cost before. */
  readonly unit: "month" | "percent";
}

const FORM = /^\$?(\d{1,12}(?:\.\d{1,6})?)\s*(%?)$/;

/** A user's "5", "$5" (a month) or "2%"; `undefined` for anything else. */
export function parseMinChange(text: string): MinChange | undefined {
  const [, digits = "", percent = ""] = FORM.exec(text.trim()) ?? [];
  const amount = digits === "" ? undefined : parseDecimal(digits);
  if (amount === undefined || (percent !== "" && text.includes("$"))) return undefined;
  return { amount, unit: percent === "" ? "month" : "percent" };
}

/**
 * Whether a pull request changes the cost by less than that, up or down. What is not known is never below anything: a missing
 * price, a project that could not be planned.
 */
export function isBelowMinChange(report: EstimateReport, { amount, unit }: MinChange): boolean {
  const { before, delta, mayBeMore, mayBeLess } = estimateTotals(report);
  if (before === null || delta === null || mayBeMore || mayBeLess) return false;
  const change = magnitude(delta);
  if (unit === "month") return compareDecimals(change, amount) < 0;
  // No change is less than any share, and of a cost of nothing every change is more.
  if (compareDecimals(change, decimal(0)) === 0) return compareDecimals(amount, decimal(0)) > 0;
  const limit = divide(multiply(amount, magnitude(before)), decimal(100));
  return compareDecimals(change, limit) < 0;
}
