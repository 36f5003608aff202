import type { TextEdit } from "@apex/core";
import type { Problem, ProblemClass } from "../diagnostics/problem.ts";
import type { World } from "../world/world.ts";

/** What a fixer makes of a problem. */
export type Proposal =
  | {
      readonly kind: "edits";
      /** Against the texts of the world that was given. */
      readonly edits: readonly TextEdit[];
      /** What is done and why it can only be meant so: one sentence for the report. */
      readonly sentence: string;
    }
  /** The fixer knows the problem and is not certain of the answer: a model or a person decides. */
  | { readonly kind: "unsure"; readonly reason: string; readonly candidates: readonly string[] }
  /** Not this fixer's case: the next one is asked. */
  | null;

/**
 * Mends one kind of mistake without a model. It is certain or it says that it is not: an edit that plans and means something else
 * than was meant is the one unforgivable outcome. It looks at the world only: no clock, no chance, no Terraform.
 */
export interface Fixer {
  /** Kebab-case: "misspelt-argument". */
  readonly name: string;
  readonly classes: readonly ProblemClass[];
  propose(problem: Problem, world: World): Proposal;
}
