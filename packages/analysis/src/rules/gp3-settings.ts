import type { DimensionEvidence } from "@apex/core";
import {
  GP3_BASELINE,
  gp2Performance,
  type VolumePerformance,
  type VolumeSettings,
} from "../fleet/volume.ts";
import type { Policy } from "../policy/policy.ts";
import { demandOf, type Demand, seenOf } from "../utilization/demand.ts";
import { mapReading, type MetricReading, readMetric, sumReadings } from "../utilization/series.ts";
import type { RuleContext } from "./rule.ts";

/** What a volume was seen to do: of its own, or of the instance it is a part of, which is an upper bound. */
export interface MeasuredVolume {
  readonly iops: Demand | undefined;
  readonly throughputMbps: Demand | undefined;
}

/** gp3 in place of a gp2 volume. */
export interface Gp3Settings {
  readonly performance: VolumePerformance;
  readonly needsIops: boolean;
  readonly needsThroughput: boolean;
  readonly dimensions: readonly DimensionEvidence[];
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
  readonly factors: Readonly<Record<string, number>>;
  readonly coverage: number;
  readonly days: number;
}

/** Binary megabytes, as volumes are sold. */
const BYTES_PER_MB = 1024 * 1024;

/** Whole steps that people would write. */
export const IOPS_STEP = 100;

/**
 * Reads and writes of the resource of a context over the look-back, where measured long enough. The maximum
 * counts.
 */
export function measureVolume(context: RuleContext): MeasuredVolume {
  const { policy } = context;
  const demand = (metric: MetricReading, divisor: number): Demand | undefined => {
    if (metric.kind === "unusable" || metric.reading.days < policy.lookBack.minimumDays) return undefined;
    return demandOf(
      mapReading(metric.reading, (value) => value / divisor),
      {
        percentile: 100,
        headroom: policy.sizing.ioHeadroom,
        respectRecurringPeaks: false,
        materialStep: Number.POSITIVE_INFINITY,
        rhythmCorrelation: policy.lookBack.dailyRhythmCorrelation,
        endMs: context.window.endMs,
      },
    );
  };
  return {
    iops: demand(readBoth(context, "disk_read_ops_per_second", "disk_write_ops_per_second"), 1),
    throughputMbps: demand(
      readBoth(context, "disk_read_bytes_per_second", "disk_write_bytes_per_second"),
      BYTES_PER_MB,
    ),
  };
}

function readBoth(
  context: RuleContext,
  first: "disk_read_ops_per_second" | "disk_read_bytes_per_second",
  second: "disk_write_ops_per_second" | "disk_write_bytes_per_second",
): MetricReading {
  const { profile, window, policy } = context;
  const a = readMetric(profile, { metric: first }, window, policy.lookBack);
  if (a.kind === "unusable") return a;
  const b = readMetric(profile, { metric: second }, window, policy.lookBack);
  if (b.kind === "unusable") return b;
  const reading = sumReadings(a.reading, b.reading);
  const isComplete = reading.coverage >= policy.lookBack.minimumCoverage;
  return isComplete
    ? { kind: "measured", reading }
    : { kind: "unusable", reason: "too few common timestamps" };
}

/**
 * The gp3 settings that match a gp2 volume: all that the gp2 volume could deliver, or, where it was measured, what
 * was asked of it with headroom, if that is less. Never below gp3's free baseline.
 */
export function gp3For(
  volume: VolumeSettings,
  measured: MeasuredVolume | undefined,
  policy: Policy,
): Gp3Settings {
  const { peak } = gp2Performance(volume.sizeGib);
  const iops = match(measured?.iops, peak.iops, GP3_BASELINE.iops, IOPS_STEP);
  const throughputMbps = match(measured?.throughputMbps, peak.throughputMbps, GP3_BASELINE.throughputMbps, 1);
  const known = [measured?.iops, measured?.throughputMbps].filter((demand) => demand !== undefined);
  const below: string[] = [];
  if (iops < peak.iops) below.push(`${iops} of the ${peak.iops} IOPS`);
  if (throughputMbps < peak.throughputMbps)
    below.push(`${throughputMbps} of the ${peak.throughputMbps} MB/s`);
  const notes = [
    `gp2 of ${volume.sizeGib} GiB delivers up to ${peak.iops} IOPS and ${peak.throughputMbps} MB/s`,
  ];
  if (below.length > 0) notes.push(`${below.join(" and ")} suffice by what was measured, with headroom`);
  return {
    performance: { iops, throughputMbps },
    needsIops: iops > GP3_BASELINE.iops,
    needsThroughput: throughputMbps > GP3_BASELINE.throughputMbps,
    dimensions: [
      ...volumeEvidence("ebs-iops", "IOPS", measured?.iops, [peak.iops, iops]),
      ...volumeEvidence("ebs-throughput", "MB/s", measured?.throughputMbps, [
        peak.throughputMbps,
        throughputMbps,
      ]),
    ],
    notes,
    // Matching all that gp2 could do needs no measurement.
    unknowns: below.length === 0 ? [] : hiddenBursts(known),
    factors: {
      coverage: below.length === 0 ? 1 : Math.min(...known.map((demand) => demand.reading.coverage)),
      lifespan:
        below.length === 0 ? 1 : Math.min(1, ...known.map((demand) => demand.days / policy.lookBack.days)),
    },
    coverage: known.length === 0 ? 1 : Math.min(...known.map((demand) => demand.reading.coverage)),
    days: known.length === 0 ? 0 : Math.min(...known.map((demand) => demand.days)),
  };
}

/** Disks burst for seconds, which an average over minutes does not show. */
export function hiddenBursts(known: readonly Demand[]): readonly string[] {
  const averages = known.map((demand) => demand.reading).filter(({ statistic }) => statistic === "average");
  if (averages.length === 0) return [];
  const minutes = Math.max(...averages.map(({ periodMs }) => periodMs)) / 60_000;
  return [`bursts: the samples are averages over ${minutes} minutes, which do not show shorter ones`];
}

function match(demand: Demand | undefined, peak: number, baseline: number, step: number): number {
  const wanted = demand === undefined ? peak : Math.min(peak, Math.ceil(demand.need / step) * step);
  return Math.max(baseline, wanted);
}

/** The evidence line of a volume's dimension, from the capacity now to the one after; nothing where it was not measured. */
export function volumeEvidence(
  dimension: "ebs-iops" | "ebs-throughput",
  unit: string,
  demand: Demand | undefined,
  [capacityNow, capacityAfter]: readonly [number, number],
): DimensionEvidence[] {
  if (demand === undefined) return [];
  return [
    {
      dimension,
      ...seenOf(demand),
      unit,
      need: demand.need,
      headroom: demand.headroom,
      capacityNow,
      capacityAfter,
      exceedance: demand.exceedanceAt(capacityAfter),
      risk: 0,
    },
  ];
}
