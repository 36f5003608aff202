import type { TextEdit } from "@apex/core";
import { type FilePlace, type Problem, PROBLEM_CLASSES } from "../diagnostics/problem.ts";
import type { LoopState } from "./loop-state.ts";

/** Where a place is after edits; `undefined` for one that an edit changed. */
function movedPlace(place: FilePlace, edits: readonly TextEdit[]): FilePlace | undefined {
  // Two fixers may make the very same edit, which is made once.
  const here = new Map(
    edits
      .filter(({ file }) => file === place.file)
      .map((edit) => [JSON.stringify([edit.start, edit.end, edit.text]), edit]),
  );
  let shift = 0;
  for (const { start, end, text } of here.values()) {
    if (start >= place.end) continue;
    if (end > place.start) return undefined;
    shift += text.length - (end - start);
  }
  return { ...place, start: place.start + shift, end: place.end + shift };
}

function moved(problem: Problem, edits: readonly TextEdit[]): Problem {
  const { place: before, ...rest } = problem;
  if (before === undefined) return problem;
  const place = movedPlace(before, edits);
  if (place === undefined) return rest;
  return place.start === before.start ? problem : { ...problem, place };
}

/** Whether an edit changes a line on which a problem was told. */
function isOnItsLines(
  { place }: Problem,
  { current, trial }: LoopState,
  edits: readonly TextEdit[],
): boolean {
  if (place === undefined) return false;
  const files = (trial.by === "nobody" ? current : trial.before).source.files;
  const text = files.get(place.file) ?? "";
  const start = text.lastIndexOf("\n", place.start - 1) + 1;
  const newline = text.indexOf("\n", place.end);
  const end = newline < 0 ? text.length : newline;
  return edits.some((edit) => edit.file === place.file && edit.start < end && start < edit.end);
}

/**
 * What an apply said and the trial's edits do not answer, where it stands in the texts that were tried. Terraform cannot tell: it plans
 * them either way. An edit of the model's counts as the answer where nothing else was broken, or on the very lines; and none answers what
 * no edit can.
 */
export function unansweredReports(state: LoopState, edits: readonly TextEdit[]): readonly Problem[] {
  const { reported, problems, trial } = state;
  const isAllThereWas = problems.every((problem) => reported.includes(problem));
  const isAnswered = (problem: Problem): boolean =>
    trial.by === "model" &&
    PROBLEM_CLASSES[problem.class] === "code" &&
    (isAllThereWas || isOnItsLines(problem, state, edits));
  return reported.filter((problem) => !isAnswered(problem)).map((problem) => moved(problem, edits));
}
