import { addDecimals } from "@apex/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { codes, collectAll, repairCounts, testFile, testFolder } from "../../testing/collect-all.ts";
import { costExportCollector } from "./collector.ts";

const collector = costExportCollector();

/** A row of a legacy CUR, on-demand usage; override what a test is about. */
const LEGACY: Readonly<Record<string, string>> = {
  "identity/LineItemId": "abc",
  "bill/InvoiceId": "",
  "bill/BillingEntity": "AWS",
  "bill/PayerAccountId": "123412340534",
  "bill/BillingPeriodStartDate": "2026-10-01T00:00:00.000Z",
  "bill/BillingPeriodEndDate": "2026-11-01T00:00:00.000Z",
  "lineItem/UsageAccountId": "210987654321",
  "lineItem/LineItemType": "Usage",
  "lineItem/UsageStartDate": "2026-10-04T23:00:00.000Z",
  "lineItem/UsageEndDate": "2026-10-05T00:00:00.000Z",
  "lineItem/ProductCode": "AmazonEC2",
  "lineItem/UsageType": "BoxUsage:m5.large",
  "lineItem/Operation": "RunInstances:0002",
  "lineItem/AvailabilityZone": "us-east-1a",
  "lineItem/ResourceId": "i-0123456789abcdef0",
  "lineItem/UsageAmount": "1.0",
  "lineItem/CurrencyCode": "USD",
  "lineItem/UnblendedRate": "9.6E-2",
  "lineItem/UnblendedCost": "9.6E-2",
  "lineItem/LineItemDescription": "$0.096 per On Demand Linux m5.large Instance Hour",
  "product/ProductName": "Amazon Elastic Compute Cloud",
  "product/regionCode": "us-east-1",
  "product/sku": "SKU1",
  "pricing/publicOnDemandCost": "0.096",
  "pricing/publicOnDemandRate": "0.096",
  "pricing/term": "OnDemand",
  "pricing/unit": "Hrs",
  "resourceTags/user:Name": "web-1",
  "resourceTags/user:name": "other case",
  "resourceTags/aws:createdBy": "",
};

type Row = Readonly<Record<string, string>>;

function csv(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys({ ...LEGACY, ...row })))];
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [names, ...rows.map((row) => names.map((name) => ({ ...LEGACY, ...row })[name] ?? ""))]
    .map((cells) => cells.map(cell).join(","))
    .join("\n");
}

async function only(row: Row) {
  const { rows, diagnostics } = await collectAll(collector, testFile("cur.csv", csv([row])));
  expect(codes(diagnostics, "error")).toEqual([]);
  return rows[0]!;
}

describe("AWS CUR as FOCUS", () => {
  it("maps on-demand usage", async () => {
    const { rows, repairs, diagnostics } = await collectAll(collector, testFile("cur.csv", csv([{}])));
    expect(repairs).toEqual([]);
    expect(diagnostics[0]!.summary).toBe("1 rows read as AWS CUR legacy");
    expect(rows[0]).toMatchObject({
      BilledCost: "0.096",
      EffectiveCost: "0.096",
      ListCost: "0.096",
      ContractedCost: "0.096",
      BillingAccountId: "123412340534",
      SubAccountId: "210987654321",
      ChargeCategory: "Usage",
      ChargePeriodStart: "2026-10-04T23:00:00Z",
      PricingCategory: "Standard",
      PricingQuantity: "1",
      ConsumedUnit: "Hrs",
      CommitmentDiscountStatus: null,
      ProviderName: "AWS",
      RegionId: "us-east-1",
      ResourceId: "i-0123456789abcdef0",
      x_UsageType: "BoxUsage:m5.large",
      x_Operation: "RunInstances:0002",
      InvoiceId: null,
      Tags: { Name: "web-1", name: "other case" },
    });
  });

  it("amortises by the line's type", async () => {
    const savingsPlan = { "savingsPlan/SavingsPlanARN": "arn:sp" };
    const reservation = { "reservation/ReservationARN": "arn:ri" };
    const cases: readonly (readonly [Row, Row])[] = [
      [
        {
          "lineItem/LineItemType": "SavingsPlanCoveredUsage",
          "savingsPlan/SavingsPlanEffectiveCost": "0.07",
          ...savingsPlan,
        },
        {
          EffectiveCost: "0.07",
          BilledCost: "0",
          ChargeCategory: "Usage",
          CommitmentDiscountStatus: "Used",
          PricingCategory: "Committed",
          CommitmentDiscountType: "Savings Plan",
          CommitmentDiscountId: "arn:sp",
        },
      ],
      [
        {
          "lineItem/LineItemType": "SavingsPlanCoveredUsage",
          "savingsPlan/SavingsPlanEffectiveCost": "0.07",
          "savingsPlan/OfferingType": "ComputeSavingsPlans",
          ...savingsPlan,
        },
        { CommitmentDiscountType: "Compute Savings Plans" },
      ],
      [
        {
          "lineItem/LineItemType": "SavingsPlanCoveredUsage",
          "savingsPlan/SavingsPlanEffectiveCost": "0.07",
          "savingsPlan/OfferingType": "EC2InstanceSavingsPlans",
          ...savingsPlan,
        },
        { CommitmentDiscountType: "EC2 Instance Savings Plans" },
      ],
      [
        {
          "lineItem/LineItemType": "SavingsPlanNegation",
          "lineItem/UnblendedCost": "-0.096",
          ...savingsPlan,
        },
        { EffectiveCost: "0", BilledCost: "0", ChargeCategory: "Adjustment" },
      ],
      [
        {
          "lineItem/LineItemType": "SavingsPlanRecurringFee",
          "lineItem/UnblendedCost": "5",
          "savingsPlan/TotalCommitmentToDate": "10",
          "savingsPlan/UsedCommitment": "9.3",
          ...savingsPlan,
        },
        {
          EffectiveCost: "0.7",
          BilledCost: "5",
          ChargeCategory: "Purchase",
          CommitmentDiscountStatus: "Unused",
        },
      ],
      [
        { "lineItem/LineItemType": "SavingsPlanUpfrontFee", "lineItem/UnblendedCost": "500", ...savingsPlan },
        { EffectiveCost: "0", BilledCost: "500", ChargeCategory: "Purchase" },
      ],
      [
        {
          "lineItem/LineItemType": "DiscountedUsage",
          "lineItem/UnblendedCost": "0",
          "reservation/EffectiveCost": "0.06",
          ...reservation,
        },
        {
          EffectiveCost: "0.06",
          BilledCost: "0",
          ContractedCost: "NULL",
          CommitmentDiscountStatus: "Used",
          CommitmentDiscountType: "Reserved Instance",
          CommitmentDiscountId: "arn:ri",
        },
      ],
      [
        {
          "lineItem/LineItemType": "RIFee",
          "lineItem/UnblendedCost": "44",
          "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "1.5",
          "reservation/UnusedRecurringFee": "2.25",
          ...reservation,
        },
        {
          EffectiveCost: "3.75",
          BilledCost: "44",
          ChargeCategory: "Purchase",
          CommitmentDiscountStatus: "Unused",
        },
      ],
      [
        { "lineItem/LineItemType": "Fee", "lineItem/UnblendedCost": "900", ...reservation },
        { EffectiveCost: "0", BilledCost: "900", ChargeCategory: "Purchase" },
      ],
      [{ "lineItem/LineItemType": "Tax" }, { EffectiveCost: "0.096", ChargeCategory: "Tax" }],
      [
        { "lineItem/LineItemType": "Credit", "lineItem/UnblendedCost": "-3" },
        { EffectiveCost: "-3", ChargeCategory: "Credit" },
      ],
      [
        { "lineItem/LineItemType": "Refund", "lineItem/UnblendedCost": "-3" },
        { ChargeCategory: "Adjustment", ChargeClass: "Correction" },
      ],
      [{ "lineItem/UsageType": "SpotUsage:m5.large" }, { PricingCategory: "Dynamic" }],
      [{ "lineItem/NetUnblendedCost": "0.08" }, { BilledCost: "0.096", EffectiveCost: "0.08" }],
    ];
    for (const [row, expected] of cases) {
      const actual = await only(row);
      for (const [name, value] of Object.entries(expected)) {
        expect([name, actual[name as keyof typeof actual]]).toEqual([name, value === "NULL" ? null : value]);
      }
    }
  });

  it("bills what AWS invoices: covered usage and its negation cancel, and it is said when they do not", async () => {
    const rows: Row[] = [
      { "lineItem/LineItemType": "SavingsPlanCoveredUsage", "savingsPlan/SavingsPlanEffectiveCost": "0.07" },
      { "lineItem/LineItemType": "SavingsPlanNegation", "lineItem/UnblendedCost": "-0.096" },
      {
        "lineItem/LineItemType": "SavingsPlanRecurringFee",
        "lineItem/UnblendedCost": "0.07",
        "savingsPlan/TotalCommitmentToDate": "0.07",
        "savingsPlan/UsedCommitment": "0.07",
      },
    ];
    const whole = await collectAll(collector, testFile("cur.csv", csv(rows)));
    expect(addDecimals(...whole.rows.map((row) => row.BilledCost))).toBe("0.07");
    expect(addDecimals(...whole.rows.map((row) => row.EffectiveCost))).toBe("0.07");
    expect(codes(whole.diagnostics)).toEqual(["cost-file-loaded"]);
    const cut = await collectAll(collector, testFile("cur.csv", csv(rows.slice(1))));
    expect(cut.diagnostics.find((item) => item.code === "cur-savings-plan-offset")!.summary).toContain(
      "-0.096",
    );
  });

  it("refuses rows whose cost cannot be known and says which line item types it does not know", async () => {
    const { rows, repairs, diagnostics } = await collectAll(
      collector,
      testFile(
        "cur.csv",
        csv([
          { "lineItem/UnblendedCost": "" },
          { "lineItem/LineItemType": "SavingsPlanCoveredUsage" },
          { "lineItem/LineItemType": "SavingsPlanRecurringFee" },
          { "lineItem/LineItemType": "DiscountedUsage" },
          { "lineItem/UsageStartDate": "soon" },
          { "lineItem/LineItemType": "" },
          { "lineItem/LineItemType": "Novelty" },
        ]),
      ),
    );
    expect(rows).toHaveLength(1);
    expect(repairCounts(repairs)).toEqual({ "line-item-type-unknown": 1 });
    expect(
      diagnostics.filter((item) => item.code === "cost-row-refused").map((item) => item.source!.line),
    ).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it("reads CUR 2.0 from Parquet with nested maps", async () => {
    const path = `${testFolder()}/cur.parquet`;
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(
      `COPY (SELECT 'Usage' AS line_item_line_item_type, 0.0000000052::DOUBLE AS line_item_unblended_cost,
        TIMESTAMP '2026-10-04 23:00:00' AS line_item_usage_start_date, TIMESTAMP '2026-10-05' AS line_item_usage_end_date,
        TIMESTAMP '2026-10-01' AS bill_billing_period_start_date, TIMESTAMP '2026-11-01' AS bill_billing_period_end_date,
        '123412340534' AS bill_payer_account_id, 'USD' AS line_item_currency_code, 'vol-1' AS line_item_resource_id,
        MAP {'product_name': 'Amazon EBS', 'region_code': 'eu-west-1', 'sku': 'S'} AS product,
        MAP {'user_name': 'data', 'aws_created_by': 'x'} AS resource_tags,
        MAP {'total_discount': 0.5::DOUBLE} AS discount) TO '${path}' (FORMAT parquet)`,
    );
    const { rows, repairs, diagnostics } = await collectAll(collector, path);
    expect(diagnostics.map((item) => item.summary)).toEqual(["1 rows read as AWS CUR 2.0"]);
    expect(repairs).toEqual([]);
    expect(rows[0]).toMatchObject({
      BilledCost: "0.0000000052",
      ServiceName: "Amazon EBS",
      RegionId: "eu-west-1",
      SkuId: "S",
      ListCost: null,
      Tags: { name: "data", aws_created_by: "x" },
    });
  });

  it("reads CUR 2.0 from CSV, where maps are JSON", async () => {
    const header =
      "line_item_line_item_type,line_item_unblended_cost,line_item_usage_start_date,line_item_usage_end_date,bill_payer_account_id,line_item_currency_code,product,resource_tags";
    const line =
      'Usage,1.5,2026-10-04T23:00:00.000Z,2026-10-05T00:00:00.000Z,1,USD,"{""product_name"":""EC2""}",{broken';
    const { rows, repairs } = await collectAll(collector, testFile("cur.csv", `${header}\n${line}\n`));
    expect(rows[0]).toMatchObject({
      ServiceName: "EC2",
      Tags: {},
      BillingPeriodStart: "2026-10-01T00:00:00Z",
    });
    expect(repairCounts(repairs)).toEqual({ "billing-period-missing": 1, "tags-unreadable": 1 });
  });
});
