import type {
  Calibration,
  ComputeService,
  HeadroomProbe,
  MetricComparison,
  Objectives,
  RunMeasurement,
  Side,
  Verdict,
  VerdictKind,
  VerdictReason,
} from "@apex/core";
import {
  compareCpu,
  compareErrors,
  isSpreadOut,
  figures,
  latencyOf,
  type Sides,
  showShare,
} from "./compare.ts";
import { comparisonReason } from "./comparison-reason.ts";
import { UNFIT_PHRASES } from "./fidelity.ts";
import { headroomFactor } from "./headroom.ts";
import { judgePercentiles } from "./judged-percentiles.ts";
import { DERIVED_CPU_SHARE_MAX } from "./objectives.ts";
import { type SideRuns, signalsOf } from "./signals.ts";
import { counted, formatMs, formatPercent, joined } from "./wording.ts";

/** Faithful runs of each side below which nothing is decided: the exact test cannot reach 95 % with fewer. */
export const FAITHFUL_RUNS_MIN = 4;
/** Calibration error from which the side of the verdict that it favours is not believed. */
export const CALIBRATION_ERROR_SHARE_MAX = 0.1;
/** Failures of the baseline from which the sandbox, not the patch, is in question. */
const BASELINE_ERROR_SHARE_MAX = 0.05;

/** What the judge is told besides the runs. */
export interface JudgeOptions {
  readonly objectives: Objectives;
  /** `null` or absent with a user's own image. */
  readonly calibration?: Calibration | null;
  /** For the sentences: which machines the candidate is. */
  readonly candidate?: ComputeService;
  /** What was found beyond the recorded load, where it was looked for. */
  readonly headroom?: readonly HeadroomProbe[];
}

/**
 * Says whether the candidate still carries the load, from interleaved replays of both sides at one load. Non-inferiority
 * over runs: `pass` when every judged figure's bound is proven, `fail` when one is proven broken or a hard signal speaks,
 * else `inconclusive`. What ails the baseline as well is never held against the candidate. Deterministic, and the order of
 * `runs` does not matter.
 */
export function judge(runs: readonly RunMeasurement[], options: JudgeOptions): Verdict {
  const { objectives } = options;
  const baseline = sideRuns(runs, "baseline", "the baseline");
  const candidate = sideRuns(runs, "candidate", nameOf(options.candidate));
  const sides: Sides = { baseline: baseline.faithful, candidate: candidate.faithful };
  const percentiles = judgePercentiles(sides, objectives);
  const comparisons = [
    ...percentiles.comparisons,
    compareErrors(sides, objectives),
    compareCpu(sides, objectives),
    showShare("throttled-share", sides),
    showShare("memory-peak-share", sides),
  ];
  const found: VerdictReason[] = [
    ...signalsOf(candidate, baseline).map((signal) => ({
      code: signal.code,
      kind: signal.isCertain ? ("fail" as const) : ("inconclusive" as const),
      summary: signal.summary,
    })),
    ...comparisons.flatMap((comparison) => comparisonReason(comparison) ?? []),
    ...percentiles.reasons,
    ...tooFew(baseline, candidate),
    ...hostNoise(sides, comparisons),
  ];
  const doubts = [...baselineTrouble(baseline, sides), ...calibrationDoubt(found, options.calibration)];
  const kind = doubts.length > 0 ? "inconclusive" : kindOf(found);
  const unfit = kind === "inconclusive" ? unfitRuns(runs) : [];
  const reasons = [...doubts, ...found, ...unfit];
  return {
    kind,
    reasons: [
      ...reasons.filter((reason) => reason.kind === kind),
      ...reasons.filter((reason) => reason.kind !== kind),
    ],
    comparisons,
    objectives,
    runs: {
      baseline: baseline.faithful.length,
      candidate: candidate.faithful.length,
      unfit: runs.filter((run) => run.unfit.length > 0).length,
    },
    headroom: options.headroom ?? [],
    headroomFactor: headroomFactor(options.headroom ?? []),
  };
}

function sideRuns(runs: readonly RunMeasurement[], side: Side, subject: string): SideRuns {
  const all = runs.filter((run) => run.side === side).toSorted((a, b) => a.ordinal - b.ordinal);
  return { all, faithful: all.filter((run) => run.unfit.length === 0), subject };
}

function nameOf(service: ComputeService | undefined): string {
  if (service === undefined) return "the candidate";
  return service.count === 1 ? service.machineType : `${service.count} × ${service.machineType}`;
}

function kindOf(reasons: readonly VerdictReason[]): VerdictKind {
  if (reasons.some((reason) => reason.kind === "fail")) return "fail";
  return reasons.some((reason) => reason.kind === "inconclusive") ? "inconclusive" : "pass";
}

function tooFew(baseline: SideRuns, candidate: SideRuns): VerdictReason[] {
  const [ofBaseline, ofCandidate] = [baseline.faithful.length, candidate.faithful.length];
  if (Math.min(ofBaseline, ofCandidate) >= FAITHFUL_RUNS_MIN) return [];
  return [
    {
      code: "too-few-replays",
      kind: "inconclusive",
      summary: `There are ${counted(ofBaseline, "usable replay")} of the baseline and ${ofCandidate} of the candidate; at least ${FAITHFUL_RUNS_MIN} of each are needed.`,
    },
  ];
}

/** A percentile that could not be settled because the baseline's own replays disagree. */
function hostNoise(sides: Sides, comparisons: readonly MetricComparison[]): VerdictReason[] {
  return comparisons.flatMap(({ metric, outcome }) => {
    if (outcome !== "undecided" || (metric !== "p50" && metric !== "p95" && metric !== "p99")) return [];
    const values = figures(sides.baseline, latencyOf(metric));
    if (values.length < 2 || !isSpreadOut(values)) return [];
    const [lowest, highest] = [formatMs(Math.min(...values)), formatMs(Math.max(...values))];
    return [
      {
        code: "host-noise",
        kind: "inconclusive",
        summary: `The baseline alone had a ${metric} from ${lowest} to ${highest} in replays of the same requests: a quieter host or longer replays are needed.`,
      },
    ];
  });
}

/** What is wrong with the baseline itself: then the sandbox is in question and not the patch. */
function baselineTrouble(baseline: SideRuns, sides: Sides): VerdictReason[] {
  const trouble = signalsOf(baseline).map((signal) => signal.summary);
  const cpu = medianShare(sides.baseline, (run) => run.cpuShare);
  if (cpu >= DERIVED_CPU_SHARE_MAX)
    trouble.push(`The baseline used ${formatPercent(cpu)} of its own CPU limit.`);
  const errors = medianShare(sides.baseline, (run) => run.errorShare);
  if (errors > BASELINE_ERROR_SHARE_MAX) {
    trouble.push(`${formatPercent(errors)} of the requests failed with the baseline.`);
  }
  return trouble.map((summary) => ({
    code: "baseline-in-trouble",
    kind: "inconclusive",
    summary: `${summary} The candidate cannot be measured against that: check the calibration, the scale and the image.`,
  }));
}

function medianShare(runs: readonly RunMeasurement[], pick: (run: RunMeasurement) => number): number {
  const sorted = figures(runs, pick).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** A twin that burns too much cannot prove a fail, one that burns too little no pass; the other way it is all the stronger. */
function calibrationDoubt(
  found: readonly VerdictReason[],
  calibration: Calibration | null | undefined,
): VerdictReason[] {
  if (calibration === null || calibration === undefined) return [];
  const { recordedCpuShare, measuredCpuShare } = calibration;
  const kind = kindOf(found);
  const error = (measuredCpuShare - recordedCpuShare) / recordedCpuShare;
  const isUnknown = !Number.isFinite(error);
  const isHeavy = kind === "fail" && error > CALIBRATION_ERROR_SHARE_MAX;
  const isLight = kind === "pass" && error < -CALIBRATION_ERROR_SHARE_MAX;
  if (!isUnknown && !isHeavy && !isLight) return [];
  const how = `The twin used ${formatPercent(measuredCpuShare)} of the CPU where ${formatPercent(recordedCpuShare)} was recorded`;
  return [
    {
      code: "calibration",
      kind: "inconclusive",
      summary: isUnknown
        ? `${how}: it stands for nothing.`
        : `${how}, ${isHeavy ? "too much to prove that the candidate is too small" : "too little to prove that the candidate is large enough"}: calibrate again on a quieter host.`,
    },
  ];
}

/** The replays that were thrown away, by cause. */
function unfitRuns(runs: readonly RunMeasurement[]): VerdictReason[] {
  const unfit = runs.filter((run) => run.unfit.length > 0);
  if (unfit.length === 0) return [];
  const causes = Map.groupBy(
    unfit.flatMap((run) => run.unfit),
    (cause) => cause,
  );
  const phrases = [...causes].map(([cause, those]) => `in ${those.length} ${UNFIT_PHRASES[cause]}`);
  return [
    {
      code: "unfit-replays",
      kind: "inconclusive",
      summary: `${unfit.length} of ${counted(runs.length, "replay")} could not be used: ${joined(phrases)}.`,
    },
  ];
}
