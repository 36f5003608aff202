import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  attachedGpuHourlyPrice,
  gcpDiskMonthlyPrice,
  machineHourlyPrice,
  type PriceBook,
  priceBook,
  unitPrice,
} from "@apex/catalog";
import { GoogleAuth } from "google-auth-library";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { COMPUTE_ENGINE_SERVICE_ID, gcpPriceCatalogue } from "../gcp/price-catalogue.ts";
import { pageOf, startGcpServer } from "../gcp/testing/gcp-server.ts";
import { priceFolder } from "./price-folder.ts";
import { syncGcpPrices } from "./sync-gcp-prices.ts";
import type { SyncOutcome } from "./sync-outcome.ts";

const REGION = "europe-west9";
const NOW = Date.UTC(2026, 10, 3);

interface Sold {
  readonly usageType?: string;
  readonly usageUnit?: string;
  readonly currency?: string;
  readonly regions?: readonly string[];
  /** Free up to a quantity. */
  readonly freeUntil?: number;
}

let ordinal = 0;

/** A SKU as Google's list has it. */
function sku(description: string, usd: string, sold: Sold = {}): object {
  const { usageType = "OnDemand", usageUnit = "h", currency = "USD", regions = [REGION], freeUntil } = sold;
  const [units = "0", fraction = ""] = usd.split(".");
  const unitPrice = { currencyCode: currency, units, nanos: Number(fraction.padEnd(9, "0")) };
  ordinal += 1;
  const free = { startUsageAmount: 0, unitPrice: { currencyCode: currency, units: "0", nanos: 0 } };
  return {
    name: `services/${COMPUTE_ENGINE_SERVICE_ID}/skus/${ordinal}`,
    skuId: String(ordinal),
    description,
    category: {
      serviceDisplayName: "Compute Engine",
      resourceFamily: "Compute",
      resourceGroup: "CPU",
      usageType,
    },
    serviceRegions: regions,
    pricingInfo: [
      {
        effectiveTime: "2026-11-01T09:00:00.000Z",
        pricingExpression: {
          usageUnit,
          usageUnitDescription: usageUnit,
          baseUnit: "s",
          baseUnitDescription: "second",
          baseUnitConversionFactor: 3600,
          displayQuantity: 1,
          tieredRates: [
            ...(freeUntil === undefined ? [] : [free]),
            { startUsageAmount: freeUntil ?? 0, unitPrice },
          ],
        },
        currencyConversionRate: 1,
      },
    ],
    serviceProviderName: "Google",
    geoTaxonomy: { type: "REGIONAL", regions },
  };
}

const SKUS = [
  sku("N2 Instance Core running in Paris", "0.034773"),
  sku("N2 Instance Ram running in Paris", "0.004661", { usageUnit: "GiBy.h" }),
  sku("Spot Preemptible N2 Instance Core running in Paris", "0.008", { usageType: "Preemptible" }),
  sku("Spot Preemptible N2 Instance Ram running in Paris", "0.001", { usageType: "Preemptible" }),
  sku("Commitment v1: N2 Cpu in Paris for 1 Year", "0.0219", { usageType: "Commit1Yr" }),
  sku("Commitment v1: N2 Ram in Paris for 1 Year", "0.0029", { usageType: "Commit1Yr" }),
  sku("Commitment v1: N2 Cpu in Paris for 3 Years", "0.0156", { usageType: "Commit3Yr" }),
  sku("N2 Custom Instance Core running in Paris", "0.036512"),
  sku("N2 Custom Instance Ram running in Paris", "0.004894", { usageUnit: "GiBy.h" }),
  sku("N2 Custom Extended Instance Ram running in Paris", "0.01", { usageUnit: "GiBy.h" }),
  sku("N2 Sole Tenancy Instance Core running in Paris", "9"),
  sku("N2D AMD Instance Core running in Paris", "0.030252"),
  sku("N2D AMD Instance Ram running in Paris", "0.004055"),
  sku("N1 Predefined Instance Core running in EMEA", "0.034773"),
  sku("N1 Predefined Instance Ram running in EMEA", "0.004661"),
  sku("Commitment v1: Cpu in Paris for 1 Year", "0.0219", { usageType: "Commit1Yr" }),
  sku("Commitment v1: Ram in Paris for 1 Year", "0.0029", { usageType: "Commit1Yr" }),
  sku("E2 Instance Core running in Paris", "0.024"),
  sku("E2 Instance Ram running in Paris", "0.0032"),
  sku("Compute optimized Core running in Paris", "0.0373"),
  sku("Compute optimized Ram running in Paris", "0.005"),
  sku("Micro Instance with burstable CPU running in EMEA", "0.0084"),
  sku("Nvidia Tesla T4 GPU running in Paris", "0.35"),
  sku("Balanced PD Capacity in Paris", "0.1", { usageUnit: "GiBy.mo" }),
  sku("Regional Balanced PD Capacity in Paris", "0.2", { usageUnit: "GiBy.mo" }),
  sku("Hyperdisk Balanced Capacity in Paris", "0.09", { usageUnit: "GiBy.mo" }),
  sku("Hyperdisk Balanced IOPS in Paris", "0.006", { usageUnit: "mo" }),
  sku("Hyperdisk Balanced Throughput in Paris", "0.05", { usageUnit: "mo" }),
  sku("Hyperdisk Balanced IOPS - Confidential Mode in Paris", "0.001", { usageUnit: "mo" }),
  sku("Static Ip Charge", "0.01", { freeUntil: 1 }),
  // In another currency, in another region, and free: none is a price here.
  sku("C3 Instance Core running in Paris", "3", { currency: "JPY" }),
  sku("C3 Instance Ram running in Paris", "3", { currency: "JPY" }),
  sku("N2 Instance Core running in Tokyo", "7", { regions: ["asia-northeast1"] }),
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-gcp-prices-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function sync(skus: readonly object[], regions = [REGION]): Promise<readonly SyncOutcome[]> {
  const server = await startGcpServer([
    {
      path: new RegExp(`^/v1/services/${COMPUTE_ENGINE_SERVICE_ID}/skus$`),
      answer: (request) => {
        const { items, nextPageToken } = pageOf(skus as never[], request, 10);
        return { skus: items, nextPageToken: nextPageToken ?? "" };
      },
    },
    { path: /^\/v1\/services\/[\w-]+\/skus$/, answer: () => ({ skus: [] }) },
  ]);
  onTestFinished(() => server.close());
  const auth = new GoogleAuth({
    credentials: server.key as never,
    scopes: ["https://www.googleapis.com/auth/cloud-platform"],
  });
  const catalogue = await gcpPriceCatalogue({ auth, endpointUrl: server.url });
  onTestFinished(() => catalogue.close());
  return await syncGcpPrices(catalogue, { regions, into: folder, nowMs: NOW }, new AbortController().signal);
}

async function synced(): Promise<PriceBook> {
  expect(await sync(SKUS)).toMatchObject([{ kind: "synced", list: "GoogleCloud", region: REGION }]);
  return priceBook(await priceFolder(folder).tables());
}

describe("syncGcpPrices", () => {
  it("composes machines from the rates of their family", async () => {
    const prices = await synced();
    const hourly = (name: string): unknown => {
      const price = machineHourlyPrice({ provider: "gcp", name, region: REGION }, prices);
      return price.kind === "known" ? Number(price.value.price) : price.reason;
    };
    expect(hourly("n2-standard-4")).toBeCloseTo(4 * 0.034773 + 16 * 0.004661, 9);
    expect(hourly("n2d-standard-2")).toBeCloseTo(2 * 0.030252 + 8 * 0.004055, 9);
    expect(hourly("n1-standard-1")).toBeCloseTo(0.034773 + 3.75 * 0.004661, 9);
    expect(hourly("c2-standard-4")).toBeCloseTo(4 * 0.0373 + 16 * 0.005, 9);
    // A quarter of a vCPU is what it sustains and pays for.
    expect(hourly("e2-micro")).toBeCloseTo(0.25 * 0.024 + 0.0032, 9);
    expect(hourly("f1-micro")).toBe(0.0084);
    expect(hourly("n2-custom-6-20480")).toBeCloseTo(6 * 0.036512 + 20 * 0.004894, 9);
    // 8 GiB per vCPU at the family's rate, the rest as extended memory.
    expect(hourly("n2-custom-2-20480-ext")).toBeCloseTo(2 * 0.036512 + 16 * 0.004894 + 4 * 0.01, 9);
    expect(hourly("c3-standard-4")).toMatch(/no on-demand price/);
    expect(hourly("a2-highgpu-1g")).toMatch(/no on-demand price/);
  });

  it("keeps spot and commitments beside, where both halves of the price are there", async () => {
    const prices = await synced();
    const find = (variant: string, name: string): unknown =>
      prices.find("gce", { region: REGION, variant, name })?.price;
    expect(find("linux/spot-list", "n2-standard-4")).toBe("0.048");
    expect(find("linux/committed-1yr", "n2-standard-4")).toBe("0.134");
    expect(find("linux/committed-1yr", "n1-standard-1")).toBe("0.032775");
    expect(find("linux/committed-3yr", "n2-standard-4")).toBeUndefined();
  });

  it("takes disks, addresses and GPUs, and the price beyond what is free", async () => {
    const prices = await synced();
    const disk = gcpDiskMonthlyPrice({ type: "pd-balanced", sizeGib: 100, region: REGION }, prices);
    expect(disk.lineItems[0]?.monthlyCost).toBe("10");
    const regional = { type: "pd-balanced", sizeGib: 100, region: REGION, isRegional: true };
    expect(gcpDiskMonthlyPrice(regional, prices).lineItems[0]?.monthlyCost).toBe("20");
    // 3,000 IOPS and 140 MiB/s come with the capacity.
    const hyperdisk = { type: "hyperdisk-balanced", sizeGib: 100, region: REGION };
    const fast = { ...hyperdisk, iops: 4000, throughputMbps: 240 };
    expect(gcpDiskMonthlyPrice(fast, prices).lineItems.map((item) => item.monthlyCost)).toEqual([
      "9",
      "6",
      "5",
    ]);
    expect(unitPrice("external-ipv4-unused-hour", REGION, prices)).toMatchObject({
      value: { price: "0.01" },
    });
    expect(attachedGpuHourlyPrice({ gpu: "nvidia-tesla-t4", region: REGION }, prices)).toMatchObject({
      value: { price: "0.35", date: "2026-11-03" },
    });
  });

  it("prices no machine whose family has two prices for a part, and says so", async () => {
    const twice = [
      ...SKUS,
      sku("N2 Instance Core running in Paris", "0.05"),
      sku("N2 Custom Instance Core running in Paris", "0.05"),
      sku("E2 Instance Core running in Paris", "0.024"),
    ];
    const [outcome] = await sync(twice);
    expect(outcome).toMatchObject({
      kind: "synced",
      ambiguous: expect.arrayContaining(["gce linux n2-standard-4", "gce custom n2-core"]),
    });
    const prices = priceBook(await priceFolder(folder).tables());
    const find = (variant: string, name: string): unknown =>
      prices.find("gce", { region: REGION, variant, name })?.price;
    expect(find("linux", "n2-standard-4")).toBeUndefined();
    expect(find("custom", "n2-core")).toBeUndefined();
    // The same price twice is one.
    expect(find("linux", "e2-standard-2")).toBe("0.0736");
  });

  it("says which region has no prices, and keeps the others", async () => {
    expect(await sync(SKUS, ["mars-north1", REGION])).toMatchObject([
      { kind: "failed", region: "mars-north1", reason: expect.stringContaining("check --regions") },
      { kind: "synced", region: REGION },
    ]);
  });

  it("refuses an empty list and keeps what there is", async () => {
    await synced();
    await expect(sync([])).rejects.toThrow("Google's price list is empty");
    expect(await priceFolder(folder).headers()).toHaveLength(1);
  });
});
