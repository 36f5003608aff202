import type { Cancellation, Decimal } from "@apex/core";
import type { GoogleAuth } from "google-auth-library";
import { gcpAuth } from "./auth.ts";
import { GCP_CALLS, type GcpCall } from "./calls.ts";
import { decodeService, decodeSku } from "./decode-sku.ts";
import { clientEndpoint, gcpEndpoints } from "./endpoints.ts";
import { gcpError } from "./errors.ts";
import { DEFAULT_RETRIES, type RetryPolicy, withRetries } from "./retry.ts";

/** Compute Engine's id in the price list; its machines, disks, GPUs and addresses are SKUs of this one service. */
export const COMPUTE_ENGINE_SERVICE_ID = "6F81-5844-456A";

/** Cloud SQL's id in the price list. */
export const CLOUD_SQL_SERVICE_ID = "9662-B51E-5089";

/** Most SKUs of a page. Source: Cloud Billing API, `services.skus.list`, `pageSize`. */
const PAGE_SIZE = 5000;

/** The list is nobody's: with any name in its place, no project is looked up. */
const NO_PROJECT = "none";

/** A service of the price list: "6F81-5844-456A" is "Compute Engine". */
export interface GcpService {
  readonly serviceId: string;
  readonly displayName: string;
}

/** A price from a quantity on, in whole and exact units of the currency per `usageUnit`. */
export interface GcpPriceTier {
  /** From this many usage units in the interval of the aggregation on. */
  readonly startUsageAmount: Decimal;
  readonly unitPrice: Decimal;
}

/** The price of a SKU as it is in force. */
export interface GcpSkuPricing {
  /** Since when; ISO 8601, `null` where the list does not say. */
  readonly effectiveTime: string | null;
  readonly currency: string;
  /** What one unit is: "h", "GiBy.mo", "GiBy.h". */
  readonly usageUnit: string;
  readonly usageUnitDescription: string;
  /** "s" for "h", and how many of them make a usage unit: 3600. */
  readonly baseUnit: string;
  readonly baseUnitConversionFactor: Decimal;
  /** Ascending; more than one where the price falls, or begins, with use. */
  readonly tiers: readonly GcpPriceTier[];
  /** Over what the tiers add up; `null` where there is nothing to add up. */
  readonly aggregation: {
    readonly level: string;
    readonly interval: string;
    readonly count: number;
  } | null;
}

/** One line of Google's public price list, as plain values. */
export interface GcpSku {
  readonly skuId: string;
  /** "services/6F81-5844-456A/skus/0048-21CE-74C3". */
  readonly name: string;
  readonly serviceId: string;
  readonly description: string;
  readonly category: {
    readonly serviceDisplayName: string;
    /** "Compute", "Storage", "Network". */
    readonly resourceFamily: string;
    /** "N1Standard", "RAM", "CPU", "SSD". */
    readonly resourceGroup: string;
    /** "OnDemand", "Preemptible", "Commit1Yr", "Commit3Yr". */
    readonly usageType: string;
  };
  /** Regions that it is sold in: "europe-west1", "global". */
  readonly regions: readonly string[];
  /** `null` for a SKU that has no price today. */
  readonly pricing: GcpSkuPricing | null;
}

/** Google's public price list, a page at a time: the whole is some 40,000 SKUs. */
export interface GcpPriceCatalogue {
  services(signal: Cancellation): AsyncIterable<GcpService>;
  /** All SKUs of a service, such as {@link COMPUTE_ENGINE_SERVICE_ID}, with their prices in force. */
  skus(serviceId: string, signal: Cancellation): AsyncIterable<GcpSku>;
  close(): Promise<void>;
}

/** Where and how the price list is asked. */
export interface GcpPriceCatalogueOptions {
  /** Application default credentials when absent. */
  readonly auth?: GoogleAuth;
  /** In place of https://cloudbilling.googleapis.com. */
  readonly endpointUrl?: string;
  /** ISO 4217; US dollars when absent, which is what Google's own prices are in. */
  readonly currency?: string;
  readonly retries?: RetryPolicy;
}

/**
 * Opens Google's price list through its own client, over HTTP rather than gRPC: company proxies know it, and a test's server
 * can speak it. Every iteration throws an AdapterError when the list cannot be read.
 */
export async function gcpPriceCatalogue(options: GcpPriceCatalogueOptions): Promise<GcpPriceCatalogue> {
  // Loaded when it is used: the client and its descriptors take a good part of a second, which no other command should pay.
  const { CloudCatalogClient } = await import("@google-cloud/billing");
  const auth = options.auth ?? (await gcpAuth(NO_PROJECT));
  const endpoint = clientEndpoint(gcpEndpoints(options.endpointUrl).cloudbilling);
  const client = new CloudCatalogClient({ auth, fallback: true, ...endpoint });
  const currencyCode = options.currency ?? "USD";
  const retries = options.retries ?? DEFAULT_RETRIES;
  return {
    services: (signal) =>
      pagesOf(GCP_CALLS.services, { retries, signal }, async (pageToken) => {
        const [, , answer] = await client.listServices({ pageSize: PAGE_SIZE, pageToken }, ONE_PAGE);
        return { items: (answer?.services ?? []).map(decodeService), next: answer?.nextPageToken };
      }),
    skus: (serviceId, signal) =>
      pagesOf(GCP_CALLS.skus, { retries, signal }, async (pageToken) => {
        const request = { parent: `services/${serviceId}`, currencyCode, pageSize: PAGE_SIZE, pageToken };
        const [, , answer] = await client.listSkus(request, ONE_PAGE);
        const items = (answer?.skus ?? []).map((sku) => decodeSku(sku, serviceId));
        return { items, next: answer?.nextPageToken };
      }),
    close: () => client.close(),
  };
}

/** Pages and repetitions are ours, as for every other call: the client's own do not heed Retry-After. */
const ONE_PAGE = { autoPaginate: false, retry: null } as const;

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null | undefined;
}

async function* pagesOf<Item>(
  call: GcpCall,
  { retries, signal }: { readonly retries: RetryPolicy; readonly signal: Cancellation },
  read: (pageToken: string) => Promise<ListPage<Item>>,
): AsyncGenerator<Item> {
  let token = "";
  do {
    let page: ListPage<Item>;
    try {
      page = await withRetries(() => read(token), retries, signal);
    } catch (error) {
      throw gcpError(error, { call });
    }
    yield* page.items;
    token = page.next ?? "";
  } while (token !== "");
}
