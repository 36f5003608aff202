import { decimal, formatInstant } from "@apex/core";
import type { protos } from "@google-cloud/billing";
import { exactMoney } from "./money.ts";
import type { GcpService, GcpSku, GcpSkuPricing } from "./price-catalogue.ts";

type PublishedService = protos.google.cloud.billing.v1.IService;
type PublishedSku = protos.google.cloud.billing.v1.ISku;
type PublishedPricing = protos.google.cloud.billing.v1.IPricingInfo;

/** A service of the price list. */
export function decodeService({ serviceId, displayName }: PublishedService): GcpService {
  return { serviceId: serviceId ?? "", displayName: displayName ?? "" };
}

/** A SKU with the price in force: the list holds one pricing unless a span of time was asked for. */
export function decodeSku(sku: PublishedSku, serviceId: string): GcpSku {
  const { category } = sku;
  const pricing = sku.pricingInfo?.at(-1);
  return {
    skuId: sku.skuId ?? "",
    name: sku.name ?? "",
    serviceId,
    description: sku.description ?? "",
    category: {
      serviceDisplayName: category?.serviceDisplayName ?? "",
      resourceFamily: category?.resourceFamily ?? "",
      resourceGroup: category?.resourceGroup ?? "",
      usageType: category?.usageType ?? "",
    },
    regions: sku.serviceRegions ?? [],
    pricing: pricing === undefined ? null : decodePricing(pricing),
  };
}

function decodePricing(pricing: PublishedPricing): GcpSkuPricing | null {
  const expression = pricing.pricingExpression;
  const rates = expression?.tieredRates ?? [];
  // No rate is no price: it is not zero.
  if (expression === null || expression === undefined || rates.length === 0) return null;
  const { aggregationInfo } = pricing;
  return {
    effectiveTime: instantOf(pricing.effectiveTime),
    currency: rates[0]?.unitPrice?.currencyCode ?? "",
    usageUnit: expression.usageUnit ?? "",
    usageUnitDescription: expression.usageUnitDescription ?? "",
    baseUnit: expression.baseUnit ?? "",
    baseUnitConversionFactor: decimal(expression.baseUnitConversionFactor ?? 0),
    tiers: rates.map(({ startUsageAmount, unitPrice }) => ({
      startUsageAmount: decimal(startUsageAmount ?? 0),
      unitPrice: exactMoney(unitPrice ?? {}),
    })),
    aggregation:
      aggregationInfo === null || aggregationInfo === undefined
        ? null
        : {
            level: String(aggregationInfo.aggregationLevel ?? ""),
            interval: String(aggregationInfo.aggregationInterval ?? ""),
            count: aggregationInfo.aggregationCount ?? 0,
          },
  };
}

function instantOf(time: protos.google.protobuf.ITimestamp | null | undefined): string | null {
  if (time === null || time === undefined) return null;
  const ms = Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000);
  return Number.isSafeInteger(ms) ? formatInstant(ms) : null;
}
