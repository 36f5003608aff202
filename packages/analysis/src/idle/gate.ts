import {
  assert,
  DAY_MS,
  type Dimension,
  type DimensionEvidence,
  type MetricName,
  type TimeWindow,
  type UtilizationProfile,
} from "@apex/core";
import type { LookBackPolicy } from "../policy/policy.ts";
import { distributionOf } from "../statistics/distribution.ts";
import { type MetricReading, partsOf, type Reading, readMetric, sumReadings } from "../utilization/series.ts";

/** One thing that must be quiet for a machine to be idle. */
export interface Gate {
  readonly dimension: Dimension;
  /** One metric, or two whose sum is judged: in and out, reads and writes. */
  readonly metrics: readonly [MetricName] | readonly [MetricName, MetricName];
  /** "worst-sample": the largest sample; "worst-day": the rate added up over the busiest day. */
  readonly judgedBy: "worst-sample" | "worst-day";
  /** In the unit. */
  readonly limit: number;
  readonly unit: string;
  /** What the metric's amount is divided by to give the unit; absent for 1. */
  readonly divisor?: number;
  /** Whether the machine cannot be called idle while this is unknown. */
  readonly isEssential: boolean;
  /** Whether every part ("gpu-0", "gpu-1") has its own series. */
  readonly isPerPart?: boolean;
}

/** The three states of a gate: unknown is neither quiet nor busy. */
export type GateState =
  | {
      readonly kind: "quiet" | "busy";
      readonly evidence: DimensionEvidence;
      readonly coverage: number;
      readonly days: number;
    }
  | { readonly kind: "unknown"; readonly reason: string };

/** Where gates read from. */
export interface GateSource {
  readonly profile: UtilizationProfile;
  readonly window: TimeWindow;
  readonly lookBack: LookBackPolicy;
}

/** Measures a gate. Of several parts the busiest counts, and all must be known. */
export function gateState(gate: Gate, source: GateSource): GateState {
  let state: GateState = { kind: "unknown", reason: `${gate.metrics[0]} is not measured` };
  for (const part of gateParts(gate, source)) {
    const next = partState(gate, source, part);
    if (next.kind === "unknown") return next;
    if (state.kind === "unknown" || next.evidence.demand > state.evidence.demand) state = next;
  }
  return state;
}

/** The parts that a gate is judged in: `undefined` for the whole. */
export function gateParts(gate: Gate, { profile }: GateSource): readonly (string | undefined)[] {
  return gate.isPerPart === true ? partsOf(profile, gate.metrics[0]) : [undefined];
}

function partState(gate: Gate, source: GateSource, part: string | undefined): GateState {
  const metric = readGate(gate, source, part);
  if (metric.kind === "unusable") return { kind: "unknown", reason: metric.reason };
  const { reading } = metric;
  const amount =
    gate.judgedBy === "worst-day" ? worstDay(reading, source.window.endMs) : worstSample(reading);
  const value = amount / (gate.divisor ?? 1);
  return {
    kind: value <= gate.limit ? "quiet" : "busy",
    coverage: reading.coverage,
    days: reading.days,
    evidence: {
      dimension: gate.dimension,
      metric: reading.metric,
      statistic: reading.statistic,
      percentile: gate.judgedBy === "worst-day" ? "busiest day" : "maximum",
      samples: reading.values.length,
      demand: value,
      maximum: value,
      unit: gate.unit,
      need: value,
      headroom: 0,
      capacityNow: null,
      capacityAfter: null,
      exceedance: null,
      risk: 0,
    },
  };
}

/** The samples of a gate: one metric, or the sum of two. */
export function readGate(gate: Gate, source: GateSource, part: string | undefined): MetricReading {
  const { profile, window, lookBack } = source;
  const query = (metric: MetricName) => (part === undefined ? { metric } : { metric, part });
  const [firstName, secondName] = gate.metrics;
  const first = readMetric(profile, query(firstName), window, lookBack);
  if (first.kind === "unusable" || secondName === undefined) return first;
  const second = readMetric(profile, query(secondName), window, lookBack);
  if (second.kind === "unusable") return second;
  const reading = sumReadings(first.reading, second.reading);
  if (reading.coverage >= lookBack.minimumCoverage) return { kind: "measured", reading };
  return { kind: "unusable", reason: `${firstName} and ${secondName} share too few timestamps` };
}

function worstSample(reading: Reading): number {
  const distribution = distributionOf(reading.values);
  assert(distribution !== undefined, "a gate of a reading without samples");
  return distribution.maximum;
}

/** Days are counted back from the end of the window, so that the newest one is whole. */
function worstDay(reading: Reading, endMs: number): number {
  const totals = new Map<number, number>();
  for (const [index, timestampMs] of reading.timestampsMs.entries()) {
    const day = Math.floor((endMs - 1 - timestampMs) / DAY_MS);
    const amount = ((reading.values[index] ?? 0) * reading.periodMs) / 1000;
    totals.set(day, (totals.get(day) ?? 0) + amount);
  }
  return Math.max(...totals.values());
}
