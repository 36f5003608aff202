import type { TerraformDiagnostic, TextEdit } from "@apex/core";
import { classifyDiagnostics } from "../diagnostics/classify.ts";
import type { FilePlace, Problem } from "../diagnostics/problem.ts";
import type { Violation } from "../guards/guard.ts";
import { reviewPlan } from "../guards/review-plan.ts";
import { type AfterTrial, answerTrial } from "./conversation.ts";
import type { Draft } from "./draft.ts";
import { byFingerprint, editedPlaces, isExchange, isProgress } from "./fingerprint.ts";
import { ban, fixerRound } from "./fixer-round.ts";
import type { LoopEvent } from "./loop-messages.ts";
import type { Step, Trial } from "./loop-state.ts";
import { modelTurn } from "./model-turn.ts";
import { unansweredReports } from "./reported.ts";

type Checked = Extract<LoopEvent, { kind: "checked" }>;

/** What the plan changes besides what was intended, as a problem like any other: Terraform knows of no intention. */
function objectionProblem(objection: string): Problem {
  const diagnostic: TerraformDiagnostic = {
    severity: "error",
    summary: "The plan changes what was not intended",
    detail: objection,
  };
  return { class: "unclassified", diagnostic, names: {} };
}

/** A syntax error hides what follows it, so the next one may read the same: only the circle of seen texts tells. */
function isHelpful(
  before: readonly Problem[],
  after: readonly Problem[],
  edited: readonly FilePlace[],
): boolean {
  return before.some((problem) => problem.class === "syntax") || isProgress(before, after, edited);
}

function editsOf(trial: Trial): readonly TextEdit[] {
  switch (trial.by) {
    case "nobody":
      return [];
    case "fixers":
      return trial.candidates.flatMap(({ proposal }) => proposal.edits);
    case "model":
      return trial.edits;
  }
}

function meet(draft: Draft, problems: readonly Problem[]): void {
  draft.set({ met: new Map([...draft.state.met, ...byFingerprint(problems)]) });
  if (problems.length > 0) draft.tell({ kind: "problems", problems });
}

/** What Terraform said of the texts that were tried, and what follows from it. */
export function afterCheck(draft: Draft, event: Checked): Step {
  const errors = classifyDiagnostics(event.diagnostics, draft.state.current);
  const isPlanned = event.plan !== null && errors.length === 0;
  const objections = isPlanned ? event.objections.map(objectionProblem) : [];
  const { trial } = draft.state;
  if (trial.by === "nobody" && event.plan !== null && isPlanned) {
    draft.set({ baseline: draft.state.baseline ?? event.plan });
  }
  const problems = [...errors, ...objections];
  if (event.plan !== null && isPlanned && trial.by !== "nobody") {
    const { baseline, input } = draft.state;
    const violations = reviewPlan({ baseline, plan: event.plan, original: input.configuration });
    if (violations.length > 0) return rejected(draft, trial, violations);
  }
  const reported = unansweredReports(draft.state, editsOf(trial));
  const left = [...problems, ...reported];
  if (left.length === 0) return draft.fixed();
  return judged(draft, trial, { problems, left, reported });
}

/** The tried texts plan, and a rule forbids what they plan. */
function rejected(
  draft: Draft,
  trial: Exclude<Trial, { by: "nobody" }>,
  violations: readonly Violation[],
): Step {
  draft.refuse(
    trial.by === "model" ? "model" : trial.candidates.map(({ fixer }) => fixer).join(", "),
    violations,
  );
  return undone(draft, trial, { kind: "refused", violations });
}

/** The tried texts leave problems: they stay only if they mended some. */
function judged(
  draft: Draft,
  trial: Trial,
  found: {
    /** What Terraform said. */
    readonly problems: readonly Problem[];
    readonly reported: readonly Problem[];
    /** Both. */
    readonly left: readonly Problem[];
  },
): Step {
  const { left, reported } = found;
  const { problems } = draft.state;
  const places = editedPlaces(editsOf(trial));
  if (trial.by === "fixers" && trial.candidates.length > 1 && isExchange(problems, left, places)) {
    // One of them did no good: which one shows when each is tried alone.
    draft.fail();
    return undone(draft, trial, { kind: "still-broken", problems: left, isKept: false });
  }
  if (trial.by !== "nobody" && !isHelpful(problems, left, places)) {
    draft.fail();
    return undone(draft, trial, { kind: "still-broken", problems: left, isKept: false });
  }
  meet(draft, found.problems);
  draft.set({ problems: left, reported });
  const after: AfterTrial = { kind: "still-broken", problems: left, isKept: true };
  return goOn(draft, trial, after);
}

/** The texts before the trial are back; what led nowhere is not tried again. */
function undone(draft: Draft, trial: Exclude<Trial, { by: "nobody" }>, after: AfterTrial): Step {
  draft.tell({ kind: "undone", edits: trial.by === "fixers" ? trial.candidates.length : 1 });
  if (trial.by === "fixers") {
    if (trial.candidates.length > 1) draft.set({ oneByOne: true });
    else ban(draft, trial.candidates);
    const { reported, tried, problems, input } = draft.state;
    const answered = new Set(trial.candidates.map(({ problem }) => problem));
    const isUnanswered = (problem: Problem) =>
      reported.includes(problem) ||
      (answered.has(problem) && input.reported?.includes(problem.diagnostic) === true);
    draft.set({
      reported: problems.filter(isUnanswered),
      tried: tried.slice(0, tried.length - trial.candidates.length),
    });
  }
  draft.set({ current: trial.before });
  return goOn(draft, trial, after);
}

function goOn(draft: Draft, trial: Trial, after: AfterTrial): Step {
  if (trial.by === "model") answerTrial(draft, trial.call, after);
  const { used, input } = draft.state;
  if (used.ms >= input.budget.timeMaxMs) return draft.giveUp("time", "The time is used up");
  return fixerRound(draft) ?? modelTurn(draft);
}
