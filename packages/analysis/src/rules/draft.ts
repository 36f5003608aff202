import type { PricedParts } from "@apex/catalog";
import {
  addDecimals,
  type Currency,
  type Decimal,
  decimal,
  type Evidence,
  formatInstant,
  HOURS_PER_MONTH,
  type Known,
  known,
  type MonthlySavings,
  multiply,
  type Recommendation,
  type Resource,
  subtract,
  type TimeWindow,
  unknown,
} from "@apex/core";
import { lookBackWindow } from "../utilization/series.ts";
import type { Policy } from "../policy/policy.ts";

/** A recommendation as a rule makes it, before conflicts are resolved; the engine adds whose it is. */
export interface Draft
  extends Omit<Recommendation, "id" | "rule" | "resourceId" | "address" | "resourceType"> {
  /**
   * What part of the resource's bill it changes: "machine", "volume /dev/sdb". Two drafts on one part exclude each
   * other.
   */
  readonly part: string;
  /** Auto Scaling groups: how many instances stay at least, where that changes. */
  readonly instancesAfter?: number;
  /** Ids of machines that take over its work: what others propose for them was found without that, and gives way. */
  readonly carriers?: readonly string[];
  /**
   * What changes with it beside its own resource, under Terraform or not: a launch template, the groups that start from one. What its
   * edits name need not be repeated.
   */
  readonly touches?: readonly Resource[];
  /** Schedules: the share of its hours, 0–1, that the part stays on, which is what others on it can still save of. */
  readonly shareLeft?: number;
  /**
   * The share of the saving that is left when other drafts are carried out too; absent when they cannot touch it.
   * Gets all drafts that stay, by resource: ids may be shared.
   */
  readonly repriced?: (kept: ReadonlyMap<Resource, readonly Draft[]>) => MonthlySavings | undefined;
}

/** All prices of the catalogue are in US dollars. */
const CATALOGUE_CURRENCY: Currency = "USD";

/** Hours of a month at a difference of two hourly prices, `count` times, exactly. */
export function monthlyDifference(hourlyNow: Decimal, hourlyAfter: Decimal, count = 1): Decimal {
  const perMonth = multiply(subtract(hourlyNow, hourlyAfter), decimal(HOURS_PER_MONTH));
  return multiply(perMonth, decimal(count));
}

/**
 * EBS volumes and snapshots are in no commitment: neither Savings Plans nor reserved instances pay for them.
 * Source: Savings Plans user guide.
 */
export const STORAGE_COVERAGE = 0;

/**
 * Savings with what is left of them after commitments: list × (1 − coverage), unknown when the bill does not tell
 * the coverage.
 */
export function savingsOf(
  list: Decimal,
  coverage: number | null | undefined,
  realised: MonthlySavings["realised"] = "on-merge",
): MonthlySavings {
  const isKnown = typeof coverage === "number" && coverage >= 0 && coverage <= 1;
  const net = isKnown ? multiply(list, subtract(decimal(1), decimal(coverage))) : null;
  return { list, net, currency: CATALOGUE_CURRENCY, realised };
}

/** What something costs a month when every part of it is priced and none depends on use. */
export function monthlyTotal(parts: PricedParts): Known<Decimal> {
  const [missing] = parts.missing;
  if (missing !== undefined) return unknown(missing.reason);
  let total = decimal(0);
  for (const item of parts.lineItems) {
    if (item.monthlyCost === null) return unknown(`${item.name} depends on use`);
    total = addDecimals(total, item.monthlyCost);
  }
  return known(total);
}

/** Days of history to a tenth, rounded down, so that no look-back looks longer than it was. */
export function shownDays(days: number): number {
  return Math.floor(days * 10) / 10;
}

/** The parts of evidence that every rule states in the same way. */
export function evidenceFrame(
  window: TimeWindow,
  policy: Policy,
): Pick<Evidence, "windowStart" | "windowEnd"> {
  const span = lookBackWindow(window, policy.lookBack.days);
  return { windowStart: formatInstant(span.startMs), windowEnd: formatInstant(span.endMs) };
}
