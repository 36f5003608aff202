import {
  type CostRow,
  decimal,
  type MetricName,
  type MetricSeries,
  type Resource,
  seededRng,
} from "@apex/core";

/** An invented fleet: no machine of anybody's. The same sizes give the same fleet. */
export interface SyntheticSizes {
  readonly instances: number;
  readonly days: number;
  readonly costRows: number;
  /** Decimal places of the samples; "full" for as many as a computed average has. */
  readonly decimals: number | "full";
}

const SEED = 20_261_101;
const PERIOD_MS = 300_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The window's first instant: a Sunday. */
export const SYNTHETIC_START_MS = Date.UTC(2026, 10, 1);

const INSTANCE_TYPES = [
  "m5.2xlarge",
  "m5.4xlarge",
  "c5.4xlarge",
  "r5.2xlarge",
  "m6i.xlarge",
  "t3.xlarge",
] as const;
const REGIONS = ["us-east-1", "eu-west-1"] as const;

/** "i-00000000000000042", as long as real ones. */
function instanceId(index: number): string {
  return `i-${index.toString(16).padStart(17, "0")}`;
}

/** Instances as an inventory has them. */
export function syntheticResources({ instances }: SyntheticSizes): Resource[] {
  return Array.from({ length: instances }, (_, index) => ({
    id: instanceId(index),
    provider: "aws",
    type: "aws_instance",
    address: `aws_instance.fleet[${index}]`,
    aliases: [`arn:aws:ec2:${REGIONS[index % 2]}:111122223333:instance/${instanceId(index)}`],
    region: REGIONS[index % 2] ?? REGIONS[0],
    tags: { team: `team-${index % 40}` },
    attributes: {
      instance_type: INSTANCE_TYPES[index % INSTANCE_TYPES.length] ?? INSTANCE_TYPES[0],
      tenancy: "default",
      instance_state: "running",
      root_block_device: [
        { volume_id: `vol-${index}`, volume_type: "gp3", volume_size: 50, iops: 3000, throughput: 125 },
      ],
      ebs_block_device: [],
    },
  }));
}

/** CPU and memory of every instance: a daily rhythm of its own, noise and rare peaks; now and then a sample is missing. */
export function* syntheticSeries(sizes: SyntheticSizes): Generator<MetricSeries> {
  const { instances, days, decimals } = sizes;
  const points = (days * DAY_MS) / PERIOD_MS;
  const regular = Float64Array.from({ length: points }, (_, index) => SYNTHETIC_START_MS + index * PERIOD_MS);
  const rhythm = regular.map((at) => 1 + Math.sin((at / DAY_MS) * 2 * Math.PI));
  const scale = decimals === "full" ? undefined : 10 ** decimals;
  const random = seededRng(SEED);
  for (let instance = 0; instance < instances; instance++) {
    for (const metric of ["cpu_percent", "memory_used_percent"] as const) {
      yield series(instanceId(instance), metric, { random, regular, rhythm, scale });
    }
  }
}

interface Shape {
  readonly random: () => number;
  readonly regular: Float64Array;
  readonly rhythm: Float64Array;
  readonly scale: number | undefined;
}

/** One series in this many has holes: a machine was restarted. */
const HOLES_EVERY = 20;

function series(
  resourceId: string,
  metric: MetricName,
  { random, regular, rhythm, scale }: Shape,
): MetricSeries {
  const base = 3 + random() * 30;
  const swing = random() * 12;
  const peaks = random() * 0.01;
  const missing = random() < 1 / HOLES_EVERY ? 0.01 : 0;
  const timestampsMs = missing === 0 ? regular : regular.filter(() => random() >= missing);
  const values = new Float64Array(timestampsMs.length);
  for (let index = 0; index < values.length; index++) {
    const noise = random();
    const value = Math.min(100, base + swing * (rhythm[index] ?? 0) + noise * 8 + (noise < peaks ? 40 : 0));
    values[index] = scale === undefined ? value : Math.round(value * scale) / scale;
  }
  return { resourceId, metric, statistic: "maximum", periodMs: PERIOD_MS, timestampsMs, values };
}

const COST_BATCH = 10_000;

/** Hourly usage rows of the instances in turn, and some tax: amounts with nine decimal places, as bills have them. */
export async function* syntheticCosts({
  instances,
  costRows,
}: SyntheticSizes): AsyncGenerator<readonly CostRow[]> {
  const random = seededRng(SEED + 1);
  const hours = 30 * 24;
  for (let done = 0; done < costRows; done += COST_BATCH) {
    const count = Math.min(COST_BATCH, costRows - done);
    yield Array.from({ length: count }, (_, offset) => {
      const index = done + offset;
      return costRow(index % instances, Math.floor(index / instances) % hours, random());
    });
  }
}

function costRow(instance: number, hour: number, share: number): CostRow {
  const startMs = SYNTHETIC_START_MS + hour * HOUR_MS;
  const instant = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
  const amount = decimal((0.05 + share * 0.4).toFixed(9));
  return {
    BilledCost: amount,
    EffectiveCost: amount,
    ListCost: amount,
    ContractedCost: null,
    BillingCurrency: "USD",
    BillingAccountId: "111122223333",
    SubAccountId: null,
    BillingPeriodStart: "2026-11-01T00:00:00Z",
    BillingPeriodEnd: "2026-12-01T00:00:00Z",
    ChargePeriodStart: instant(startMs),
    ChargePeriodEnd: instant(startMs + HOUR_MS),
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: null,
    PricingCategory: share < 0.3 ? "Committed" : "Standard",
    PricingQuantity: decimal("1"),
    PricingUnit: "Hours",
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ListUnitPrice: null,
    ContractedUnitPrice: null,
    CommitmentDiscountId: null,
    CommitmentDiscountStatus: share < 0.3 ? "Used" : null,
    CommitmentDiscountType: share < 0.3 ? "Compute Savings Plans" : null,
    ProviderName: "AWS",
    PublisherName: null,
    InvoiceIssuerName: null,
    InvoiceId: null,
    RegionId: REGIONS[instance % 2] ?? REGIONS[0],
    AvailabilityZone: null,
    ResourceId: instanceId(instance),
    ResourceName: null,
    ResourceType: null,
    ServiceCategory: "Compute",
    ServiceName: "Amazon EC2",
    SkuId: null,
    SkuPriceId: null,
    Tags: { team: `team-${instance % 40}` },
    x_UsageType: "BoxUsage:m5.2xlarge",
    x_Operation: "RunInstances",
  };
}
