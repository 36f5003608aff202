import type { RiskLevel } from "@apex/core";

/**
 * What a confidence says: the probability that in the week after the decision the size runs short in no more samples than
 * its risk allows: 0.5 % for risks 0 to 2, 5 % for risk 3. Caps and factors follow from replaying the presets on the
 * Bitbrains traces (3,721 decisions on 18 machines after 5, 7, 10 and 14 days; every machine as of 64 vCPU): `apex backtest`
 * shows how stated and observed agree.
 *
 * The doubt that no history removes: of sizes that were never exceeded in the look-back 5–8 % ran short later, whatever the
 * look-back and the headroom.
 */
export const CONFIDENCE_CAP = 0.93;

/** The same doubt by risk. Observed, with agreeing halves: 0.99, 0.96, 0.88 and 0.9; above 5 % exceeded 0.0–0.16. */
const CAP_BY_RISK: Readonly<Record<RiskLevel, number>> = {
  0: CONFIDENCE_CAP,
  1: 0.91,
  2: 0.88,
  3: 0.85,
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

/** What is left of the factor without any history: sizes held in 80 % after 5 days, 80 % after 7, 83 % after 10, 86 % after 14. */
const LEAST_LIFESPAN = 0.9;

/** What is left of the factor when the halves of the look-back do not agree at all. */
const LEAST_STABILITY = 0.6;

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
    lifespan: atLeast(LEAST_LIFESPAN, inputs.days / FULL_HISTORY_DAYS),
    knownDimensions:
      inputs.neededDimensions === 0 ? 1 : share(inputs.knownDimensions / inputs.neededDimensions),
    stability: atLeast(LEAST_STABILITY, inputs.stability),
    cap: Math.min(CONFIDENCE_CAP, share(inputs.cap)),
  };
  return { confidence: Object.values(factors).reduce((product, factor) => product * factor, 1), factors };
}

/** A factor that falls from 1 to `least` as `value` falls from 1 to 0. */
function atLeast(least: number, value: number): number {
  return least + (1 - least) * share(value);
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
