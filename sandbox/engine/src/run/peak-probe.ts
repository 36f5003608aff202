import {
  formatInstant,
  type PeakProbe,
  type RunMeasurement,
  type Verdict,
  type VerdictReason,
} from "@apex/core";
import { peakTroubles } from "../judge/peak.ts";
import { formatFactor, formatNumber, joined } from "../judge/wording.ts";
import type { ValidationPlan } from "./plan-validation.ts";

const MS_PER_MINUTE = 60_000;

/** The peak of the plan, with nothing measured. */
function peakWith(
  { peak }: ValidationPlan,
  outcome: PeakProbe["outcome"],
  troubles: readonly string[] = [],
): PeakProbe {
  const { window, rate, factor } = peak;
  return {
    startedAt: formatInstant(window.startMs),
    seconds: (window.endMs - window.startMs) / 1000,
    rate,
    factor,
    outcome,
    troubles,
    p99Ms: null,
    cpuShare: null,
    errorShare: null,
  };
}

/** A peak of which there is no usable replay of its own: the replays of pairs cover it, or nothing is known of it. */
export function unsentPeak(plan: ValidationPlan): PeakProbe {
  return peakWith(plan, plan.peak.isCovered ? "covered" : "not-measured");
}

/** A peak in which the service died before anything could be measured; `why` as a claim. */
export function deadlyPeak(plan: ValidationPlan, why: string): PeakProbe {
  return peakWith(plan, "not-held", [why]);
}

/** What the one replay of the peak came to. What was killed or ended is a fact on a noisy host too. */
export function measuredPeak(plan: ValidationPlan, run: RunMeasurement, verdict: Verdict): PeakProbe {
  const isDead = run.oomKills > 0 || run.exitedContainers > 0;
  if (run.unfit.length > 0 && !isDead) return unsentPeak(plan);
  const troubles = peakTroubles(run, { verdict, isTwin: plan.twin !== null });
  return {
    ...peakWith(plan, troubles.length === 0 ? "held" : "not-held", troubles),
    p99Ms: run.latency.p99Ms,
    cpuShare: run.cpuShare,
    errorShare: run.errorShare,
  };
}

function peakReason(plan: ValidationPlan, peak: PeakProbe): VerdictReason | null {
  const { startedAt, seconds, rate, factor, outcome, troubles } = peak;
  const minutes = Math.ceil((seconds * 1000) / MS_PER_MINUTE);
  const when = `The busiest ${formatNumber(seconds)} s of the window, from ${startedAt}, had ${formatNumber(rate)} requests a second, ${formatFactor(factor)} times the mean rate`;
  if (outcome === "not-held") {
    return {
      code: "peak-not-held",
      kind: "inconclusive",
      summary: `${when}, and in one replay of them ${plan.request.candidate.machineType} did not hold: ${joined(troubles)}. The replays of pairs passed at about the mean rate: validate the peak itself (--busiest ${minutes}), or choose a larger machine.`,
    };
  }
  if (outcome !== "not-measured") return null;
  return {
    code: "peak-not-measured",
    kind: "inconclusive",
    summary: `${when}, and no usable replay of them was done: the replays of pairs, at about the mean rate, say nothing of them. Give it more time (--minutes), or a quieter host.`,
  };
}

/** A pass covers the recorded peak, or is none. `null`: it was not looked for. */
export function withPeak(plan: ValidationPlan, verdict: Verdict, peak: PeakProbe | null): Verdict {
  if (peak === null || verdict.kind !== "pass") return verdict;
  const reason = peakReason(plan, peak);
  if (reason === null) return { ...verdict, peak };
  return { ...verdict, peak, kind: "inconclusive", reasons: [reason, ...verdict.reasons] };
}
