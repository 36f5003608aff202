import {
  AdapterError,
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  divide,
  parseDecimal,
  parseJson,
  type ResourceCost,
  toNumber,
} from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { z } from "zod";
import { type Engine, sqlFiles } from "../duckdb/engine.ts";

/** Sums of one resource in one currency while they are put together. */
export interface Sums {
  readonly resourceId: string;
  readonly currency: string;
  readonly start: string;
  readonly end: string;
  readonly tellsCommitments: boolean;
  readonly commitmentTypes: readonly string[];
  billed: Decimal;
  effective: Decimal;
  committed: Decimal;
  list: Decimal | null;
}

const IS_COMMITTED =
  "(CommitmentDiscountStatus IS NOT DISTINCT FROM 'Used' OR PricingCategory IS NOT DISTINCT FROM 'Committed')";

const IS_LONG =
  "(x_BilledCostExact IS NOT NULL OR x_EffectiveCostExact IS NOT NULL OR x_ListCostExact IS NOT NULL)";

/**
 * Sums of the usage rows (`ChargeCategory` "Usage") of bills, by bill, ResourceId and currency, as SQL. DuckDB sums the
 * DECIMAL(38,18) columns exactly; the rare amounts with more digits stay as they are, in a list.
 */
export function sumsOfBills(files: readonly string[]): string {
  const bills = `read_parquet(${sqlFiles(files)}, filename = true)`;
  return `
    WITH telling AS (
      SELECT filename, bool_or(CommitmentDiscountStatus IS NOT NULL OR PricingCategory IS NOT NULL) AS tells
      FROM ${bills} GROUP BY filename
    )
    SELECT ResourceId AS resource, BillingCurrency AS currency, min(ChargePeriodStart) AS first_start,
      max(ChargePeriodEnd) AS last_end, any_value(tells) AS tells,
      coalesce(sum(BilledCost), 0)::DECIMAL(38,18) AS billed,
      coalesce(sum(EffectiveCost), 0)::DECIMAL(38,18) AS effective,
      coalesce(sum(EffectiveCost) FILTER (${IS_COMMITTED}), 0)::DECIMAL(38,18) AS committed,
      CASE WHEN count(*) FILTER (ListCost IS NULL AND x_ListCostExact IS NULL) = 0
        THEN coalesce(sum(ListCost), 0)::DECIMAL(38,18) END AS list,
      coalesce(list(DISTINCT CommitmentDiscountType)
        FILTER (${IS_COMMITTED} AND CommitmentDiscountType IS NOT NULL), [])::VARCHAR[] AS types,
      coalesce(list([x_BilledCostExact, x_EffectiveCostExact, x_ListCostExact,
        CASE WHEN ${IS_COMMITTED} THEN 'committed' END]) FILTER (${IS_LONG}), [])::VARCHAR[][] AS longs
    FROM ${bills} AS bills JOIN telling USING (filename)
    WHERE ChargeCategory = 'Usage' AND ResourceId IS NOT NULL
    GROUP BY filename, ResourceId, BillingCurrency`;
}

/** Where stored sums are: kept beside a bill, or still to be made of one. */
export interface SummedBills {
  /** Files of {@link sumsOfBills}. */
  readonly sums: readonly string[];
  /** Bills without one. */
  readonly bills: readonly string[];
}

/** What each resource cost over all stored usage rows, by ResourceId and currency, in their order. */
export async function costByResource(
  engine: Engine,
  { sums, bills }: SummedBills,
): Promise<readonly ResourceCost[]> {
  const sources = [
    ...(sums.length === 0 ? [] : [`SELECT * FROM read_parquet(${sqlFiles(sums)})`]),
    ...(bills.length === 0 ? [] : [`SELECT * FROM (${sumsOfBills(bills)})`]),
  ];
  if (sources.length === 0) return [];
  const rows = await engine.read(`
    SELECT resource, currency, min(first_start), max(last_end), bool_and(tells),
      CAST(sum(billed) AS VARCHAR), CAST(sum(effective) AS VARCHAR), CAST(sum(committed) AS VARCHAR),
      CASE WHEN bool_and(list IS NOT NULL) THEN CAST(sum(list) AS VARCHAR) END,
      CAST(to_json(list_sort(list_distinct(flatten(list(types))))) AS VARCHAR),
      CASE WHEN sum(len(longs)) > 0 THEN CAST(to_json(flatten(list(longs))) AS VARCHAR) END
    FROM (${sources.join(" UNION ALL ")}) GROUP BY resource, currency ORDER BY resource, currency`);
  return rows.map((row) => {
    const one = sumsOf(row);
    for (const long of longsOf(row[10])) addLong(one, long);
    return resourceCost(one);
  });
}

function sumsOf(row: readonly DuckDBValue[]): Sums {
  const [resourceId, currency, start, end, tells, billed, effective, committed, list, types] = row;
  return {
    resourceId: String(resourceId),
    currency: String(currency),
    start: String(start),
    end: String(end),
    tellsCommitments: tells === true,
    commitmentTypes: typeof types === "string" ? ((JSON.parse(types) as string[] | null) ?? []) : [],
    billed: stored(billed),
    effective: stored(effective),
    committed: stored(committed),
    list: list === null || list === undefined ? null : stored(list),
  };
}

/** A stored decimal; text that is none means a damaged file. */
export function stored(value: DuckDBValue | undefined): Decimal {
  const parsed = parseDecimal(String(value));
  if (parsed === undefined) {
    throw new AdapterError(
      "invalid",
      `the stored bills hold an amount that is no number: ${String(value).slice(0, 40)}`,
    );
  }
  return parsed;
}

interface LongAmounts {
  readonly billed: string | null;
  readonly effective: string | null;
  readonly list: string | null;
  readonly isCommitted: boolean;
}

const longsSchema = z.array(
  z.tuple([z.string().nullable(), z.string().nullable(), z.string().nullable(), z.string().nullable()]),
);

function longsOf(text: DuckDBValue | undefined): readonly LongAmounts[] {
  if (typeof text !== "string") return [];
  const parsed = longsSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new AdapterError("invalid", "the stored sums of bills hold amounts that are none");
  return parsed.data.map(([billed, effective, list, committed]) => ({
    billed,
    effective,
    list,
    isCommitted: committed !== null,
  }));
}

/** Adds amounts that have more digits than the summed columns hold. */
export function addLong(sums: Sums, amounts: LongAmounts): void {
  const amount = (value: string | null): Decimal => (value === null ? decimal(0) : stored(value));
  const effective = amount(amounts.effective);
  sums.billed = addDecimals(sums.billed, amount(amounts.billed));
  sums.effective = addDecimals(sums.effective, effective);
  if (amounts.isCommitted) sums.committed = addDecimals(sums.committed, effective);
  if (sums.list !== null) sums.list = addDecimals(sums.list, amount(amounts.list));
}

/** The sums as core's value. */
export function resourceCost(sums: Sums): ResourceCost {
  return {
    resourceId: sums.resourceId,
    currency: sums.currency,
    billed: sums.billed,
    effective: sums.effective,
    list: sums.list,
    commitmentCoverage: coverage(sums),
    commitmentTypes: sums.commitmentTypes,
    window: { start: sums.start, end: sums.end },
  };
}

/** `null` too when nothing was paid: a share of nothing tells nothing. Credits can push a share out of 0–1. */
function coverage(sums: Sums): number | null {
  if (!sums.tellsCommitments || compareDecimals(sums.effective, decimal(0)) <= 0) return null;
  return Math.min(1, Math.max(0, toNumber(divide(sums.committed, sums.effective))));
}
