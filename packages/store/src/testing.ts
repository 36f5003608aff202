import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CostRow, decimal, type MetricSeries } from "@apex/core";

/** A new directory that ends with the test. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "apex-store-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A series of five-minute points from a start, with these values. */
export function aSeries(
  values: readonly number[],
  changes: Partial<MetricSeries> & { readonly startMs?: number } = {},
): MetricSeries {
  const { startMs = Date.UTC(2026, 10, 1), ...rest } = changes;
  const periodMs = rest.periodMs ?? 300_000;
  return {
    resourceId: "i-0a1",
    metric: "cpu_percent",
    statistic: "maximum",
    periodMs,
    timestampsMs: Float64Array.from(values, (_, index) => startMs + index * periodMs),
    values: Float64Array.from(values),
    ...rest,
  };
}

/** A usage row of November 2026. */
export function aCostRow(changes: Partial<CostRow> = {}): CostRow {
  return {
    BilledCost: decimal("1.5"),
    EffectiveCost: decimal("1.25"),
    ListCost: decimal("2"),
    ContractedCost: null,
    BillingCurrency: "USD",
    BillingAccountId: "111122223333",
    SubAccountId: null,
    BillingPeriodStart: "2026-11-01T00:00:00Z",
    BillingPeriodEnd: "2026-12-01T00:00:00Z",
    ChargePeriodStart: "2026-11-02T00:00:00Z",
    ChargePeriodEnd: "2026-11-03T00:00:00Z",
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: null,
    PricingCategory: "Standard",
    PricingQuantity: decimal("24"),
    PricingUnit: "Hours",
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ListUnitPrice: decimal("0.083333333333333333"),
    ContractedUnitPrice: null,
    CommitmentDiscountId: null,
    CommitmentDiscountStatus: null,
    CommitmentDiscountType: null,
    ProviderName: "AWS",
    PublisherName: null,
    InvoiceIssuerName: null,
    InvoiceId: null,
    RegionId: "eu-west-1",
    AvailabilityZone: null,
    ResourceId: "i-0a1",
    ResourceName: null,
    ResourceType: null,
    ServiceCategory: "Compute",
    ServiceName: "Amazon EC2",
    SkuId: null,
    SkuPriceId: null,
    Tags: { team: "web", 'odd "key"': "it's" },
    x_UsageType: "BoxUsage:m5.xlarge",
    x_Operation: "RunInstances",
    ...changes,
  };
}

/** Batches as a collector yields them. */
export async function* batches<T>(...rows: readonly (readonly T[])[]): AsyncGenerator<readonly T[]> {
  yield* rows;
}

/** All that an iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
