import {
  type Abstention,
  DAY_MS,
  type JsonObject,
  type MetricName,
  type MetricSeries,
  type Recommendation,
  type Resource,
  type ResourceCost,
  type SampleStatistic,
  type TimeWindow,
  type UtilizationProfile,
} from "@apex/core";
import { type Analysis, analyze } from "../analyze.ts";
import { HOUR_MS } from "../statistics/hourly.ts";
import { defaultPolicy, type Policy } from "../policy/policy.ts";
import { RULE_NAMES, type RuleName } from "../policy/rule-names.ts";

/** Five minutes: CloudWatch's basic period. */
export const PERIOD_MS = 300_000;

/** Monday 2026-06-15, 00:00 UTC. */
export const END_MS = Date.UTC(2026, 5, 15);

/** Fourteen days up to {@link END_MS}, two whole weeks from a Monday. */
export const WINDOW: TimeWindow = { startMs: END_MS - 14 * DAY_MS, endMs: END_MS };

/** Where a sample stands in the window. */
export interface Moment {
  /** Index of the sample, from 0. */
  readonly index: number;
  /** Days since the start of the window, with fraction. */
  readonly day: number;
  /** Hour of the day, 0–23. */
  readonly hour: number;
  /** Deterministic noise in 0–1, different for every sample. */
  readonly noise: number;
}

/** A value for each moment; `undefined` leaves a gap. */
export type Level = number | ((moment: Moment) => number | undefined);

/** How a series differs from a five-minute average over the whole window. */
export interface SeriesOptions {
  readonly statistic?: SampleStatistic;
  readonly part?: string;
  readonly periodMs?: number;
  readonly window?: TimeWindow;
}

/** Deterministic noise in 0–1. */
export function noiseAt(index: number): number {
  const value = Math.sin((index + 1) * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}

export function series(metric: MetricName, level: Level, options: SeriesOptions = {}): MetricSeries {
  const { statistic = "average", part, periodMs = PERIOD_MS, window = WINDOW } = options;
  const timestamps: number[] = [];
  const values: number[] = [];
  for (let index = 0, at = window.startMs; at < window.endMs; index += 1, at += periodMs) {
    const day = (at - WINDOW.startMs) / DAY_MS;
    // In whole milliseconds: of the fraction of a day rounding makes the hour before.
    const hour = Math.floor(((((at - WINDOW.startMs) % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS);
    const moment = { index, day, hour, noise: noiseAt(index) };
    const value = typeof level === "number" ? level : level(moment);
    if (value === undefined) continue;
    timestamps.push(at);
    values.push(value);
  }
  return {
    resourceId: "",
    metric,
    statistic,
    periodMs,
    ...(part === undefined ? {} : { part }),
    timestampsMs: Float64Array.from(timestamps),
    values: Float64Array.from(values),
  };
}

export function profile(resourceId: string, ...all: readonly MetricSeries[]): UtilizationProfile {
  return { resourceId, window: WINDOW, series: all.map((one) => ({ ...one, resourceId })) };
}

/** Quiet network and disks: what a machine measures beside its load. */
export function quietIo(): MetricSeries[] {
  return [
    series("network_in_bytes_per_second", 20),
    series("network_out_bytes_per_second", 10),
    series("disk_read_ops_per_second", 0),
    series("disk_write_ops_per_second", 0.5),
    series("disk_read_bytes_per_second", 0),
    series("disk_write_bytes_per_second", 4096),
  ];
}

/** Network and disks of a machine that serves. */
export function modestIo(): MetricSeries[] {
  return [
    series("network_in_bytes_per_second", ({ noise }) => 400_000 + 200_000 * noise),
    series("network_out_bytes_per_second", ({ noise }) => 800_000 + 300_000 * noise),
    series("disk_read_ops_per_second", 20),
    series("disk_write_ops_per_second", 60),
    series("disk_read_bytes_per_second", 200_000),
    series("disk_write_bytes_per_second", 900_000),
  ];
}

export function resource(
  type: string,
  id: string,
  attributes: JsonObject,
  over: Partial<Resource> = {},
): Resource {
  return {
    id,
    provider: type.startsWith("google") ? "gcp" : "aws",
    type,
    address: `${type}.${id.replaceAll(/[^a-z0-9_]/g, "_")}`,
    aliases: [],
    region: type.startsWith("google") ? "us-central1" : "us-east-1",
    tags: {},
    attributes,
    ...over,
  };
}

export function instance(instanceType: string, over: Partial<Resource> = {}): Resource {
  return resource(
    "aws_instance",
    "i-1",
    {
      instance_type: instanceType,
      tenancy: "default",
      instance_state: "running",
      root_block_device: [
        {
          device_name: "/dev/xvda",
          volume_id: "vol-root",
          volume_type: "gp3",
          volume_size: 20,
          iops: 3000,
          throughput: 125,
        },
      ],
      ebs_block_device: [],
    },
    over,
  );
}

/** Runs the whole analysis over resources and profiles with the default policy, or another. */
export function run(
  resources: readonly Resource[],
  profiles: readonly UtilizationProfile[],
  over: { policy?: Policy; costs?: readonly ResourceCost[]; window?: TimeWindow } = {},
): Promise<Analysis> {
  return analyze({
    resources,
    profiles,
    costs: over.costs ?? [],
    window: over.window ?? WINDOW,
    policy: over.policy ?? defaultPolicy(),
  });
}

/** The default policy with one rule on: what that rule says, whatever others would. */
export function only(rule: RuleName): Policy {
  const policy = defaultPolicy();
  const rules = Object.fromEntries(RULE_NAMES.map((name) => [name, name === rule])) as Policy["rules"];
  return { ...policy, rules };
}

/** The recommendation of a rule; fails with the reasons of those that abstained. */
export function recommended(analysis: Analysis, rule: string): Recommendation {
  const found = analysis.recommendations.find((one) => one.rule === rule);
  if (found === undefined) throw new Error(`no ${rule}: ${JSON.stringify(analysis.abstentions)}`);
  return found;
}

/** The reason for which a rule abstained; fails when it proposed something. */
export function reasonOf(analysis: Analysis, rule: string): string {
  const proposed = analysis.recommendations.find((one) => one.rule === rule);
  if (proposed !== undefined) throw new Error(`${rule} proposes ${proposed.from} → ${proposed.to}`);
  const found: Abstention | undefined = analysis.abstentions.find((one) => one.rule === rule);
  if (found === undefined) throw new Error(`${rule} says nothing`);
  return found.reason;
}

/** A bill for a resource whose usage is covered by a commitment to a share. */
export function billed(
  resourceId: string,
  commitmentCoverage: number | null,
  commitmentTypes: readonly string[] = ["Compute Savings Plans"],
): ResourceCost {
  const amount = "100" as ResourceCost["billed"];
  return {
    resourceId,
    currency: "USD",
    billed: amount,
    effective: amount,
    list: amount,
    commitmentCoverage,
    commitmentTypes,
    window: { start: "2026-06-01T00:00:00Z", end: "2026-06-15T00:00:00Z" },
  };
}
