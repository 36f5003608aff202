/** A billing export's table, and the project that pays for reading it. */
export interface BillingTable {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** What a table's own description tells of it. */
export interface BillingLayout {
  readonly location: string | undefined;
  /** Top-level columns. */
  readonly columns: ReadonlySet<string>;
  /** Whether it is cut into days by the time of delivery, as the exports are. */
  readonly isPartitioned: boolean;
}

/** "project.dataset.table"; `undefined` for anything else, which must never reach a query. */
export function parseBillingTable(text: string): BillingTable | undefined {
  const [, project, dataset, table] =
    /^((?:[a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9])\.(\w{1,1024})\.([\w-]{1,1024})$/.exec(text) ?? [];
  if (project === undefined || dataset === undefined || table === undefined) return undefined;
  return { project, dataset, table };
}

/** Columns without which a table is no billing export. Source: Cloud Billing, "Structure of Standard data export". */
export const BILLING_COLUMNS = [
  "billing_account_id",
  "invoice",
  "cost",
  "cost_type",
  "credits",
  "currency",
  "labels",
  "location",
  "project",
  "service",
  "sku",
  "usage",
  "usage_start_time",
] as const;

/**
 * Sums a month of the export by day, resource and SKU: the export has a line an hour, and no decision needs hours. Amounts
 * are floats in the table; each is read as the decimal that it prints as, and summed exactly. The commitments' fees less
 * their own credits, which is what is billed of them, and what they offset come along on every row, to spread the ones over
 * the others.
 */
export function billingSql({ project, dataset, table }: BillingTable, layout: BillingLayout): string {
  const hasResource = layout.columns.has("resource");
  const list = layout.columns.has("cost_at_list") ? exact("cost_at_list") : "CAST(NULL AS STRING)";
  // Taxes on a fee and its adjustments keep their own amounts.
  const isCommitment = "LOWER(sku.description) LIKE 'commitment%' AND cost_type = 'regular'";
  const partition = layout.isPartitioned
    ? `
    AND _PARTITIONTIME >= TIMESTAMP_SUB(TIMESTAMP(PARSE_DATE('%Y%m', @month)), INTERVAL 1 DAY)
    AND _PARTITIONTIME < TIMESTAMP(DATE_ADD(PARSE_DATE('%Y%m', @month), INTERVAL 2 MONTH))`
    : "";
  return `WITH lines AS (
  SELECT *,
    (SELECT IFNULL(SUM(${asDecimal("amount")}), 0) FROM UNNEST(credits) WHERE type LIKE 'COMMITTED_USAGE_DISCOUNT%') AS x_committed,
    (SELECT IFNULL(SUM(${asDecimal("amount")}), 0) FROM UNNEST(credits) WHERE type NOT LIKE 'COMMITTED_USAGE_DISCOUNT%') AS x_other,
    (SELECT COUNTIF(type = 'FEE_UTILIZATION_OFFSET') FROM UNNEST(credits)) AS x_offsets,
    ${isCommitment} AS x_is_fee
  FROM \`${project}.${dataset}.${table}\`
  WHERE invoice.month = @month${partition}
), totals AS (
  SELECT
    CAST(IFNULL(SUM(IF(x_is_fee, ${asDecimal("cost")} + x_committed + x_other, 0)), 0) AS STRING) AS fees,
    CAST(IFNULL(SUM(IF(x_is_fee, 0, x_committed)), 0) AS STRING) AS offset_by_fees,
    CAST(IFNULL(SUM(x_offsets), 0) AS STRING) AS new_model_lines
  FROM lines
)
SELECT
  billing_account_id, cost_type, currency,
  FORMAT_TIMESTAMP('%Y-%m-%dT00:00:00Z', usage_start_time) AS day,
  service.description AS service, sku.id AS sku_id, sku.description AS sku, CAST(x_is_fee AS STRING) AS is_fee,
  project.id AS project_id, location.region AS region, location.zone AS zone,
  ${hasResource ? "resource.name" : "CAST(NULL AS STRING)"} AS resource_name,
  ${hasResource ? "resource.global_name" : "CAST(NULL AS STRING)"} AS resource_global_name,
  TO_JSON_STRING(labels) AS labels,
  usage.unit AS unit, usage.pricing_unit AS pricing_unit,
  ${exact("usage.amount")} AS amount, ${exact("usage.amount_in_pricing_units")} AS pricing_amount,
  ${exact("cost")} AS cost, ${list} AS list_cost,
  CAST(SUM(x_committed) AS STRING) AS committed_credit, CAST(SUM(x_other) AS STRING) AS other_credit,
  ANY_VALUE(fees) AS fees, ANY_VALUE(offset_by_fees) AS offset_by_fees, ANY_VALUE(new_model_lines) AS new_model_lines
FROM lines CROSS JOIN totals
GROUP BY ${GROUPED.join(", ")}`;
}

/** The first sixteen columns, by their place: several are called like a column of the table that they are a part of. */
const GROUPED = Array.from({ length: 16 }, (_, index) => index + 1);

function asDecimal(column: string): string {
  return `CAST(CAST(${column} AS STRING) AS BIGNUMERIC)`;
}

function exact(column: string): string {
  return `CAST(SUM(${asDecimal(column)}) AS STRING)`;
}
