import type { ReplayedDecision, ReplayedRule } from "./replay.ts";

/** Later samples above the chosen size from which it counts as too small, 0–1: what lies above a P99.5 that holds. */
export const SHORT_SHARE_MAX = 0.005;

/** What a rule would have saved and how often the later time would have run short, over all its decisions. */
export interface RuleScore {
  readonly decisions: number;
  readonly changed: number;
  /** Share of all vCPU that the rule takes away, 0–1. */
  readonly removedShare: number;
  /** Mean share of later samples above the chosen size, 0–1; unchanged machines count as never short. */
  readonly shortShare: number;
  /** Share of the later work that lies above the chosen size, 0–1: how deep the shortage is. */
  readonly workAboveShare: number;
  /** Decisions, and machines with such a decision, whose later samples lie above in more than {@link SHORT_SHARE_MAX}. */
  readonly tooSmall: number;
  readonly machinesTooSmall: number;
  /** Of the worst decision. */
  readonly worstShortShare: number;
}

/** Condenses the decisions of a rule. All shares are 0 where nothing was decided. */
export function scoreOf({ decisions }: ReplayedRule): RuleScore {
  const changed = decisions.filter((one) => one.vcpuAfter !== one.vcpuBefore);
  const tooSmall = changed.filter((one) => one.shortShare > SHORT_SHARE_MAX);
  const total = (value: (one: ReplayedDecision) => number): number =>
    decisions.reduce((sum, one) => sum + value(one), 0);
  const vcpuBefore = total((one) => one.vcpuBefore);
  return {
    decisions: decisions.length,
    changed: changed.length,
    removedShare: ratio(vcpuBefore - total((one) => one.vcpuAfter), vcpuBefore),
    shortShare: ratio(
      total((one) => one.shortShare),
      decisions.length,
    ),
    workAboveShare: ratio(
      total((one) => one.workAbove),
      total((one) => one.work),
    ),
    tooSmall: tooSmall.length,
    machinesTooSmall: new Set(tooSmall.map(({ machine }) => machine)).size,
    worstShortShare: changed.reduce((worst, one) => Math.max(worst, one.shortShare), 0),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
