import { addDecimals, type Decimal, decimal, formatInstant, multiply } from "@apex/core";
import type { protos } from "@google-cloud/billing";
import type { GcpService, GcpSku, GcpSkuPricing } from "./price-catalogue.ts";

type PublishedService = protos.google.cloud.billing.v1.IService;
type PublishedSku = protos.google.cloud.billing.v1.ISku;
type PublishedPricing = protos.google.cloud.billing.v1.IPricingInfo;
type PublishedMoney = protos.google.type.IMoney;

/** Nano-units of `google.type.Money`. */
const NANO = decimal("0.000000001");

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
      unitPrice: amountOf(unitPrice ?? {}),
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

/** Units and nanos have the same sign. Source: google/type/money.proto. */
function amountOf({ units, nanos }: PublishedMoney): Decimal {
  return addDecimals(decimal(String(units ?? 0)), multiply(decimal(nanos ?? 0), NANO));
}

function instantOf(time: protos.google.protobuf.ITimestamp | null | undefined): string | null {
  if (time === null || time === undefined) return null;
  const ms = Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000);
  return Number.isSafeInteger(ms) ? formatInstant(ms) : null;
}
