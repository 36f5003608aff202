import {
  assert,
  type Calibration,
  type ComputeService,
  type HeadroomProbe,
  type MetricComparison,
  type Objectives,
  type RunMeasurement,
  type Verdict,
  type VerdictReason,
} from "@apex/core";
import { compareCpu, compareErrors, FAITHFUL_RUNS_MIN, type Sides, showShare } from "./compare.ts";
import { comparisonReason } from "./comparison-reason.ts";
import { baselineTrouble, calibrationDoubt, type CpuRecord, hostNoise, kindOf, unfitRuns } from "./doubts.ts";
import { headroomFactor } from "./headroom.ts";
import { judgePercentiles } from "./judged-percentiles.ts";
import { type SideRuns, sideRuns, signalsOf } from "./signals.ts";
import { counted } from "./wording.ts";

/** Replays of one verdict at most: the exact distribution costs their fourth power. A driver stops far below. */
const RUNS_MAX = 200;

/** What stands for a service in the sandbox: the twin, which waits for what the service waited for where that is recorded, or does not. */
export type StandIn = "twin" | "twin-with-waits";

/** What the judge is told besides the runs. */
export interface JudgeOptions {
  readonly objectives: Objectives;
  /** `null` or absent with a user's own image. */
  readonly calibration?: Calibration | null;
  /** The same of a user's own image, where there is a record to hold it to. */
  readonly imageRecord?: CpuRecord | null;
  /** For the sentences: which machines the candidate is. */
  readonly candidate?: ComputeService;
  /** What was found beyond the recorded load, where it was looked for. */
  readonly headroom?: readonly HeadroomProbe[];
  /** What was measured in place of the service; absent: the service itself. */
  readonly standIn?: StandIn | undefined;
}

/**
 * Says whether the candidate still carries the load, from interleaved replays of both sides at one load. Non-inferiority
 * over runs: `pass` when every judged figure's bound is proven, `fail` when one is proven broken or a hard signal speaks,
 * else `inconclusive`. What ails the baseline as well is never held against the candidate. Deterministic, and the order of
 * `runs` does not matter.
 */
export function judge(runs: readonly RunMeasurement[], options: JudgeOptions): Verdict {
  assert(runs.length <= RUNS_MAX, `${runs.length} replays in one verdict`);
  const { objectives, standIn, calibration = null } = options;
  const isTwin = standIn !== undefined;
  const baseline = sideRuns(runs, "baseline", { isTwin });
  const candidate = sideRuns(runs, "candidate", { isTwin, subject: nameOf(options.candidate) });
  const sides: Sides = { baseline: baseline.faithful, candidate: candidate.faithful };
  const percentiles = judgePercentiles(sides, objectives, { hasWaits: standIn !== "twin" });
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
    ...measuredReasons(comparisons, percentiles.reasons, { baseline, candidate }),
  ];
  const tied =
    calibration === null
      ? calibrationDoubt(found, options.imageRecord, "image")
      : calibrationDoubt(found, calibration, "twin");
  const doubts = [...baselineTrouble(baseline, sides), ...tied];
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

function nameOf(service: ComputeService | undefined): string {
  if (service === undefined) return "the candidate";
  return service.count === 1 ? service.machineType : `${service.count} × ${service.machineType}`;
}

/** What the comparisons say; with too few replays of a side only that. */
function measuredReasons(
  comparisons: readonly MetricComparison[],
  aboutPercentiles: readonly VerdictReason[],
  { baseline, candidate }: Readonly<Record<"baseline" | "candidate", SideRuns>>,
): readonly VerdictReason[] {
  const [ofBaseline, ofCandidate] = [baseline.faithful.length, candidate.faithful.length];
  if (Math.min(ofBaseline, ofCandidate) >= FAITHFUL_RUNS_MIN) {
    return [
      ...comparisons.flatMap((comparison) => comparisonReason(comparison, comparisons) ?? []),
      ...aboutPercentiles,
      ...hostNoise({ baseline: baseline.faithful, candidate: candidate.faithful }, comparisons),
    ];
  }
  return [
    {
      code: "too-few-replays",
      kind: "inconclusive",
      summary: `${counted(ofBaseline, "replay")} of the baseline and ${ofCandidate} of the candidate can be used; at least ${FAITHFUL_RUNS_MIN} of each are needed.`,
    },
  ];
}
