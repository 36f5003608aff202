import type { Evidence } from "@apex/core";
import { type Draft, evidenceFrame, shownDays } from "./draft.ts";
import type { RuleContext } from "./rule.ts";

/** What a decision rests on that no metric shows: attachments, ages, settings. */
export interface Facts {
  /** For how long that has been so. */
  readonly days: number;
  /** Named factors of the confidence, each 0–1. */
  readonly factors: Readonly<Record<string, number>>;
  readonly notes: Evidence["notes"];
}

/** Confidence and evidence of a draft that rests on facts instead of samples. */
export function factEvidence(
  { window, policy }: RuleContext,
  { days, factors, notes }: Facts,
): Pick<Draft, "confidence" | "evidence"> {
  return {
    confidence: Object.values(factors).reduce((product, factor) => product * factor, 1),
    evidence: {
      ...evidenceFrame(window, policy),
      lookBackDays: shownDays(days),
      coverage: 1,
      dimensions: [],
      confidenceFactors: factors,
      alternatives: [],
      notes,
    },
  };
}
