import type { TerraformDiagnostic, TextEdit } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";
import type { Problem } from "../diagnostics/problem.ts";
import type { Fixer, Proposal } from "../fixers/fixer.ts";
import type { PlanFacts, Violation } from "../guards/guard.ts";
import type { Unsure } from "../model/first-messages.ts";
import type { ModelMessage, ModelRequest, ToolCall } from "../model/model-client.ts";
import type { Surroundings } from "../world/world.ts";
import type { Budget, LoopCommand, ModelPrices, Used } from "./loop-messages.ts";

/** What one repair is given. */
export interface LoopInput {
  /** As its owner wrote it. */
  readonly configuration: Configuration;
  readonly surroundings: Surroundings;
  readonly budget: Budget;
  /** Absent: fixers alone. */
  readonly model?: { readonly outputTokensMax: number; readonly prices: ModelPrices | null };
  /** Takes secrets out of what the model reads. */
  readonly redact: (text: string) => string;
  /** Not to be guessed by who wrote the configuration: it marks where data begins and ends in what the model reads. */
  readonly nonce: string;
  /** The plan before anything was edited, where there was one. */
  readonly baseline?: PlanFacts;
  /** The only files that may be edited, where the caller has an intention. */
  readonly files?: readonly string[];
  /** What an apply said of this configuration, redacted: to be mended although Terraform can plan it. */
  readonly reported?: readonly TerraformDiagnostic[];
  readonly fixers: readonly Fixer[];
}

/** A fixer's edits for one problem. */
export interface Candidate {
  readonly fixer: string;
  readonly problem: Problem;
  readonly proposal: Extract<Proposal, { kind: "edits" }>;
  /** Names the answer among all that were given, so that one that led nowhere is not given again. */
  readonly key: string;
}

/** A change that waits for Terraform's word. */
export type Trial =
  /** The configuration as it was given. */
  | { readonly by: "nobody" }
  | { readonly by: "fixers"; readonly candidates: readonly Candidate[]; readonly before: Configuration }
  | {
      readonly by: "model";
      readonly call: ToolCall;
      readonly edits: readonly TextEdit[];
      readonly before: Configuration;
    };

/** What was commanded last and has not been answered. */
export type Awaiting =
  | { readonly work: "check" }
  /** `wait`: the turn failed and is asked for again afterwards. */
  | { readonly work: "ask" | "wait"; readonly request: ModelRequest };

/** Where a conversation with the model stands. */
export interface Conversation {
  readonly messages: readonly ModelMessage[];
  /** Calls that were answered since the texts changed last. */
  readonly earlier: readonly ToolCall[];
  /** Replies in a row that no tool could be called from. */
  readonly misshapen: number;
  /** Failures in a row. */
  readonly failures: number;
  /** How many of the run's {@link LoopState.tried} the model was told of. */
  readonly knowsOf: number;
}

/** Between two events. The fold of a run's events: nothing else is needed to go on after a crash. */
export interface LoopState {
  readonly input: LoopInput;
  readonly startedAtMs: number;
  readonly used: Used;
  /** The configuration as far as it is mended. */
  readonly current: Configuration;
  /** Of `current`, from the last check; `reported` ones included until an edit answers them. */
  readonly problems: readonly Problem[];
  /** All problems of texts that stood, once each: what an edit led to that was taken back opens nothing to the next one. */
  readonly met: ReadonlyMap<string, Problem>;
  readonly trial: Trial;
  /** What an apply said and no edit has answered yet. */
  readonly reported: readonly Problem[];
  readonly baseline: PlanFacts | null;
  /** Texts that were checked, to tell a circle. */
  readonly seen: ReadonlySet<string>;
  /** Fixers' edits that broke a rule or led nowhere. */
  readonly banned: ReadonlySet<string>;
  /** What fixers were not sure of, by fixer and problem. */
  readonly unsure: ReadonlyMap<string, Unsure>;
  /** After a batch broke a rule on the plan, its edits are tried one by one. */
  readonly oneByOne: boolean;
  readonly rejected: { readonly violations: readonly Violation[]; readonly otherwise: number };
  /** What was done and stands, one sentence each: for the model. */
  readonly tried: readonly string[];
  readonly conversation: Conversation | null;
  readonly awaiting: Awaiting;
  readonly ended: boolean;
}

/** What a step gives. */
export interface Step {
  readonly state: LoopState;
  readonly commands: readonly LoopCommand[];
}
