import {
  addDecimals,
  compareDecimals,
  type CostRow,
  type Decimal,
  decimal,
  divide,
  roundDecimal,
} from "@apex/core";
import type { PriceKey } from "../price-table.ts";
import { LICENCES_BY_OPERATION } from "../price-list/aws-machines.ts";
import { boxOf } from "../price-list/usage-type.ts";
import type { PaidPrice } from "./private-prices.ts";

/** What a bill shows of a machine type on demand in a region: what an hour really cost, and on how many hours that rests. */
export interface LearntRate {
  readonly name: string;
  readonly region: string;
  /** "linux", "windows", "rhel", "suse". */
  readonly licence: string;
  readonly hours: Decimal;
  /** USD; the effective cost of the hours divided by their number. */
  readonly hourly: Decimal;
}

/** Below this a rate may rest on rounding, or on a corrected line. */
const HOURS_MIN = 100;
const HOURLY_DIGITS = 10;

const HOURS = /^(hours?|hrs?)$/i;

interface Sum {
  readonly name: string;
  readonly region: string;
  readonly licence: string;
  hours: Decimal;
  cost: Decimal;
}

/** What a rate is learnt from: a row of a bill, or rows that differ in nothing else added up. */
export type LearnableRow = Pick<
  CostRow,
  | "BillingCurrency"
  | "ChargeCategory"
  | "ChargeClass"
  | "CommitmentDiscountId"
  | "EffectiveCost"
  | "PricingCategory"
  | "PricingQuantity"
  | "PricingUnit"
  | "RegionId"
  | "x_Operation"
  | "x_UsageType"
>;

/** Sums a bill's rows as they pass; what it holds grows with the machine types, not with the rows. */
export interface RateLearner {
  add(rows: readonly LearnableRow[]): void;
  /** The rates that rest on enough hours, ordered by name, region and licence. */
  rates(): readonly LearntRate[];
}

/** The type and licence of a row of on-demand usage; rows that a commitment or the spot market paid teach nothing of the on-demand rate. */
function onDemandMachine(row: LearnableRow): { readonly name: string; readonly licence: string } | undefined {
  if (row.ChargeCategory !== "Usage" || row.ChargeClass !== null || row.BillingCurrency !== "USD")
    return undefined;
  if (row.PricingCategory !== null && row.PricingCategory !== "Standard") return undefined;
  if (row.CommitmentDiscountId !== null) return undefined;
  const name = boxOf(row.x_UsageType ?? "");
  const licence = LICENCES_BY_OPERATION[row.x_Operation ?? ""];
  return name === undefined || licence === undefined ? undefined : { name, licence };
}

/** Begins to learn what hours of machines really cost from the rows of a bill (AWS; other bills do not tell the licence). */
export function rateLearner(): RateLearner {
  const sums = new Map<string, Sum>();
  return {
    add: (rows) => {
      for (const row of rows) {
        const machine = onDemandMachine(row);
        if (machine === undefined || row.RegionId === null || row.PricingQuantity === null) continue;
        if (row.PricingUnit !== null && !HOURS.test(row.PricingUnit)) continue;
        const key = `${machine.name}|${row.RegionId}|${machine.licence}`;
        const sum = sums.get(key) ?? {
          ...machine,
          region: row.RegionId,
          hours: decimal(0),
          cost: decimal(0),
        };
        sum.hours = addDecimals(sum.hours, row.PricingQuantity);
        sum.cost = addDecimals(sum.cost, row.EffectiveCost);
        sums.set(key, sum);
      }
    },
    rates: () =>
      [...sums.values()]
        .filter(
          ({ hours, cost }) =>
            compareDecimals(hours, decimal(HOURS_MIN)) >= 0 && compareDecimals(cost, decimal(0)) > 0,
        )
        .map(({ cost, ...sum }) => ({
          ...sum,
          hourly: decimal(roundDecimal(divide(cost, sum.hours), HOURLY_DIGITS)),
        }))
        .toSorted((a, b) =>
          `${a.name} ${a.region} ${a.licence}` < `${b.name} ${b.region} ${b.licence}` ? -1 : 1,
        ),
  };
}

/** What the bill shows for a price; `undefined` where it shows too little. */
export function learntPrice(rates: readonly LearntRate[], key: PriceKey): PaidPrice | undefined {
  const found = rates.find(
    ({ name, region, licence }) => name === key.name && region === key.region && licence === key.variant,
  );
  if (found === undefined) return undefined;
  return {
    price: found.hourly,
    source: "bill",
    how: `the bill, over ${roundDecimal(found.hours, 0)} hours on demand`,
  };
}
