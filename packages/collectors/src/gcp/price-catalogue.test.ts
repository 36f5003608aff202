import { GoogleAuth } from "google-auth-library";
import { expect, onTestFinished, test } from "vitest";
import { COMPUTE_ENGINE_SERVICE_ID, gcpPriceCatalogue, type GcpSku } from "./price-catalogue.ts";
import { pageOf, startGcpServer } from "./testing/gcp-server.ts";
import { badGateway, serviceDisabled, tooMany } from "./testing/google-answers.ts";
import { notedRetries, running } from "./testing/open-collector.ts";

function sku(ordinal: number, unitPrice: { units: string; nanos: number }, more: object = {}) {
  return {
    name: `services/${COMPUTE_ENGINE_SERVICE_ID}/skus/000${ordinal}`,
    skuId: `000${ordinal}`,
    description: "N2 Instance Core running in Belgium",
    category: {
      serviceDisplayName: "Compute Engine",
      resourceFamily: "Compute",
      resourceGroup: "CPU",
      usageType: "OnDemand",
    },
    serviceRegions: ["europe-west1"],
    pricingInfo: [
      {
        effectiveTime: "2026-11-21T09:00:00.000Z",
        pricingExpression: {
          usageUnit: "h",
          usageUnitDescription: "hour",
          baseUnit: "s",
          baseUnitDescription: "second",
          baseUnitConversionFactor: 3600,
          displayQuantity: 1,
          tieredRates: [{ startUsageAmount: 0, unitPrice: { currencyCode: "USD", ...unitPrice } }],
        },
        currencyConversionRate: 1,
        ...more,
      },
    ],
    serviceProviderName: "Google",
    geoTaxonomy: { type: "REGIONAL", regions: ["europe-west1"] },
  };
}

async function open(skus: readonly object[]) {
  const server = await startGcpServer([
    {
      path: /^\/v1\/services\/[\w-]+\/skus$/,
      answer: (request) => {
        const { items, nextPageToken } = pageOf(skus as never[], request, 2);
        return { skus: items, nextPageToken: nextPageToken ?? "" };
      },
    },
    {
      path: /^\/v1\/services$/,
      answer: () => ({
        services: [
          { name: "services/6F81-5844-456A", serviceId: "6F81-5844-456A", displayName: "Compute Engine" },
        ],
      }),
    },
  ]);
  onTestFinished(() => server.close());
  const { retries, waits } = notedRetries(3);
  const catalogue = await gcpPriceCatalogue({
    auth: new GoogleAuth({
      credentials: server.key as never,
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    }),
    endpointUrl: server.url,
    retries,
  });
  return { server, catalogue, waits };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test("the price list comes page by page through Google's own client, with exact prices", async () => {
  const tiered = sku(3, { units: "0", nanos: 0 });
  const rates = tiered.pricingInfo[0]?.pricingExpression.tieredRates;
  rates?.push({ startUsageAmount: 30, unitPrice: { currencyCode: "USD", units: "1", nanos: 250_000_000 } });
  const aggregationInfo = {
    aggregationLevel: "ACCOUNT",
    aggregationInterval: "MONTHLY",
    aggregationCount: 1,
  };
  const { catalogue, server } = await open([
    sku(1, { units: "0", nanos: 31_611_000 }),
    sku(2, { units: "12", nanos: 1 }),
    { ...tiered, pricingInfo: [{ ...tiered.pricingInfo[0], aggregationInfo }] },
    { ...sku(4, { units: "0", nanos: 0 }), pricingInfo: [] },
  ]);
  const skus = await all<GcpSku>(catalogue.skus(COMPUTE_ENGINE_SERVICE_ID, running));
  expect(skus[0]).toEqual({
    skuId: "0001",
    name: "services/6F81-5844-456A/skus/0001",
    serviceId: "6F81-5844-456A",
    description: "N2 Instance Core running in Belgium",
    category: {
      serviceDisplayName: "Compute Engine",
      resourceFamily: "Compute",
      resourceGroup: "CPU",
      usageType: "OnDemand",
    },
    regions: ["europe-west1"],
    pricing: {
      effectiveTime: "2026-11-21T09:00:00Z",
      currency: "USD",
      usageUnit: "h",
      usageUnitDescription: "hour",
      baseUnit: "s",
      baseUnitConversionFactor: "3600",
      tiers: [{ startUsageAmount: "0", unitPrice: "0.031611" }],
      aggregation: null,
    },
  });
  expect(skus[1]?.pricing?.tiers).toEqual([{ startUsageAmount: "0", unitPrice: "12.000000001" }]);
  expect(skus[2]?.pricing?.tiers).toEqual([
    { startUsageAmount: "0", unitPrice: "0" },
    { startUsageAmount: "30", unitPrice: "1.25" },
  ]);
  expect(skus[2]?.pricing?.aggregation).toEqual({ level: "ACCOUNT", interval: "MONTHLY", count: 1 });
  expect(skus[3]?.pricing).toBeNull();
  const asked = server.requests.filter(({ path }) => path.endsWith("/skus"));
  expect(asked.map(({ query }) => [query.get("pageToken"), query.get("currencyCode")])).toEqual([
    ["", "USD"],
    ["after-2", "USD"],
  ]);
  expect(await all(catalogue.services(running))).toEqual([
    { serviceId: "6F81-5844-456A", displayName: "Compute Engine" },
  ]);
});

test("a throttled page is asked for again after what the answer says, and none is lost", async () => {
  const { catalogue, server, waits } = await open([1, 2, 3].map((id) => sku(id, { units: "1", nanos: 0 })));
  server.fail(/skus$/, tooMany("7"));
  server.fail(/skus$/, badGateway());
  const skus = await all<GcpSku>(catalogue.skus(COMPUTE_ENGINE_SERVICE_ID, running));
  expect(skus.map(({ skuId }) => skuId)).toEqual(["0001", "0002", "0003"]);
  expect(waits[0]).toBe(7000);
  expect(waits).toHaveLength(2);
});

test("a price list that is not enabled names the service and the command", async () => {
  const { catalogue, server } = await open([]);
  server.fail(/skus$/, serviceDisabled("cloudbilling.googleapis.com", "acme-prod"));
  await expect(all(catalogue.skus(COMPUTE_ENGINE_SERVICE_ID, running))).rejects.toThrow(
    "cannot read the price list: cloudbilling.googleapis.com is not enabled in project acme-prod. Run: gcloud services enable cloudbilling.googleapis.com --project acme-prod",
  );
});

test("refuses an address below a path, which Google's client would ask elsewhere", async () => {
  const { server } = await open([]);
  const opening = gcpPriceCatalogue({ endpointUrl: `${server.url}/mirror` });
  await expect(opening).rejects.toThrow("has a path");
  expect(server.requests).toEqual([]);
});
