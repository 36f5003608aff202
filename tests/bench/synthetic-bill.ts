import type { DuckDBConnection } from "@duckdb/node-api";
import { SYNTHETIC_START_MS, SYNTHETIC_REGIONS, type SyntheticSizes } from "./synthetic-collection.ts";

/**
 * Writes the bill of an invented fleet as a FOCUS export in Parquet, as a cloud delivers it: hourly usage of the instances in turn,
 * amounts with nine decimal places by the hash of the row, three in ten of them under a Savings Plan.
 */
export async function writeSyntheticBill(
  connection: DuckDBConnection,
  file: string,
  { instances, costRows }: SyntheticSizes,
): Promise<void> {
  const start = `make_timestamp(${SYNTHETIC_START_MS}000)`;
  const regions = SYNTHETIC_REGIONS.map((region) => `'${region}'`).join(", ");
  await connection.run(`
    COPY (
      WITH rows AS (
        SELECT n % ${instances} AS instance, ${start} + to_hours((n // ${instances}) % 720) AS hour, hash(n) % 1000000007 / 1000000007 AS share
        FROM range(${costRows}) AS t(n)
      ), billed AS (SELECT *, CAST(0.05 + share * 0.4 AS DECIMAL(18, 9)) AS amount FROM rows)
      SELECT amount AS BilledCost, amount AS EffectiveCost, amount AS ListCost, amount AS ContractedCost, 'USD' AS BillingCurrency,
        '111122223333' AS BillingAccountId, '111122223333' AS SubAccountId,
        ${start} AS BillingPeriodStart, ${start} + INTERVAL 1 MONTH AS BillingPeriodEnd,
        hour AS ChargePeriodStart, hour + INTERVAL 1 HOUR AS ChargePeriodEnd,
        'Usage' AS ChargeCategory, NULL::VARCHAR AS ChargeClass, NULL::VARCHAR AS ChargeDescription,
        CASE WHEN share < 0.3 THEN 'Committed' ELSE 'Standard' END AS PricingCategory,
        CAST(1 AS DECIMAL(18, 9)) AS PricingQuantity, 'Hours' AS PricingUnit,
        CASE WHEN share < 0.3 THEN 'sp-1' END AS CommitmentDiscountId, CASE WHEN share < 0.3 THEN 'Used' END AS CommitmentDiscountStatus,
        CASE WHEN share < 0.3 THEN 'Compute Savings Plans' END AS CommitmentDiscountType,
        'AWS' AS ProviderName, 'AWS' AS PublisherName, 'AWS' AS InvoiceIssuerName,
        list_value(${regions})[instance % ${SYNTHETIC_REGIONS.length} + 1] AS RegionId,
        'i-' || lpad(lower(to_hex(instance)), 17, '0') AS ResourceId,
        'Compute' AS ServiceCategory, 'Amazon EC2' AS ServiceName, '{"team":"team-' || (instance % 40) || '"}' AS Tags,
        'BoxUsage:m5.2xlarge' AS x_UsageType, 'RunInstances' AS x_Operation
      FROM billed
    ) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION snappy)`);
}
