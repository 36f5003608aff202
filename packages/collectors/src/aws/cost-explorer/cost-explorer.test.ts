import { addDecimals, type CostRow, type Decimal, decimal, type JsonObject, sumDecimals } from "@apex/core";
import { describe, expect, it } from "vitest";
import { collectLive, TEST_ACCOUNT } from "../../testing/aws.ts";
import { type AwsAnswer, awsJsonServer } from "../../testing/aws-json-server.ts";
import { costExplorer } from "./cost-explorer.ts";

const NOW_MS = Date.UTC(2026, 0, 20, 12);
const EC2 = "Amazon Elastic Compute Cloud - Compute";

type Cost = readonly [first: string, second: string, unblended: string, amortised: string];

function day(start: string, costs: readonly Cost[]): JsonObject {
  const end = `${start.slice(0, 8)}${String(Number(start.slice(8)) + 1).padStart(2, "0")}`;
  return {
    TimePeriod: { Start: start, End: end },
    Estimated: true,
    Total: {},
    Groups: costs.map(([first, second, unblended, amortised]) => ({
      Keys: [first, second],
      Metrics: {
        UnblendedCost: { Amount: unblended, Unit: "USD" },
        AmortizedCost: { Amount: amortised, Unit: "USD" },
      },
    })),
  };
}

const answered = (...days: readonly JsonObject[]): AwsAnswer => ({ body: { ResultsByTime: days } });

/** What is grouped by what tells which of the questions it is. */
function secondGroup(body: JsonObject): unknown {
  const groups = body["GroupBy"];
  return Array.isArray(groups) ? (groups[1] as JsonObject)["Key"] : undefined;
}

/** A small account: instances on demand and under a plan, a bucket, tax. */
function bill(operation: string, body: JsonObject): AwsAnswer {
  if (operation === "GetCostAndUsageWithResources") {
    return answered(
      day("2026-01-18", [
        ["i-web", "On Demand Instances", "1.5", "1.5"],
        ["i-db", "Savings Plans", "3", "2.1"],
        ["NoResourceId", "On Demand Instances", "0.25", "0.25"],
      ]),
    );
  }
  if (secondGroup(body) === "RECORD_TYPE") {
    return answered(
      day("2026-01-01", [["Tax", "Tax", "7.77", "7.77"]]),
      day("2026-01-18", [
        [EC2, "SavingsPlanNegation", "-3", "0"],
        ["Savings Plans for AWS Compute usage", "SavingsPlanRecurringFee", "2.4", "0.3"],
      ]),
    );
  }
  return answered(
    day("2025-12-31", [["Amazon Simple Storage Service", "", "0.1", "0.1"]]),
    day("2026-01-18", [
      [EC2, "On Demand Instances", "1.75", "1.75"],
      [EC2, "Savings Plans", "3", "2.1"],
    ]),
  );
}

const total = (rows: readonly CostRow[], of: (row: CostRow) => Decimal) => sumDecimals(rows.map(of));

describe("Cost Explorer", () => {
  it("gives a bill whose sums are those of the services, with instances where they are known", async () => {
    const { url, requests } = await awsJsonServer(bill);
    const { rows, diagnostics, sent } = await collectLive(costExplorer(), url, { nowMs: NOW_MS });
    const usage = rows.filter(({ ChargeCategory }) => ChargeCategory === "Usage");
    expect(
      usage.map(({ ResourceId, BilledCost, EffectiveCost, PricingCategory, CommitmentDiscountType }) => [
        ResourceId,
        BilledCost,
        EffectiveCost,
        PricingCategory,
        CommitmentDiscountType,
      ]),
    ).toEqual([
      ["i-web", "1.5", "1.5", "Standard", null],
      ["i-db", "0", "2.1", "Committed", "Savings Plan"],
      [null, "0.1", "0.1", null, null],
      [null, "0.25", "0.25", "Standard", null],
    ]);
    // Unblended and amortised totals as Cost Explorer's own: 7.77 − 3 + 2.4 + 0.1 + 1.75 + 3, and 7.77 + 0.3 + 0.1 + 1.75 + 2.1.
    expect(total(rows, (row) => row.BilledCost)).toBe("12.02");
    expect(total(rows, (row) => row.EffectiveCost)).toBe("12.02");
    expect(rows.find(({ ChargeCategory }) => ChargeCategory === "Tax")).toMatchObject({
      BillingAccountId: TEST_ACCOUNT,
      BillingPeriodStart: "2026-01-01T00:00:00Z",
      BillingPeriodEnd: "2026-02-01T00:00:00Z",
      ChargePeriodStart: "2026-01-01T00:00:00Z",
      ChargePeriodEnd: "2026-01-02T00:00:00Z",
    });
    expect(rows.find(({ ServiceName }) => ServiceName.includes("Storage"))).toMatchObject({
      BillingPeriodStart: "2025-12-01T00:00:00Z",
      BillingPeriodEnd: "2026-01-01T00:00:00Z",
    });
    expect(diagnostics).toMatchObject([{ severity: "info", summary: "Cost Explorer: 3 requests, $0.03" }]);
    expect(requests.map(({ body }) => body["TimePeriod"])).toEqual([
      { Start: "2025-12-01", End: "2026-01-20" },
      { Start: "2025-12-01", End: "2026-01-20" },
      { Start: "2026-01-06", End: "2026-01-20" },
    ]);
    expect(sent).toEqual(["ce GetCostAndUsage", "ce GetCostAndUsageWithResources"]);
  });

  it("stops at the pages that are allowed, keeps what came, and says what it cost", async () => {
    let page = 0;
    const { url, requests } = await awsJsonServer((operation, body) => {
      if (operation !== "GetCostAndUsage" || secondGroup(body) === "RECORD_TYPE") return answered();
      page += 1;
      const costs = [[EC2, "On Demand Instances", "1", "1"]] as const;
      return {
        body: {
          ResultsByTime: [day(`2026-01-${String(page).padStart(2, "0")}`, costs)],
          NextPageToken: `t${page}`,
        },
      };
    });
    const { rows, diagnostics } = await collectLive(costExplorer({ maximumPages: 5 }), url, {
      nowMs: NOW_MS,
    });
    expect(requests).toHaveLength(5);
    expect(rows).toHaveLength(4);
    expect(diagnostics).toMatchObject([
      { severity: "info", summary: "Cost Explorer: 5 requests, $0.05" },
      { severity: "warning", code: "cost-explorer-capped" },
    ]);
  });

  it("who has not opted in to costs by resource gets them by service", async () => {
    const { url } = await awsJsonServer((operation, body) =>
      operation === "GetCostAndUsageWithResources"
        ? { error: "DataUnavailableException", message: "Data is not available", status: 400 }
        : bill(operation, body),
    );
    const { rows, diagnostics } = await collectLive(costExplorer(), url, { nowMs: NOW_MS });
    expect(rows.filter(({ ResourceId }) => ResourceId !== null)).toEqual([]);
    expect(
      addDecimals(
        total(rows, (row) => row.EffectiveCost),
        decimal(0),
      ),
    ).toBe("12.02");
    expect(diagnostics.filter(({ severity }) => severity === "warning")).toMatchObject([
      { code: "collect-refused", summary: expect.stringContaining("turn on resource-level data") },
    ]);
  });

  it("an account that never opened Cost Explorer is told so, and asked once", async () => {
    const { url, requests } = await awsJsonServer(() => ({
      error: "DataUnavailableException",
      message: "Data is not available. Please try to adjust the time period.",
      status: 400,
    }));
    const { rows, diagnostics } = await collectLive(costExplorer(), url, { nowMs: NOW_MS });
    expect(rows).toEqual([]);
    expect(diagnostics).toMatchObject([{ severity: "info", code: "cost-explorer-off" }]);
    expect(requests).toHaveLength(1);
  });
});
