import type { RiskLevel } from "@apex/core";

/**
 * The doubt that no history removes: of sizes that were never exceeded in the look-back, 6–8 % were exceeded in
 * the following week whatever the look-back and the headroom (Bitbrains traces, 30 machines).
 */
export const CONFIDENCE_CAP = 0.93;

/**
 * The same doubt by risk: of sizes that the look-back exceeded in up to 0.05 % of its samples 8–10 % ran short in the
 * following week, up to 0.5 % 7–11 %, up to 5 % 18 %, above that 84–100 % (Bitbrains traces, 7 and 14 days).
 */
const CAP_BY_RISK: Readonly<Record<RiskLevel, number>> = {
  0: CONFIDENCE_CAP,
  1: 0.91,
  2: 0.89,
  3: 0.82,
  4: 0.16,
};

/** Of 17 machines that peak CPU below 5 % called idle over two weeks, two were busy in the next two (Bitbrains traces). */
export const IDLE_CONFIDENCE_CAP = 15 / 17;

/** The most confidence that a size of this risk deserves. */
export function confidenceCap(risk: RiskLevel): number {
  return CAP_BY_RISK[risk];
}

/** History that counts as full, in days: AWS Compute Optimizer's standard look-back. */
const FULL_HISTORY_DAYS = 14;

/** What confidence is made of; each becomes a named factor between 0 and 1. */
export interface ConfidenceInputs {
  /** Worst coverage of the dimensions used. */
  readonly coverage: number;
  /** Days of history that the decision rests on. */
  readonly days: number;
  readonly knownDimensions: number;
  readonly neededDimensions: number;
  /** Worst agreement of the two halves of the look-back. */
  readonly stability: number;
  /** What no history removes: {@link confidenceCap} or {@link IDLE_CONFIDENCE_CAP}. */
  readonly cap: number;
}

/**
 * Confidence as a product of named factors. How quiet a machine is is deliberately none: quiet ones are those that
 * wake up.
 */
export function confidenceOf(inputs: ConfidenceInputs): {
  readonly confidence: number;
  readonly factors: Readonly<Record<string, number>>;
} {
  const factors = {
    coverage: share(inputs.coverage),
    lifespan: share(inputs.days / FULL_HISTORY_DAYS),
    knownDimensions:
      inputs.neededDimensions === 0 ? 1 : share(inputs.knownDimensions / inputs.neededDimensions),
    stability: share(inputs.stability),
    cap: Math.min(CONFIDENCE_CAP, share(inputs.cap)),
  };
  return { confidence: Object.values(factors).reduce((product, factor) => product * factor, 1), factors };
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
