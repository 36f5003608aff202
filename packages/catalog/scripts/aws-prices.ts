import type { PriceTable } from "../src/generated-table.ts";
import { byCodePoint, cell, readSourceCsv, type SourceRow } from "./source-csv.ts";

/** Price lines "name price" in the order of the names, prices as the source wrote them. */
export function priceRows(prices: ReadonlyMap<string, string>): string {
  return [...prices]
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([name, price]) => `${name} ${price}`)
    .join("\n");
}

function pricesOf(rows: readonly SourceRow[], column: string): ReadonlyMap<string, string> {
  const priced = rows.filter((row) => cell(row, column) !== "");
  return new Map(priced.map((row) => [cell(row, "instance_type"), cell(row, column)]));
}

/** EC2 Linux on-demand prices, shared tenancy, from aws_instances.csv. */
export function ec2PriceTables(rows: readonly SourceRow[]): readonly PriceTable[] {
  return [
    {
      region: "us-east-1",
      variant: "linux",
      origin: "aws/karpenter-provider-aws: pkg/providers/pricing/zz_generated.pricing_aws.go",
      date: "2026-07-20",
      licence: "Apache-2.0",
      rows: priceRows(pricesOf(rows, "us_east_1_on_demand_usd_per_hour")),
    },
    {
      region: "eu-west-1",
      variant: "linux",
      // Kept only where the us-east-1 price of the same old file still equals today's.
      origin: "apache/libcloud: libcloud/data/pricing.json at ec6a28bdb, compute.ec2_linux",
      date: "2022-05-22",
      licence: "Apache-2.0",
      rows: priceRows(pricesOf(rows, "eu_west_1_on_demand_usd_per_hour")),
    },
  ];
}

/** RDS and Aurora on-demand prices, one table per region, engine and deployment, from aws_rds_prices.csv. */
export function rdsPriceTables(directory: string): readonly PriceTable[] {
  const rows = readSourceCsv(directory, "aws_rds_prices.csv", [
    "db_instance_class",
    "region",
    "engine",
    "deployment",
    "on_demand_usd_per_hour",
  ]);
  const groups = Map.groupBy(
    rows,
    (row) => `${cell(row, "region")}|${cell(row, "engine")} ${cell(row, "deployment")}`,
  );
  return [...groups]
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([key, members]) => {
      const [region = "", variant = ""] = key.split("|");
      const prices = new Map(
        members.map((row) => [cell(row, "db_instance_class"), cell(row, "on_demand_usd_per_hour")]),
      );
      if (prices.size !== members.length)
        throw new Error(`aws_rds_prices.csv: a class appears twice in ${key}`);
      return {
        region,
        variant,
        origin: "flexera-public/policy_templates: data/aws/aws_rds_pricing.json at 52fd12579 (AWS SKUs)",
        date: "2023-03-01",
        licence: "MIT",
        rows: priceRows(prices),
      };
    });
}
