import type { RepairMeans } from "./repair-inputs.ts";

/** What a command line that repairs leaves out. */
export const REPAIR_DEFAULTS = {
  /** Most of what a model can mend, it mends at first; aider stops after three. */
  maxAttempts: 3,
  /** Some twenty turns of a conversation that grows to ten thousand tokens. */
  maxTokens: 100_000,
  /** Minutes. */
  timeout: 10,
} as const;

/** Fixers alone are quick: what they have not mended by then they do not. */
export const FIXERS_ALONE: RepairMeans = {
  budget: { attemptsMax: 0, roundsMax: 8, tokensMax: 0, timeMaxMs: 60_000 },
};
