import { type ModelChoice, modelSettings } from "@apex/agent/openai";
import type { Decimal } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { RepairMeans } from "./repair-inputs.ts";

/** Which model a repair asks and how far it may go, as the command line gives it. */
export interface RepairBounds {
  /** False: fixers alone. */
  readonly model?: string | false;
  readonly baseUrl?: string;
  readonly maxAttempts: number;
  readonly maxTokens: number;
  readonly maxCost?: Decimal;
  /** Minutes. */
  readonly timeout: number;
}

/** Rounds of fixers: each mends all that it can at once, and a syntax error hides what follows it. */
const ROUNDS_MAX = 8;
const MS_PER_MINUTE = 60_000;

/** Which model is asked: the one of the options, else of the environment. Throws an AdapterError for settings that cannot be meant. */
export function chosenModel(
  { env }: Pick<Io, "env">,
  { model, baseUrl }: Partial<RepairBounds>,
): ModelChoice {
  if (model === false) return { kind: "none", why: "No model is asked (--no-model)" };
  return modelSettings({
    ...env,
    ...(model === undefined ? {} : { APEX_MODEL: model }),
    ...(baseUrl === undefined ? {} : { OPENAI_BASE_URL: baseUrl }),
  });
}

/** How far a repair may go. Throws a CommandError for a bound on a cost that nobody can tell. */
export function meansOf(choice: ModelChoice, bounds: RepairBounds): RepairMeans {
  const { maxAttempts, maxTokens, maxCost, timeout } = bounds;
  const settings = choice.kind === "model" ? choice.settings : undefined;
  const prices = settings?.prices ?? null;
  if (maxCost !== undefined && settings !== undefined && prices === null) {
    throw new CommandError(
      EXIT_CODES.wrongUse,
      "--max-cost needs the prices of the model: set APEX_MODEL_PRICE_INPUT and APEX_MODEL_PRICE_OUTPUT, per million tokens",
    );
  }
  const costMax =
    maxCost === undefined || prices === null
      ? {}
      : { costMax: { amount: maxCost, currency: prices.currency } };
  return {
    budget: {
      attemptsMax: maxAttempts,
      roundsMax: ROUNDS_MAX,
      tokensMax: maxTokens,
      timeMaxMs: timeout * MS_PER_MINUTE,
      ...costMax,
    },
    ...(settings === undefined ? {} : { model: settings }),
  };
}
