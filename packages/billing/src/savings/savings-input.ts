import type { CostRow } from "@apex/core";
import { type CalendarMonth, monthOf } from "../calendar-month.ts";
import { accountKey, accountOf, type BillAccount } from "./bill-account.ts";

/** A change that Apex proposed and the customer merged. */
export interface MergedChange {
  /** What is unique for it: the run that validated it. */
  readonly id: string;
  /** Terraform address; `null` where there is none. */
  readonly address: string | null;
  /** ISO 8601. The day of it, in UTC, belongs to neither side. */
  readonly mergedAt: string;
  /** "m5.xlarge" */
  readonly from: string;
  readonly to: string;
  /** Which rule proposed it: "ec2-resize". */
  readonly rule: string;
}

/** What savings of one resource are proven from. */
export interface SavingsInput {
  readonly tenant: string;
  readonly resourceId: string;
  /** By which unit the bill prices what the changes are about, as its PricingUnit has it: "Hours". */
  readonly unit: string;
  /** The bill as it is now. Rows of other resources are passed over. The order does not matter. */
  readonly rows: readonly CostRow[];
  /** All that were merged for the resource, in any order. */
  readonly changes: readonly MergedChange[];
  /** Days before the first merge that the price before is measured on. */
  readonly baselineDays: number;
  /** The last month to prove. */
  readonly until: CalendarMonth;
  /**
   * Months that the bill has of each account, of whatever resource, by {@link accountKey}; those of {@link rows} unless it is set. A
   * month that the bill has of an account takes back what was proven of it before where the resource has no usage in it; one that the
   * bill does not have says nothing.
   */
  readonly billedMonths?: ReadonlyMap<string, ReadonlySet<CalendarMonth>>;
}

/** Whether a row is of the resource, in the unit or in none that the bill tells. */
export function isOfUnit({ ResourceId, PricingUnit }: CostRow, { resourceId, unit }: SavingsInput): boolean {
  return ResourceId === resourceId && (PricingUnit === unit || PricingUnit === null);
}

/** Whether the bill has a month of an account. */
export function hasMonth(
  { billedMonths, rows }: SavingsInput,
  account: BillAccount,
  month: CalendarMonth,
): boolean {
  const key = accountKey(account);
  if (billedMonths !== undefined) return billedMonths.get(key)?.has(month) === true;
  return rows.some((row) => monthOf(row.ChargePeriodStart) === month && accountKey(accountOf(row)) === key);
}
