import { type MetricName, type MetricSeries, type Resource, seededRng } from "@apex/core";

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

export const SYNTHETIC_REGIONS = ["us-east-1", "eu-west-1"] as const;

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
    aliases: [`arn:aws:ec2:${SYNTHETIC_REGIONS[index % 2]}:111122223333:instance/${instanceId(index)}`],
    region: SYNTHETIC_REGIONS[index % 2] ?? SYNTHETIC_REGIONS[0],
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
