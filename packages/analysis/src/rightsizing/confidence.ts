/**
 * The doubt that no history removes: of sizes that were never exceeded in the look-back, 6–8 % were exceeded in
 * the following week whatever the look-back and the headroom (Bitbrains traces, 30 machines).
 */
export const CONFIDENCE_CAP = 0.93;

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
    cap: CONFIDENCE_CAP,
  };
  return { confidence: Object.values(factors).reduce((product, factor) => product * factor, 1), factors };
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
