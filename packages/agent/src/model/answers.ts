import type { Problem } from "../diagnostics/problem.ts";
import type { Violation } from "../guards/guard.ts";
import type { World } from "../world/world.ts";
import { describeProblems, excerptsOf, groupAlike } from "./describe-problem.ts";
import { framed, type Framing, inLine } from "./framed-data.ts";
import { schemaOfProblem } from "./problem-schema.ts";

const VIOLATIONS_MAX = 10;
const PROBLEMS_MAX = 6;
/** Lines on each side of a problem that is left: the model has seen more of the file before. */
const EXCERPT_LINES = 6;

/** Answers a proposal that breaks rules: which, and that the files are as before. */
export function rejectionMessage(violations: readonly Violation[], framing: Framing): string {
  const lines = violations
    .slice(0, VIOLATIONS_MAX)
    .map(({ rule, sentence }) => `- ${rule}: ${inLine(sentence, 300)}`);
  const more = violations.length > VIOLATIONS_MAX ? `\n- … ${violations.length - VIOLATIONS_MAX} more` : "";
  return (
    "Rejected: the edit breaks rules that hold whatever the reason, and was not made. The files are as before it. " +
    `Find a change that keeps them, or give up.\n${framed("broken rules", lines.join("\n") + more, framing)}`
  );
}

/** Where a proposal or a check left the files. */
export interface Standing extends Framing {
  /** With the texts as they are now. */
  readonly world: World;
  /** Whether the proposal was kept: it mended something, or nothing was proposed. Else the files are as before it. */
  readonly isKept: boolean;
}

/** Answers a proposal or a check after which something is broken. Of a proposal that was undone, `problems` are what it led to. */
export function stillBroken(problems: readonly Problem[], standing: Standing): string {
  const { world, isKept } = standing;
  const groups = groupAlike(problems);
  const shown = groups.slice(0, PROBLEMS_MAX);
  const told = shown.flatMap((alike) => alike.slice(0, 1));
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const opening = isKept
    ? `Terraform still finds ${count} in the files as they are now:`
    : `The edit mended nothing and was undone: the files are as before it. With it, Terraform found ${count}:`;
  // The places of what an undone edit led to are those of texts that are gone.
  const where = isKept
    ? [
        ...excerptsOf(told, world, { ...standing, around: EXCERPT_LINES }),
        ...new Set(told.map((problem) => schemaOfProblem(problem, world, standing))),
      ]
    : [];
  return [
    opening,
    ...shown.map((alike, index) => describeProblems(alike, index + 1, standing)),
    ...(groups.length > shown.length
      ? [`… ${groups.length - shown.length} more are told when these are gone.`]
      : []),
    ...where,
  ]
    .filter((part) => part !== "")
    .join("\n");
}
