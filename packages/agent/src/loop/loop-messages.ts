import type { Currency, Decimal, Money, TerraformDiagnostic, TextEdit } from "@apex/core";
import type { Problem } from "../diagnostics/problem.ts";
import type { PlanFacts, Violation } from "../guards/guard.ts";
import type { ModelFailure, ModelReply, ModelRequest, ModelUsage } from "../model/model-client.ts";

/** What bounds a repair. Reaching any of them ends it with `gave-up`. */
export interface Budget {
  /** Changes of the model's that are tried. */
  readonly attemptsMax: number;
  /** Rounds of fixers: each is one batch of edits and one check. */
  readonly roundsMax: number;
  /** Input and output together. */
  readonly tokensMax: number;
  /** Absent: not bounded by money. A bound needs prices in its currency. */
  readonly costMax?: Money;
  readonly timeMaxMs: number;
}

/** What a model's tokens cost, per million. */
export interface ModelPrices {
  readonly inputPerMillion: Decimal;
  readonly outputPerMillion: Decimal;
  readonly currency: Currency;
}

/** What the shell tells the loop. `atMs` is epoch milliseconds. */
export type LoopEvent =
  | {
      readonly kind: "checked";
      readonly atMs: number;
      /** Redacted; errors and warnings. */
      readonly diagnostics: readonly TerraformDiagnostic[];
      /** `null`: Terraform made no plan. */
      readonly plan: PlanFacts | null;
      /** What the plan changes besides what was intended, one sentence each; only where an intention was told. */
      readonly objections: readonly string[];
    }
  | { readonly kind: "replied"; readonly atMs: number; readonly reply: ModelReply }
  | { readonly kind: "model-failed"; readonly atMs: number; readonly failure: ModelFailure }
  | { readonly kind: "waited"; readonly atMs: number };

/** What the loop wants done. A step gives any number of `tell` and one other; nothing after the end. */
export type LoopCommand =
  /** Validate and plan with these texts in place of the files of that name; answered by `checked`. */
  | { readonly kind: "check"; readonly overlay: ReadonlyMap<string, string> }
  /** Answered by `replied` or `model-failed`. */
  | { readonly kind: "ask"; readonly request: ModelRequest }
  /** Answered by `waited`. */
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "tell"; readonly news: LoopNews }
  | { readonly kind: "finish"; readonly outcome: LoopOutcome };

/** What became known, for progress and for the report. */
export type LoopNews =
  /** What is broken in texts that stand: not what an edit led to that was taken back. */
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  | {
      readonly kind: "edited";
      /** A fixer's name, or "model". */
      readonly by: string;
      readonly sentence: string;
      readonly edits: readonly TextEdit[];
    }
  | {
      readonly kind: "unsure";
      readonly fixer: string;
      readonly reason: string;
      readonly candidates: readonly string[];
    }
  /** So many of the last `edited` are taken back: they broke a rule, or mended nothing. */
  | { readonly kind: "undone"; readonly edits: number }
  | { readonly kind: "refused"; readonly by: string; readonly violations: readonly Violation[] }
  | { readonly kind: "tool"; readonly name: string; readonly ok: boolean; readonly summary: string }
  | { readonly kind: "model-failed"; readonly failure: ModelFailure; readonly retryMs: number | null };

/** Why a repair ended without a fix. */
export type GaveUpReason =
  /** No fixer is certain and there is no model. */
  | "no-model"
  | "attempts"
  | "rounds"
  | "tokens"
  | "cost"
  | "time"
  /** What is left is not for an edit of the configuration: a person's decision, a quota, a password. */
  | "not-code"
  | "model-unavailable"
  /** The model said itself that it cannot. */
  | "model-gave-up";

/** How a repair ended. Exactly one per run. */
export type LoopOutcome =
  | {
      /** It validates, plans, breaks no rule and, where an intention was told, changes nothing else. */
      readonly kind: "fixed";
      /** Empty when nothing was broken. */
      readonly files: ReadonlyMap<string, string>;
      readonly used: Used;
    }
  | {
      readonly kind: "gave-up";
      readonly reason: GaveUpReason;
      /** For a person: what is left, and what to do next. */
      readonly sentence: string;
      readonly left: readonly Problem[];
      /** The files as far as they are mended: to be looked at, never written. */
      readonly partial: ReadonlyMap<string, string>;
      readonly used: Used;
    }
  | {
      /** The only ways found break a rule. */
      readonly kind: "refused";
      readonly violations: readonly Violation[];
      readonly left: readonly Problem[];
      readonly partial: ReadonlyMap<string, string>;
      readonly used: Used;
    };

/** What a repair took. */
export interface Used {
  readonly rounds: number;
  readonly attempts: number;
  readonly checks: number;
  readonly turns: number;
  /** Sum of what the server told. */
  readonly tokens: ModelUsage;
  /** Turns of which the server told no usage, also those that broke off: the tokens are at least these. */
  readonly turnsWithoutUsage: number;
  /** What those turns took by their length, for the budget alone. */
  readonly estimatedTokens: number;
  /** `null` where no price is known: unknown, not zero. */
  readonly cost: Money | null;
  readonly ms: number;
}
