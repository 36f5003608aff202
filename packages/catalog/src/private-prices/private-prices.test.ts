import { readFileSync } from "node:fs";
import type { CostRow } from "@apex/core";
import { decimal } from "@apex/core";
import { describe, expect, it } from "vitest";
import { COMMITTED_PRICES, withPaidPrices } from "../price-book.ts";
import { pricePlan } from "../price-plan.ts";
import { planOf } from "../testing/plan-builder.ts";
import { rateLearner } from "./learnt-rates.ts";
import { parsePrivatePrices, type PrivatePrices } from "./private-prices.ts";
import { pricesJsonSchema } from "./written-prices.ts";

const M5 = { region: "us-east-1", variant: "linux", name: "m5.large" } as const;

function contract(written: unknown): PrivatePrices {
  const parsed = parsePrivatePrices(written);
  if (parsed.kind === "invalid") throw new Error(parsed.mistakes.join("; "));
  return parsed.prices;
}

function paid(written: unknown, key: { region: string; variant: string; name: string } = M5): unknown {
  return withPaidPrices(COMMITTED_PRICES, { contract: contract(written) }).paid("ec2", key);
}

describe("private prices", () => {
  it("take a percentage off the list price, exactly", () => {
    expect(paid({ discounts: [{ percent: 12.5 }] })).toEqual({
      price: "0.084",
      source: "contract",
      how: "12.5 % off the list price by apex.prices.yaml",
    });
  });

  it.each([
    [{ service: "rds", percent: 10 }],
    [{ regions: ["eu-*"], percent: 10 }],
    [{ families: ["m6*", "c5"], percent: 10 }],
    [{ purchase: ["reserved-*"], percent: 10 }],
    // A dot is a dot.
    [{ families: ["m5.l"], percent: 10 }],
  ])("say nothing of what %o does not match", (discount) => {
    expect(paid({ discounts: [discount] })).toBeUndefined();
  });

  it("count by the last discount that matches, and a fixed rate before all", () => {
    const discounts = [
      { percent: 10 },
      { service: "ec2", regions: ["us-*"], families: ["m5"], percent: 20 },
      { service: "ec2", families: ["c5"], percent: 30 },
    ];
    expect(paid({ discounts })).toMatchObject({ price: "0.0768" });
    const rates = [{ service: "ec2", type: "m5.large", hourly: "0.07", variant: "linux" }];
    expect(paid({ discounts, rates })).toMatchObject({
      price: "0.07",
      how: "a fixed rate of apex.prices.yaml",
    });
  });

  it("know no price of what has no list price", () => {
    expect(paid({ discounts: [{ percent: 10 }] }, { ...M5, name: "m99.large" })).toBeUndefined();
  });

  it.each([
    [{ discounts: [{ percent: 101 }] }, /discounts\[0\]\.percent/],
    [{ discounts: [{ percent: 5, service: "ec3" }] }, /discounts\[0\]\.service/],
    [{ discounts: [{ percent: 5, familes: ["m5"] }] }, /familes is not a setting/],
    [{ rates: [{ service: "ec2", type: "m5.large", hourly: "-1" }] }, /USD per hour/],
    [{ rates: [{ service: "ec2", type: "m5 large", hourly: 1 }] }, /rates\[0\]\.type/],
    [[], /the file/],
  ])("are refused with the place of the mistake: %j", (written, message) => {
    const parsed = parsePrivatePrices(written);
    expect(parsed.kind === "invalid" ? parsed.mistakes.join("\n") : "accepted").toMatch(message);
  });

  it("have a committed JSON Schema for editors", () => {
    const committed = readFileSync(new URL("../../apex-prices.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(pricesJsonSchema())));
  });
});

function hours(quantity: string, cost: string, other: Partial<CostRow> = {}): CostRow {
  return {
    BilledCost: decimal(cost),
    EffectiveCost: decimal(cost),
    ListCost: null,
    ContractedCost: null,
    BillingCurrency: "USD",
    BillingAccountId: "1",
    SubAccountId: null,
    BillingPeriodStart: "2026-10-01T00:00:00Z",
    BillingPeriodEnd: "2026-11-01T00:00:00Z",
    ChargePeriodStart: "2026-10-01T00:00:00Z",
    ChargePeriodEnd: "2026-10-02T00:00:00Z",
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: null,
    PricingCategory: "Standard",
    PricingQuantity: decimal(quantity),
    PricingUnit: "Hrs",
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ListUnitPrice: null,
    ContractedUnitPrice: null,
    CommitmentDiscountId: null,
    CommitmentDiscountStatus: null,
    CommitmentDiscountType: null,
    ProviderName: "AWS",
    PublisherName: null,
    InvoiceIssuerName: null,
    InvoiceId: null,
    RegionId: "us-east-1",
    AvailabilityZone: null,
    ResourceId: "i-1",
    ResourceName: null,
    ResourceType: null,
    ServiceCategory: null,
    ServiceName: "Amazon Elastic Compute Cloud",
    SkuId: null,
    SkuPriceId: null,
    Tags: {},
    x_UsageType: "BoxUsage:m5.large",
    x_Operation: "RunInstances",
    ...other,
  };
}

describe("rateLearner", () => {
  it("learns what an hour on demand really costs, by licence", () => {
    const learner = rateLearner();
    learner.add([hours("100", "9"), hours("20", "1.8")]);
    learner.add([hours("200", "36", { x_Operation: "RunInstances:0002" })]);
    const learnt = learner.rates();
    expect(learnt).toEqual([
      { name: "m5.large", region: "us-east-1", licence: "linux", hours: "120", hourly: "0.09" },
      { name: "m5.large", region: "us-east-1", licence: "windows", hours: "200", hourly: "0.18" },
    ]);
    expect(withPaidPrices(COMMITTED_PRICES, { learnt }).paid("ec2", M5)).toEqual({
      price: "0.09",
      source: "bill",
      how: "the bill, over 120 hours on demand",
    });
  });

  it("lets the contract count before the bill", () => {
    const learner = rateLearner();
    learner.add([hours("1000", "90")]);
    const book = withPaidPrices(COMMITTED_PRICES, {
      contract: contract({ discounts: [{ percent: 50 }] }),
      learnt: learner.rates(),
    });
    expect(book.paid("ec2", M5)).toMatchObject({ price: "0.048", source: "contract" });
  });

  it.each([
    ["too few hours", hours("99", "9")],
    ["hours that a commitment paid for", hours("1000", "50", { CommitmentDiscountId: "sp-1" })],
    ["hours under a commitment's price", hours("1000", "50", { PricingCategory: "Committed" })],
    ["spot", hours("1000", "30", { PricingCategory: "Dynamic" })],
    ["corrections", hours("1000", "90", { ChargeClass: "Correction" })],
    ["another currency", hours("1000", "90", { BillingCurrency: "EUR" })],
    ["dedicated machines", hours("1000", "90", { x_UsageType: "DedicatedUsage:m5.large" })],
    ["another unit", hours("1000", "90", { PricingUnit: "GB" })],
    ["free hours", hours("1000", "0")],
    ["SQL Server", hours("1000", "900", { x_Operation: "RunInstances:0006" })],
  ])("learns nothing from %s", (_, row) => {
    const learner = rateLearner();
    learner.add([row]);
    expect(learner.rates()).toEqual([]);
  });
});

describe("the price of a plan under a contract", () => {
  const plan = planOf(
    { address: "aws_instance.web", after: { instance_type: "m5.large" } },
    { address: "aws_instance.desk", after: { instance_type: "m5.large", get_password_data: true } },
    { address: "aws_eip.front", after: {} },
  );
  const cost = (written: unknown, address: string) => {
    const estimate = pricePlan(plan, "after", { contract: contract(written) });
    const item = estimate.resources.find((each) => each.address === address)?.lineItems[0];
    return { price: item?.unitPrice, tables: Object.keys(estimate.priceDates) };
  };

  it("is what the contract makes of each price, and the tables say which", () => {
    const written = { discounts: [{ service: "ec2", percent: 25 }] };
    expect(cost(written, "aws_instance.web")).toEqual({
      price: "0.072",
      tables: [
        "EC2 us-east-1 linux at 25 % off the list price by apex.prices.yaml",
        "AWS public price list, us-east-1",
      ],
    });
    expect(cost(written, "aws_eip.front").price).toBe("0.005");
  });

  it("counts a licence with its machine: the discount is one on both, a rate is of both", () => {
    // 0.096 and 2 × 0.046 for Windows.
    expect(cost({ discounts: [{ percent: 50 }] }, "aws_instance.desk").price).toBe("0.094");
    const rates = [{ service: "ec2", type: "m5.large", variant: "windows", hourly: "0.15" }];
    expect(cost({ rates }, "aws_instance.desk").price).toBe("0.15");
    expect(cost({ rates }, "aws_instance.web").price).toBe("0.096");
  });

  it("is the list price, and so are its tables' names, where the contract says nothing", () => {
    const written = { discounts: [{ service: "rds", percent: 25 }] };
    expect(cost(written, "aws_instance.web")).toMatchObject({ price: "0.096" });
    expect(cost(written, "aws_instance.web").tables.join()).not.toContain("apex.prices.yaml");
  });
});
