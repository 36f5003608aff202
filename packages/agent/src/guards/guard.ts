import type { PlanActions } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";
import type { Problem } from "../diagnostics/problem.ts";

/** The rules that no edit may break, whoever wrote it. */
export type GuardRule =
  | "stateful-destroyed"
  | "resource-destroyed"
  | "declaration-removed"
  | "check-removed"
  | "access-widened"
  | "protection-weakened"
  | "outside-intention"
  | "provider-changed"
  | "backend-changed"
  | "module-source-changed"
  | "ignored-change"
  | "prevent-destroy"
  | "code-execution"
  | "secret-written"
  | "repetition-emptied"
  | "too-large";

/** One rule that a change breaks. */
export interface Violation {
  readonly rule: GuardRule;
  /** What, where: one sentence that tells a person, and a model, what it must not do. Holds no secret. */
  readonly sentence: string;
  readonly address?: string;
  readonly file?: string;
}

/** What the guards need of a plan: small enough for a transcript, and without values. */
export interface PlanFacts {
  readonly resources: readonly ResourceFacts[];
  /** Output name → digest of its value. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** One resource instance of a plan. */
export interface ResourceFacts {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly actions: PlanActions;
  /** Changed attributes as paths. */
  readonly changed: readonly string[];
  /** Of what it will be: equal digests are equal values. */
  readonly digest: string;
  /** What it opens to others, one fact each: `ingress tcp/22-22 0.0.0.0/0`, `allow s3:* on * by -`, `open publicly_accessible`. */
  readonly grants: readonly string[];
}

/** A change of texts that is to be judged before Terraform sees it. */
export interface TextChange {
  /** The configuration as its owner wrote it. */
  readonly original: Configuration;
  readonly edited: Configuration;
  /** All problems that the run has met so far: what they name may be touched. */
  readonly problems: readonly Problem[];
  /** Files that may be edited; absent: those that the problems name, and what declares what they name. */
  readonly files?: readonly string[];
}

/** What a plan is judged against. */
export interface PlanChange {
  /** The plan before anything was edited, where there was one. */
  readonly baseline: PlanFacts | null;
  readonly plan: PlanFacts;
  readonly original: Configuration;
}
