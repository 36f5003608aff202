import type { Validation, VerdictKind, VerdictReason } from "@apex/core";
import { type JudgedLatency, judgedLatency } from "./judged-latency.ts";
import { sideFigures } from "./side-figures.ts";

/** One side of a validation in a report: so many machines of a type, and what they did with the recorded load. */
export interface ReportedSide {
  readonly machineType: string;
  readonly count: number;
  /** Latency by percentile, for the plot; reports of before they were kept have p99 alone. */
  readonly p50Ms?: number | null;
  readonly p90Ms?: number | null;
  readonly p95Ms?: number | null;
  readonly p99Ms: number | null;
  readonly cpuShare: number | null;
  readonly errorShare: number | null;
}

/** What a validation says of one change, for the report of all changes; `apex.validation/v1` has the rest. */
export interface ReportedValidation {
  /** Address of the resource that was tried. */
  readonly target: string;
  readonly runId: string;
  readonly verdict: VerdictKind;
  readonly reasons: readonly VerdictReason[];
  readonly scale: number;
  readonly baseline: ReportedSide;
  readonly candidate: ReportedSide;
  /** The percentile that the verdict rests on; absent when none was judged. */
  readonly judgedLatency?: JudgedLatency;
  /** The largest load factor that held; `null` when none was probed or none held. */
  readonly headroomFactor: number | null;
  /** |measured − recorded| / recorded CPU of the twin; `null` with a user's own image. */
  readonly calibrationErrorShare: number | null;
}

/** A validation as a report of many changes shows it. */
export function reportedValidation(validation: Validation): ReportedValidation {
  const side = (name: "baseline" | "candidate"): ReportedSide => {
    const { service, p50Ms, p90Ms, p95Ms, p99Ms, cpuShare, errorShare } = sideFigures(validation, name);
    const { machineType, count } = service;
    return { machineType, count, p50Ms, p90Ms, p95Ms, p99Ms, cpuShare, errorShare };
  };
  const latency = judgedLatency(validation);
  return {
    target: validation.target,
    runId: validation.runId,
    verdict: validation.verdict.kind,
    reasons: validation.verdict.reasons,
    scale: validation.fit.scale,
    baseline: side("baseline"),
    candidate: side("candidate"),
    ...(latency === null ? {} : { judgedLatency: latency }),
    headroomFactor: validation.verdict.headroomFactor,
    calibrationErrorShare: validation.calibration?.errorShare ?? null,
  };
}
