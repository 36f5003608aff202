import { formatInstant } from "@apex/core";
import { monthPeriod } from "../calendar-month.ts";
import type { Phase } from "./phases.ts";
import type { MonthlySavingsOfChange } from "./month-savings.ts";

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A time without its letters, as a timestamp without a zone. */
function time(of: string): string {
  return `TIMESTAMP ${text(of.replace("T", " ").replace("Z", ""))}`;
}

function instant(epochMs: number): string {
  return time(formatInstant(epochMs));
}

/** The newest phase is open; the month's end bounds it all the same. */
function phaseRow({ startMs, endMs }: Phase, index: number): string {
  const end = Number.isFinite(endMs) ? instant(endMs) : "TIMESTAMP 'infinity'";
  return `(${index}, ${instant(startMs)}, ${end})`;
}

/** In whole numbers of 10⁻¹⁸, rounded half away from zero, so that every last digit is the same. */
const MACROS = `CREATE OR REPLACE TEMP MACRO scaled(x) AS
  CAST(replace(CAST(CAST(CAST(x AS VARCHAR) AS DECIMAL(38,18)) AS VARCHAR), '.', '') AS HUGEINT);
CREATE OR REPLACE TEMP MACRO mul_div(a, b, c) AS
  sign(a) * sign(b) * ((2::HUGEINT * abs(a) * abs(b) + c) // (2::HUGEINT * c));
CREATE OR REPLACE TEMP MACRO amount(x) AS CAST(CASE WHEN x IS NOT NULL THEN concat(CASE WHEN x < 0 THEN '-' ELSE '' END,
  abs(x) // 1000000000000000000, '.', lpad(CAST(abs(x) % 1000000000000000000 AS VARCHAR), 18, '0')) END AS DECIMAL(38,18));
CREATE OR REPLACE TEMP MACRO whole(x) AS CASE WHEN count(*) = count(x) THEN sum(x) END;
CREATE OR REPLACE TEMP MACRO paid_share(paid, listed) AS CASE WHEN whole(listed) > 0
  THEN mul_div(greatest(sum(paid), 0), 1000000000000, whole(listed)) END;
CREATE OR REPLACE TEMP MACRO moment(x) AS CAST(CAST(x AS VARCHAR) AS TIMESTAMP);`;

/** The rows of the resource's usage, restated to the first list prices. */
function metered({ phases, month, resourceId, unit }: MonthlySavingsOfChange): string {
  const { end } = monthPeriod(month);
  return `metered AS (
  SELECT moment(ChargePeriodStart) AS starts, moment(ChargePeriodEnd) AS ends,
    coalesce(scaled(PricingQuantity), 0) AS quantity, scaled(EffectiveCost) AS cost, scaled(ListUnitPrice) AS list,
    coalesce(SkuPriceId, SkuId) AS price_key, coalesce(SkuId, SkuPriceId, '') AS meter,
    coalesce(ChargeClass, '') = 'Correction' AS is_correction, InvoiceId
  FROM focus
  WHERE ResourceId = ${text(resourceId)} AND ChargeCategory = 'Usage' AND PricingUnit = ${text(unit)}
    AND moment(ChargePeriodStart) >= ${instant(phases[0]?.startMs ?? 0)} AND moment(ChargePeriodStart) < ${time(end)}
), first_prices AS (
  SELECT price_key, first(list ORDER BY starts, list) AS first_list, min(starts) AS first_starts
  FROM metered WHERE list IS NOT NULL AND price_key IS NOT NULL GROUP BY price_key
), restated AS (
  SELECT metered.*, CASE WHEN list IS NULL OR first_list IS NULL OR list = first_list THEN cost
    ELSE mul_div(cost, mul_div(first_list, 1, 1000000), mul_div(list, 1, 1000000)) END AS steady_cost,
    CASE WHEN quantity = 0 THEN 0 ELSE mul_div(coalesce(CASE WHEN first_starts <= starts THEN first_list END, list),
      mul_div(quantity, 1, 1000000), 1000000000000) END AS list_cost
  FROM metered LEFT JOIN first_prices USING (price_key)`;
}

/** What must be none of, for the bill to prove the month: hours of a second meter, and discounts apart from the usage. */
function checked({ phases, month, resourceId, unit }: MonthlySavingsOfChange): string {
  const { start, end } = monthPeriod(month);
  const newest = phases.length - 1;
  return `times AS (
  SELECT CASE WHEN phase = ${newest} THEN greatest(starts, ${time(start)}) ELSE starts END AS starts,
    CASE WHEN phase = ${newest} THEN least(ends, ${time(end)}) ELSE ends END AS ends
  FROM phases
), lines_apart AS (
  SELECT moment(ChargePeriodStart) AS starts, moment(ChargePeriodEnd) AS ends
  FROM focus
  WHERE ResourceId = ${text(resourceId)} AND ChargeCategory IN ('Adjustment', 'Credit')
    AND coalesce(PricingUnit, '') IN ('', ${text(unit)}) AND scaled(EffectiveCost) <> 0
), at_once AS (
  SELECT * FROM in_phase WHERE NOT is_correction AND (phase < ${newest} OR starts >= ${time(start)})`;
}

/**
 * The query with which a customer recomputes the savings of a change in a month from their own FOCUS export, with DuckDB, to
 * the last digit. It reads a table or view "focus". Returns one row: usage, before, after, the savings at effective prices, at list
 * prices and by each paid share of these, what is left at the prices of the month, the smallest of them, how many of the rows have no invoice yet, how many are of one of
 * several meters at the same time, and how many lines are discounts or credits apart from the usage; of a proof these are 0.
 */
export function savingsQuery(proof: MonthlySavingsOfChange): string {
  const { phase, phases, month } = proof;
  const { start } = monthPeriod(month);
  return `-- What changed with ${proof.changes.map(({ id }) => id.replaceAll(/\s/g, " ")).join(", ")} saved in ${month}.
-- Over your own bill: CREATE VIEW focus AS SELECT * FROM read_parquet('focus/**/*.parquet', union_by_name = true);
${MACROS}
WITH phases(phase, starts, ends) AS (VALUES
  ${phases.map(phaseRow).join(",\n  ")}
), ${metered(proof)}
), in_phase AS (
  SELECT phase, restated.* FROM restated JOIN phases ON restated.starts >= phases.starts AND restated.ends <= phases.ends
), ${checked(proof)}
), prices AS (
  SELECT phase, mul_div(sum(steady_cost), 1000000000000, sum(quantity)) AS price, paid_share(steady_cost, list_cost) AS paid,
    mul_div(whole(list_cost), 1000000000000, sum(quantity)) AS list_price
  FROM in_phase WHERE phase IN (${phase - 1}, ${phase}) GROUP BY phase HAVING sum(quantity) > 0
), since AS (
  SELECT * FROM in_phase WHERE phase >= ${phase} AND starts >= ${time(start)}
), parts AS (
  SELECT phase, sum(quantity) AS quantity, sum(steady_cost) AS actual, whole(list_cost) AS list_actual,
    count(*) FILTER (InvoiceId IS NULL) AS open_rows
  FROM since GROUP BY phase
), compared AS (
  SELECT parts.*, mul_div((SELECT price FROM prices WHERE phase = ${phase - 1}), quantity, 1000000000000) AS cost_before,
    CASE WHEN phase = ${phase} THEN actual
      ELSE mul_div((SELECT price FROM prices WHERE phase = ${phase}), quantity, 1000000000000) END AS cost_after,
    mul_div((SELECT list_price FROM prices WHERE phase = ${phase - 1}), quantity, 1000000000000)
      - CASE WHEN phase = ${phase} THEN list_actual
        ELSE mul_div((SELECT list_price FROM prices WHERE phase = ${phase}), quantity, 1000000000000) END AS list_saved
  FROM parts
), summed AS (
  SELECT coalesce(sum(quantity), 0) AS usage, coalesce(sum(cost_before), 0) AS before, coalesce(sum(cost_after), 0) AS after,
    coalesce(sum(cost_before) - sum(cost_after), 0) AS effective, coalesce(sum(open_rows), 0) AS open_rows, whole(list_saved) AS list_saved
  FROM compared
), shared AS (
  SELECT summed.*, mul_div(list_saved, (SELECT paid FROM prices WHERE phase = ${phase - 1}), 1000000000000) AS by_before,
    mul_div(list_saved, (SELECT paid_share(steady_cost, list_cost) FROM since), 1000000000000) AS by_after,
    (SELECT CASE WHEN sum(cost) > 0 AND sum(cost) < sum(steady_cost)
      THEN mul_div(sum(cost), 1000000000000, sum(steady_cost)) END FROM since) AS price_share
  FROM summed
), limited AS (
  SELECT *, CASE WHEN by_before IS NULL OR by_after IS NULL THEN effective
    ELSE least(effective, by_before, by_after) END AS at_first_prices
  FROM shared
), priced AS (
  SELECT *, mul_div(at_first_prices, price_share, 1000000000000) AS at_prices_of_month FROM limited
)
SELECT amount(usage) AS usage, amount(before) AS before, amount(after) AS after, amount(effective) AS at_effective_prices,
  amount(list_saved) AS at_list_prices, amount(by_before) AS by_share_before, amount(by_after) AS by_share_after,
  amount(at_prices_of_month) AS at_prices_of_month, amount(least(at_first_prices, coalesce(at_prices_of_month, at_first_prices)))
    AS savings, open_rows AS rows_without_invoice,
  (SELECT count(*) FROM at_once WHERE EXISTS (SELECT 1 FROM at_once other WHERE other.meter <> at_once.meter
    AND other.starts < at_once.ends AND at_once.starts < other.ends)) AS rows_of_several_meters,
  (SELECT count(*) FROM lines_apart WHERE EXISTS (SELECT 1 FROM times WHERE lines_apart.starts < times.ends
    AND lines_apart.ends > times.starts)) AS lines_apart_from_usage
FROM priced;
`;
}

/**
 * The view "focus" over an AWS Cost and Usage Report (2.0, or legacy Parquet) for those who have no FOCUS export: its usage, with the
 * amortised cost by AWS's Well-Architected formula, and its discounts and credits. It reads a table or view "cur".
 */
export const CUR_VIEW = `-- Over your own report: CREATE VIEW cur AS SELECT * FROM read_parquet('cur/**/*.parquet', union_by_name = true);
-- Where your report has no net_ columns, replace each by the column of the same name without net_.
CREATE OR REPLACE VIEW focus AS
SELECT line_item_resource_id AS ResourceId, CASE
    WHEN line_item_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage') THEN 'Usage'
    WHEN line_item_line_item_type = 'Credit' THEN 'Credit' ELSE 'Adjustment' END AS ChargeCategory,
  nullif(pricing_unit, '') AS PricingUnit,
  line_item_usage_start_date AS ChargePeriodStart, line_item_usage_end_date AS ChargePeriodEnd,
  nullif(CAST(line_item_usage_amount AS VARCHAR), '') AS PricingQuantity,
  nullif(CAST(pricing_public_on_demand_rate AS VARCHAR), '') AS ListUnitPrice,
  nullif(pricing_rate_code, '') AS SkuPriceId, nullif(product_sku, '') AS SkuId, NULL AS ChargeClass, nullif(bill_invoice_id, '') AS InvoiceId,
  CASE line_item_line_item_type
    WHEN 'SavingsPlanCoveredUsage' THEN coalesce(
      nullif(CAST(savings_plan_net_savings_plan_effective_cost AS VARCHAR), ''),
      CAST(savings_plan_savings_plan_effective_cost AS VARCHAR))
    WHEN 'DiscountedUsage' THEN coalesce(
      nullif(CAST(reservation_net_effective_cost AS VARCHAR), ''),
      CAST(reservation_effective_cost AS VARCHAR))
    ELSE coalesce(nullif(CAST(line_item_net_unblended_cost AS VARCHAR), ''), CAST(line_item_unblended_cost AS VARCHAR))
  END AS EffectiveCost
FROM cur
WHERE line_item_line_item_type NOT IN
  ('Tax', 'Fee', 'RIFee', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'SavingsPlanNegation');
`;
