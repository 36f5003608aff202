import { describe, expect, it } from "vitest";
import { machineHourlyPrice } from "./machine-price.ts";
import { COMMITTED_PRICES, priceBook, type ServicePriceTable } from "./price-book.ts";
import { pricePlan } from "./price-plan.ts";
import { volumeMonthlyPrice } from "./pricing/ebs-volume.ts";
import { planOf } from "./testing/plan-builder.ts";
import { unitPrice } from "./unit-prices.ts";

function table(facts: Partial<ServicePriceTable> & Pick<ServicePriceTable, "rows">): ServicePriceTable {
  return {
    service: "ec2",
    region: "us-east-1",
    variant: "linux",
    origin: "a price list of a test",
    date: "2026-11-02",
    licence: "none",
    ...facts,
  };
}

const M5 = { provider: "aws", name: "m5.large", region: "us-east-1" } as const;

describe("priceBook", () => {
  it("takes the newer of two prices and tells its date", () => {
    const prices = priceBook([table({ rows: "m5.large 0.09" })]);
    expect(machineHourlyPrice(M5, prices)).toEqual({
      kind: "known",
      value: { price: "0.09", date: "2026-11-02", table: "EC2 us-east-1 linux", region: "us-east-1" },
    });
    expect(machineHourlyPrice(M5)).toMatchObject({ value: { price: "0.096" } });
  });

  it("keeps the committed price where the synced list is older", () => {
    const prices = priceBook([table({ rows: "m5.large 0.09", date: "2020-01-01" })]);
    expect(machineHourlyPrice(M5, prices)).toMatchObject({ value: { price: "0.096" } });
  });

  it("keeps the committed price of what the synced list no longer names", () => {
    const prices = priceBook([table({ rows: "m9.large 0.09" })]);
    expect(machineHourlyPrice(M5, prices)).toMatchObject({ value: { price: "0.096" } });
  });

  it("knows regions and licences that the committed tables lack", () => {
    const prices = priceBook([
      table({ region: "ap-south-2", rows: "m5.large 0.101" }),
      table({ region: "ap-south-2", variant: "suse", rows: "m5.large 0.157" }),
    ]);
    const query = { ...M5, region: "ap-south-2" };
    expect(machineHourlyPrice(query, prices)).toMatchObject({ value: { price: "0.101" } });
    expect(machineHourlyPrice({ ...query, operatingSystem: "suse" }, prices)).toMatchObject({
      value: { price: "0.157", table: "EC2 ap-south-2 suse" },
    });
    expect(machineHourlyPrice({ ...M5, operatingSystem: "suse" }).kind).toBe("unknown");
    expect(prices.regions("ec2")).toEqual(["ap-south-2", "eu-west-1", "us-east-1"]);
    expect(prices.variants("ec2", "ap-south-2")).toEqual(["linux", "suse"]);
  });

  it("prices units and volumes of a synced region", () => {
    const prices = priceBook([
      table({
        service: "units",
        region: "ap-south-2",
        variant: "list",
        rows: "ebs-gp3-gb-month 0.0912\nnat-gateway-hour 0.056",
      }),
    ]);
    expect(unitPrice("nat-gateway-hour", "ap-south-2", prices)).toMatchObject({ value: { price: "0.056" } });
    const volume = volumeMonthlyPrice({ type: "gp3", sizeGib: 100, region: "ap-south-2" }, prices);
    expect(volume.lineItems[0]?.monthlyCost).toBe("9.12");
  });

  it("is what a plan is priced from, with its dates", () => {
    const plan = planOf({ address: "aws_instance.web", before: { instance_type: "m5.large" } });
    const prices = priceBook([table({ rows: "m5.large 0.09" })]);
    const estimate = pricePlan(plan, "after", { prices });
    expect(estimate.total).toBe("65.7");
    expect(estimate.priceDates["EC2 us-east-1 linux"]).toBe("2026-11-02");
  });

  it("holds every committed unit price once per region", () => {
    expect(COMMITTED_PRICES.names("units")).toContain("ebs-gp3-gb-month");
    expect(COMMITTED_PRICES.regions("units")).toEqual(
      expect.arrayContaining(["eu-west-1", "europe-west1", "global", "us-central1", "us-east-1"]),
    );
  });
});
