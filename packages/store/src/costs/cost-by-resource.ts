import {
  AdapterError,
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  divide,
  parseDecimal,
  type ResourceCost,
  toNumber,
} from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { type Engine, sqlFiles } from "../duckdb/engine.ts";

/** Sums of one resource in one currency while they are put together. */
interface Sums {
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

/**
 * What each resource cost over all stored usage rows (`ChargeCategory` "Usage"), by ResourceId and currency, in their
 * order. DuckDB sums the DECIMAL(38,18) columns exactly; the rare amounts with more digits are added here.
 */
export async function costByResource(
  engine: Engine,
  files: readonly string[],
): Promise<readonly ResourceCost[]> {
  if (files.length === 0) return [];
  const bills = `read_parquet(${sqlFiles(files)}, filename = true)`;
  const usage = "ChargeCategory = 'Usage' AND ResourceId IS NOT NULL";
  const rows = await engine.read(`
    WITH telling AS (
      SELECT filename, bool_or(CommitmentDiscountStatus IS NOT NULL OR PricingCategory IS NOT NULL) AS tells
      FROM ${bills} GROUP BY filename
    )
    SELECT ResourceId, BillingCurrency, min(ChargePeriodStart), max(ChargePeriodEnd), bool_and(tells),
      CAST(coalesce(sum(BilledCost), 0) AS VARCHAR),
      CAST(coalesce(sum(EffectiveCost), 0) AS VARCHAR),
      CAST(coalesce(sum(EffectiveCost) FILTER (${IS_COMMITTED}), 0) AS VARCHAR),
      CASE WHEN count(*) FILTER (ListCost IS NULL AND x_ListCostExact IS NULL) = 0
        THEN CAST(coalesce(sum(ListCost), 0) AS VARCHAR) END,
      CAST(to_json(list_sort(list(DISTINCT CommitmentDiscountType)
        FILTER (${IS_COMMITTED} AND CommitmentDiscountType IS NOT NULL))) AS VARCHAR)
    FROM ${bills} AS bills JOIN telling USING (filename) WHERE ${usage}
    GROUP BY ResourceId, BillingCurrency ORDER BY ResourceId, BillingCurrency`);
  const sums = rows.map(sumsOf);
  const byKey = new Map(sums.map((one) => [JSON.stringify([one.resourceId, one.currency]), one]));
  const long = engine.stream(`
    SELECT ResourceId, BillingCurrency, x_BilledCostExact, x_EffectiveCostExact, x_ListCostExact, ${IS_COMMITTED}
    FROM ${bills} WHERE ${usage}
      AND (x_BilledCostExact IS NOT NULL OR x_EffectiveCostExact IS NOT NULL OR x_ListCostExact IS NOT NULL)`);
  for await (const chunk of long) {
    for (const [resourceId, currency, billed, effective, list, isCommitted] of chunk.getRows()) {
      const one = byKey.get(JSON.stringify([resourceId, currency]));
      if (one !== undefined) addLong(one, { billed, effective, list, isCommitted: isCommitted === true });
    }
  }
  return sums.map(resourceCost);
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
  readonly billed: DuckDBValue | undefined;
  readonly effective: DuckDBValue | undefined;
  readonly list: DuckDBValue | undefined;
  readonly isCommitted: boolean;
}

function addLong(sums: Sums, amounts: LongAmounts): void {
  const amount = (value: DuckDBValue | undefined): Decimal =>
    value === null || value === undefined ? decimal(0) : stored(value);
  const effective = amount(amounts.effective);
  sums.billed = addDecimals(sums.billed, amount(amounts.billed));
  sums.effective = addDecimals(sums.effective, effective);
  if (amounts.isCommitted) sums.committed = addDecimals(sums.committed, effective);
  if (sums.list !== null) sums.list = addDecimals(sums.list, amount(amounts.list));
}

function resourceCost(sums: Sums): ResourceCost {
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
