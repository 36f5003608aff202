import { describe, expect, test } from "vitest";
import { type ServicePriceTable, priceBook } from "../price-book.ts";
import { pricePlan } from "../price-plan.ts";
import { planOf } from "../testing/plan-builder.ts";
import { collectPrices } from "./collect-prices.ts";
import { OFFER_COLUMNS, type OfferRow } from "./offer-row.ts";

const EMPTY = Object.fromEntries(Object.keys(OFFER_COLUMNS).map((name) => [name, ""])) as unknown as OfferRow;
const REGION = "us-west-2";

/** What rows of an offer of us-west-2, on demand by the hour where nothing else is said, come to. */
function tablesOf(offer: string, ...rows: readonly Partial<OfferRow>[]): readonly ServicePriceTable[] {
  const collection = collectPrices({ offer, region: REGION, date: "2026-11-01" });
  for (const row of rows) {
    collection.addOffer({
      ...EMPTY,
      termType: "OnDemand",
      unit: "Hrs",
      startingRange: "0",
      regionCode: REGION,
      ...row,
    });
  }
  return collection.finish().tables;
}

const DATABASE = {
  productFamily: "Database Instance",
  instanceType: "db.r5.large",
  deploymentOption: "Single-AZ",
} as const;

describe("a row of a data service's offer is the price of", () => {
  test.each<readonly [string, Partial<OfferRow>, string | undefined]>([
    [
      "AmazonES",
      { usageType: "USW2-ESInstance:m5.large", instanceType: "m5.large.elasticsearch" },
      "opensearch nodes m5.large.search",
    ],
    ["AmazonES", { usageType: "USW2-ES:GP3-Storage", unit: "GB-Mo" }, "units list opensearch-gp3-gb-month"],
    [
      "AmazonRedshift",
      { usageType: "USW2-Node:ra3.xlplus", productFamily: "Compute Instance" },
      "redshift nodes ra3.xlplus",
    ],
    ["AmazonMSK", { usageType: "USW2-Kafka.m7g.large" }, "msk brokers kafka.m7g.large"],
    ["AmazonMSK", { usageType: "USW2-Express.m7g.large" }, "msk brokers express.m7g.large"],
    ["AmazonMSK", { usageType: "USW2-Kafka.Storage.GP2", unit: "GB-Mo" }, "units list msk-gb-month"],
    [
      "AmazonMQ",
      {
        productFamily: "Broker Instances",
        brokerEngine: "ActiveMQ",
        deploymentOption: "Multi-AZ",
        instanceType: "mq.m5.large",
      },
      "mq ActiveMQ Multi-AZ mq.m5.large",
    ],
    [
      "AmazonDocDB",
      { ...DATABASE, usageType: "USW2-InstanceUsage:db.r5.large" },
      "docdb standard db.r5.large",
    ],
    [
      "AmazonNeptune",
      { ...DATABASE, usageType: "USW2-InstanceUsageIOOptimized:db.r5.large" },
      "neptune I/O-Optimized db.r5.large",
    ],
    ["AmazonKinesis", { usageType: "USW2-Storage-ShardHour" }, "units list kinesis-shard-hour"],
    [
      "AmazonRDS",
      { ...DATABASE, databaseEngine: "Aurora MySQL", usageType: "USW2-InstanceUsageIOOptimized:db.r5.large" },
      "rds Aurora MySQL I/O-Optimized db.r5.large",
    ],
    [
      "AmazonRDS",
      {
        ...DATABASE,
        databaseEngine: "SQL Server",
        databaseEdition: "Standard",
        licenseModel: "License included",
        usageType: "USW2-InstanceUsage:db.r5.large",
      },
      "rds SQL Server Standard license-included Single-AZ db.r5.large",
    ],
    [
      "AmazonRDS",
      {
        ...DATABASE,
        databaseEngine: "Oracle",
        databaseEdition: "Enterprise",
        licenseModel: "toString",
        usageType: "USW2-InstanceUsage:db.r5.large",
      },
      undefined,
    ],
    [
      "AmazonRDS",
      { ...DATABASE, databaseEngine: "MySQL", usageType: "USW2-ExtendedSupport:db.r5.large" },
      undefined,
    ],
  ])("%s %j: %s", (offer, row, expected) => {
    const [table] = tablesOf(offer, { pricePerUnit: "0.5", ...row });
    expect(table && `${table.service} ${table.variant} ${table.rows.split(" ")[0]}`).toBe(expected);
  });
});

test("a Multi-AZ cluster is priced as soon as a list has its instances: three copies of its storage", () => {
  const book = priceBook(
    tablesOf(
      "AmazonRDS",
      {
        ...DATABASE,
        databaseEngine: "PostgreSQL",
        deploymentOption: "Multi-AZ (readable standbys)",
        instanceType: "db.m6gd.large",
        usageType: "USW2-Multi-AZClusterUsage:db.m6gd.large",
        pricePerUnit: "0.5",
      },
      { usageType: "USW2-RDS:Multi-AZCluster-GP3-Storage", unit: "GB-Mo", pricePerUnit: "0.345" },
    ),
  );
  const cluster = {
    engine: "postgres",
    db_cluster_instance_class: "db.m6gd.large",
    storage_type: "gp3",
    allocated_storage: 100,
  };
  const cost = (values: object) =>
    pricePlan(
      planOf({ address: "aws_rds_cluster.a", before: { ...cluster, ...values }, region: REGION }),
      "before",
      { prices: book },
    );
  // 730 h x 0.5 + 100 GB x 0.345
  expect(cost({}).total).toBe("399.5");
  expect(cost({ allocated_storage: 200 }).total).toBe("434");
  expect(cost({ storage_type: "io1" }).resources[0]).toMatchObject({ monthlyCost: null });
});
