import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CostDifference,
  type CostRow,
  decimal,
  type MetricSeries,
  type Recommendation,
} from "@apex/core";
import { buildReport, type Report } from "@apex/report";

// For tests that crash a PostgreSQL server of their own: the embedded one ends when it is crashed.
export { CLUSTER_USER, openCluster } from "./records/embedded/cluster.ts";
export { postgresBinaries } from "./records/embedded/postgres-binaries.ts";
export { serverUser } from "./records/embedded/server-user.ts";
export { tryConnect } from "./records/embedded/try-connect.ts";

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

function aRunRecommendation(address: string, saving: string): Recommendation {
  return {
    id: "r-1",
    rule: "ec2-resize",
    resourceId: "i-0a1",
    address,
    resourceType: "aws_instance",
    action: "resize",
    from: "m5.xlarge",
    to: "m5.large",
    summary: "Half of it is never used",
    changes: [],
    monthlySavings: {
      list: decimal(saving),
      net: null,
      currency: "USD",
      realised: "on-merge",
    },
    risk: 1,
    confidence: 0.8,
    effort: "low",
    restartRequired: true,
    rollback: "Set it back",
    evidence: {
      windowStart: "2026-11-01T00:00:00Z",
      windowEnd: "2026-11-15T00:00:00Z",
      lookBackDays: 14,
      coverage: 1,
      dimensions: [],
      confidenceFactors: {},
      alternatives: [],
      notes: [],
    },
    unknowns: [],
  };
}

/** A report of one planned and one refused recommendation. */
export function aRunReport(
  changes: {
    readonly saving?: string;
    readonly name?: string;
    readonly directory?: string;
    readonly generatedAt?: string;
  } = {},
): Report {
  const recommendation = aRunRecommendation(changes.name ?? "aws_instance.web", changes.saving ?? "70.08");
  const side = { monthlyCost: decimal("140.16") };
  const cost: CostDifference = {
    resources: [
      {
        address: "aws_instance.web",
        type: "aws_instance",
        kind: "same",
        before: side,
        after: side,
        delta: decimal(0),
        mayBeMore: false,
        mayBeLess: false,
        lineItems: [],
        attributes: [],
      },
    ],
    before: side.monthlyCost,
    after: side.monthlyCost,
    delta: decimal(0),
    mayBeMore: false,
    mayBeLess: false,
    currency: "USD",
    priceDates: {},
  };
  return buildReport({
    generatedAt: changes.generatedAt ?? "2026-11-15T06:00:00Z",
    apexVersion: "0.1.0",
    terraformDirectory: changes.directory ?? "stack",
    outcomes: [
      { recommendation, edits: [], status: "planned" },
      {
        recommendation: {
          ...recommendation,
          id: "r-2",
          monthlySavings: { ...recommendation.monthlySavings, list: decimal("0.1") },
        },
        edits: [],
        status: "not-applicable",
        reason: "the value is computed",
      },
    ],
    abstentions: [],
    cost,
    plan: { providers: "stand-in", terraformVersion: "1.11.4", changes: [], notes: [] },
    inputs: {
      files: [
        { path: "bill.csv", kind: "cost", sha256: "0".repeat(64), rows: 3 },
        { path: "metrics.csv", kind: "metrics", points: 9 },
      ],
      rows: 3,
      points: 9,
      window: null,
      repairs: [{ file: "bill.csv", code: "x", summary: "Repaired", count: 2 }],
    },
    diagnostics: [
      { severity: "error", code: "a", summary: "A file is broken", source: { file: "b.csv", line: 3 } },
      { severity: "info", code: "b", summary: "All is well", detail: "Really", address: "aws_instance.web" },
    ],
  });
}
