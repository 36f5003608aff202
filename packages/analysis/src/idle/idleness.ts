import type { DimensionEvidence } from "@apex/core";
import { confidenceOf, IDLE_CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { tightestPerDimension } from "../rightsizing/tightest.ts";
import { type Gate, gateState, type GateSource } from "./gate.ts";

/** Whether a machine does nothing, with the figures, or why that cannot be said. */
export type Idleness =
  | {
      readonly kind: "idle";
      readonly dimensions: readonly DimensionEvidence[];
      readonly confidence: number;
      readonly confidenceFactors: Readonly<Record<string, number>>;
      readonly coverage: number;
      readonly days: number;
      readonly unknowns: readonly string[];
    }
  | { readonly kind: "not-idle"; readonly reason: string; readonly isBusy: boolean };

/**
 * Judges all gates: idle only when every one that is known is quiet, the essential ones are known, and long
 * enough.
 */
export function judgeIdleness(gates: readonly Gate[], source: GateSource, minimumDays: number): Idleness {
  const states = gates.map((gate) => ({ gate, state: gateState(gate, source) }));
  const dimensions: DimensionEvidence[] = [];
  const unknowns: string[] = [];
  let coverage = 1;
  let days = Number.POSITIVE_INFINITY;
  for (const { gate, state } of states) {
    if (state.kind === "unknown") {
      if (gate.isEssential) {
        return {
          kind: "not-idle",
          reason: `it cannot be called idle without ${gate.dimension}: ${state.reason}`,
          isBusy: false,
        };
      }
      unknowns.push(`${gate.dimension}: ${state.reason}`);
      continue;
    }
    if (state.kind === "busy") {
      const { evidence } = state;
      const found = `${Number(evidence.demand.toPrecision(3))} ${gate.unit}`;
      return {
        kind: "not-idle",
        reason: `it is not idle: ${evidence.percentile} of ${gate.metrics.join(" + ")} is ${found}, above ${gate.limit} ${gate.unit}`,
        isBusy: true,
      };
    }
    dimensions.push(state.evidence);
    coverage = Math.min(coverage, state.coverage);
    days = Math.min(days, state.days);
  }
  if (dimensions.length === 0)
    return { kind: "not-idle", reason: "nothing of it is measured", isBusy: false };
  if (days < minimumDays) {
    return {
      kind: "not-idle",
      reason: `it has been quiet for ${days.toFixed(1)} days, ${minimumDays} are needed`,
      isBusy: false,
    };
  }
  const { confidence, factors } = confidenceOf({
    coverage,
    days,
    knownDimensions: dimensions.length,
    neededDimensions: gates.length,
    stability: 1,
    cap: IDLE_CONFIDENCE_CAP,
  });
  return {
    kind: "idle",
    dimensions: tightestPerDimension(dimensions),
    confidence,
    confidenceFactors: factors,
    coverage,
    days,
    unknowns,
  };
}
