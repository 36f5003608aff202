import type { RiskLevel } from "@apex/core";
import type { ReplayedDecision } from "./replay.ts";
import { SHORT_SHARE_MAX } from "./score.ts";
import { exceedanceAllowed } from "../rightsizing/risk.ts";

/** Decisions of like confidence, and how many of them held. */
export interface ConfidenceBin {
  /** From this, included, up to the next bin's, 0–1. */
  readonly from: number;
  readonly to: number;
  readonly decisions: number;
  readonly meanConfidence: number;
  /** Share of the decisions that held: no more later samples above the size than 0.5 %, or 5 % at risk 3. */
  readonly heldShare: number;
}

/** What stated confidence was worth. */
export interface Calibration {
  readonly decisions: number;
  readonly machines: number;
  readonly heldShare: number;
  readonly meanConfidence: number;
  /** Mean squared difference of confidence and outcome, 0 best (Brier, Monthly Weather Review 1950). */
  readonly brier: number;
  /** The Brier score of stating `heldShare` for every decision: what a confidence must beat to tell decisions apart. */
  readonly brierOfBaseRate: number;
  /** Mean difference of stated and observed over the bins, weighted by decisions. */
  readonly calibrationError: number;
  /** Bins with decisions in them, ascending. */
  readonly bins: readonly ConfidenceBin[];
}

/** Ends of the bins; our confidence never exceeds 0.93. */
const EDGES: readonly number[] = [0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1];

/** The share of later samples above the size up to which a decision holds: 0.5 %, or what its stated risk allows if that is more. */
function boundOf(risk: RiskLevel | null): number {
  return Math.max(SHORT_SHARE_MAX, risk === null ? 0 : exceedanceAllowed(risk));
}

/**
 * Compares stated confidence with what happened in the days after: over the decisions that changed a size and state one.
 * `undefined` when there are none.
 */
export function calibrationOf(decisions: readonly ReplayedDecision[]): Calibration | undefined {
  const stated = decisions.flatMap(({ machine, confidence, risk, vcpuAfter, vcpuBefore, shortShare }) =>
    confidence === null || vcpuAfter === vcpuBefore
      ? []
      : [{ machine, confidence, held: shortShare <= boundOf(risk) ? 1 : 0 }],
  );
  if (stated.length === 0) return undefined;
  const mean = (value: (one: (typeof stated)[number]) => number, of = stated): number =>
    of.reduce((sum, one) => sum + value(one), 0) / of.length;
  const heldShare = mean(({ held }) => held);
  const bins = EDGES.slice(0, -1).flatMap((from, index): readonly ConfidenceBin[] => {
    const to = EDGES[index + 1] ?? 1;
    const inside = stated.filter(({ confidence }) => confidence >= from && confidence < to);
    if (inside.length === 0) return [];
    return [
      {
        from,
        to,
        decisions: inside.length,
        meanConfidence: mean(({ confidence }) => confidence, inside),
        heldShare: mean(({ held }) => held, inside),
      },
    ];
  });
  return {
    decisions: stated.length,
    machines: new Set(stated.map(({ machine }) => machine)).size,
    heldShare,
    meanConfidence: mean(({ confidence }) => confidence),
    brier: mean(({ confidence, held }) => (confidence - held) ** 2),
    brierOfBaseRate: heldShare * (1 - heldShare),
    calibrationError:
      bins.reduce((sum, bin) => sum + bin.decisions * Math.abs(bin.meanConfidence - bin.heldShare), 0) /
      stated.length,
    bins,
  };
}
