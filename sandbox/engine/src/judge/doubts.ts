import type { Calibration, MetricComparison, RunMeasurement, VerdictKind, VerdictReason } from "@apex/core";
import { figures, isPercentile, isSpreadOut, latencyOf, type Sides } from "./compare.ts";
import { UNFIT_PHRASES } from "./fidelity.ts";
import { DERIVED_CPU_SHARE_MAX } from "./objectives.ts";
import { type SideRuns, signalsOf } from "./signals.ts";
import { counted, formatMs, formatPercent, joined } from "./wording.ts";

/** Calibration error from which the side of the verdict that it favours is not believed. */
const CALIBRATION_ERROR_SHARE_MAX = 0.1;
/** Failures of the baseline from which the sandbox, not the patch, is in question. */
const BASELINE_ERROR_SHARE_MAX = 0.05;

/** What reasons amount to: one broken bound is a fail, one open question no pass. */
export function kindOf(reasons: readonly VerdictReason[]): VerdictKind {
  if (reasons.some((reason) => reason.kind === "fail")) return "fail";
  return reasons.some((reason) => reason.kind === "inconclusive") ? "inconclusive" : "pass";
}

/** A percentile that could not be settled because the baseline's own replays disagree. */
export function hostNoise(sides: Sides, comparisons: readonly MetricComparison[]): VerdictReason[] {
  return comparisons.flatMap(({ metric, outcome }) => {
    if (outcome !== "undecided" || !isPercentile(metric)) return [];
    const values = figures(sides.baseline, latencyOf(metric));
    if (values.length < 2 || !isSpreadOut(values)) return [];
    const [lowest, highest] = [formatMs(Math.min(...values)), formatMs(Math.max(...values))];
    return [
      {
        code: "host-noise",
        kind: "inconclusive",
        summary: `The baseline alone had a ${metric} from ${lowest} to ${highest} in its replays, each of another part of the record at about the same rate: a quieter host or longer replays are needed.`,
      },
    ];
  });
}

/** What is wrong with the baseline itself: then the sandbox is in question and not the patch. */
export function baselineTrouble(baseline: SideRuns, sides: Sides): VerdictReason[] {
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

/** The CPU that the baseline was recorded to use, and what it was measured to use here. */
export type CpuRecord = Pick<Calibration, "recordedCpuShare" | "measuredCpuShare">;

/** What ran in the containers. */
type Measured = "twin" | "image";

/** What may bring the two together. */
const CALIBRATION_ADVICE: Readonly<Record<Measured, string>> = {
  twin: "calibrate again on a quieter host",
  image:
    "run it on a host whose CPUs are like the machine's, or leave it out and let the twin stand for the service",
};

/** What burns too much cannot prove a fail, what burns too little no pass; the other way it is all the stronger. */
export function calibrationDoubt(
  found: readonly VerdictReason[],
  record: CpuRecord | null | undefined,
  measured: Measured,
): VerdictReason[] {
  if (record === null || record === undefined) return [];
  const { recordedCpuShare, measuredCpuShare } = record;
  const kind = kindOf(found);
  const error = (measuredCpuShare - recordedCpuShare) / recordedCpuShare;
  const isUnknown = !Number.isFinite(error);
  const isHeavy = kind === "fail" && error > CALIBRATION_ERROR_SHARE_MAX;
  const isLight = kind === "pass" && error < -CALIBRATION_ERROR_SHARE_MAX;
  if (!isUnknown && !isHeavy && !isLight) return [];
  const how = `The ${measured} used ${formatPercent(measuredCpuShare)} of the CPU where ${formatPercent(recordedCpuShare)} was recorded`;
  return [
    {
      code: "calibration",
      kind: "inconclusive",
      summary: isUnknown
        ? `${how}: it stands for nothing.`
        : `${how}, ${isHeavy ? "too much to prove that the candidate is too small" : "too little to prove that the candidate is large enough"}: ${CALIBRATION_ADVICE[measured]}.`,
    },
  ];
}

/** The replays that were thrown away, by cause. */
export function unfitRuns(runs: readonly RunMeasurement[]): VerdictReason[] {
  const unfit = runs.filter((run) => run.unfit.length > 0);
  if (unfit.length === 0) return [];
  const causes = Map.groupBy(unfit.flatMap((run) => run.unfit).toSorted(), (cause) => cause);
  const phrases = [...causes].map(([cause, those]) => `in ${those.length} ${UNFIT_PHRASES[cause]}`);
  return [
    {
      code: "unfit-replays",
      kind: "inconclusive",
      summary: `${unfit.length} of ${counted(runs.length, "replay")} could not be used: ${joined(phrases)}.`,
    },
  ];
}
