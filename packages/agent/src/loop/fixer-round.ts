import type { TextEdit } from "@apex/core";
import { applyTextEdits, type Configuration } from "@apex/generators-hcl";
import type { Problem } from "../diagnostics/problem.ts";
import type { Violation } from "../guards/guard.ts";
import { reviewTextChange } from "../guards/review-text-change.ts";
import type { Unsure } from "../model/first-messages.ts";
import type { World } from "../world/world.ts";
import { type Draft, textKey, withTexts } from "./draft.ts";
import { fingerprints } from "./fingerprint.ts";
import type { Candidate, LoopState, Step } from "./loop-state.ts";

/** What a fixer may look at now. */
export function worldOf({ input, current }: LoopState): World {
  return { ...input.surroundings, configuration: current };
}

/** Names a fixer's answer to a problem, so that it is not given twice. */
function answerKey(fixer: string, fingerprint: string, edits: readonly TextEdit[]): string {
  return JSON.stringify([fixer, fingerprint, edits.map(({ file, text }) => [file, text])]);
}

function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.file !== b.file) return false;
  if (a.start === b.start && a.end === b.end) return a.text !== b.text;
  return a.start < b.end && b.start < a.end;
}

/** A doubt is told once for each problem, and once for all the errors that one slip shows as. */
function rememberDoubt(draft: Draft, fingerprint: string, doubt: Unsure): void {
  const { unsure } = draft.state;
  const key = JSON.stringify([doubt.fixer, fingerprint]);
  const said = JSON.stringify(doubt);
  if (unsure.has(key) || [...unsure.values()].some((other) => JSON.stringify(other) === said)) return;
  draft.tell({ kind: "unsure", ...doubt });
  draft.set({ unsure: new Map([...unsure, [key, doubt]]) });
}

/** The first certain answer to a problem; what others were not sure of is remembered. */
function answerTo(draft: Draft, problem: Problem, fingerprint: string): Candidate | undefined {
  const world = worldOf(draft.state);
  for (const fixer of draft.state.input.fixers) {
    if (!fixer.classes.includes(problem.class)) continue;
    const proposal = fixer.propose(problem, world);
    if (proposal === null) continue;
    if (proposal.kind === "unsure") {
      const { reason, candidates } = proposal;
      rememberDoubt(draft, fingerprint, { fixer: fixer.name, reason, candidates });
      continue;
    }
    const key = answerKey(fixer.name, fingerprint, proposal.edits);
    const isBanned = draft.state.banned.has(key);
    if (!isBanned && proposal.edits.length > 0) return { fixer: fixer.name, problem, proposal, key };
  }
  return undefined;
}

/**
 * At most one answer for each problem, and none that touches what another one touches. A syntax error makes Terraform and
 * the parser misread what follows it: of each file only the first is answered, and others wait until all files can be read.
 */
function collect(draft: Draft): readonly Candidate[] {
  const { problems } = draft.state;
  const keys = fingerprints(problems);
  const isUnreadable = problems.some((problem) => problem.class === "syntax");
  const answeredFiles = new Set<string>();
  const candidates: Candidate[] = [];
  for (const [index, problem] of problems.entries()) {
    if (isUnreadable && problem.class !== "syntax") continue;
    const file = problem.place?.file ?? "";
    if (isUnreadable && answeredFiles.has(file)) continue;
    const candidate = answerTo(draft, problem, keys[index] ?? "");
    if (candidate === undefined) continue;
    const taken = candidates.flatMap(({ proposal }) => proposal.edits);
    if (candidate.proposal.edits.some((edit) => taken.some((other) => overlaps(edit, other)))) continue;
    candidates.push(candidate);
    answeredFiles.add(file);
    if (draft.state.oneByOne) break;
  }
  return candidates;
}

function edited(configuration: Configuration, candidates: readonly Candidate[]): Configuration {
  const edits = candidates.flatMap(({ proposal }) => proposal.edits);
  return withTexts(configuration, applyTextEdits(configuration.source.files, edits));
}

/** Which rules a change of texts breaks. */
export function reviewTexts({ input, met }: LoopState, edited: Configuration): readonly Violation[] {
  return reviewTextChange({
    original: input.configuration,
    edited,
    problems: [...met.values()],
    ...(input.files === undefined ? {} : { files: input.files }),
  });
}

/** The candidates that break no rule, one added to the other; the rest is banned. */
function allowed(draft: Draft, candidates: readonly Candidate[]): readonly Candidate[] {
  const review = (chosen: readonly Candidate[]) =>
    reviewTexts(draft.state, edited(draft.state.current, chosen));
  if (review(candidates).length === 0) return candidates;
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const violations = review([...kept, candidate]);
    if (violations.length === 0) {
      kept.push(candidate);
      continue;
    }
    draft.refuse(candidate.fixer, violations);
    ban(draft, [candidate]);
  }
  return kept;
}

/** These answers are not given again. */
export function ban(draft: Draft, candidates: readonly Candidate[]): void {
  draft.set({ banned: new Set([...draft.state.banned, ...candidates.map(({ key }) => key)]) });
}

/** Has the fixers' edits checked, if there are any; `null` when they have nothing to offer. */
export function fixerRound(draft: Draft): Step | null {
  const { state } = draft;
  if (state.used.rounds >= state.input.budget.roundsMax) return null;
  const candidates = allowed(draft, collect(draft));
  if (candidates.length === 0) return null;
  const before = draft.state.current;
  const current = edited(before, candidates);
  if (draft.state.seen.has(textKey(current))) {
    ban(draft, candidates);
    draft.fail();
    return fixerRound(draft);
  }
  for (const { fixer, proposal } of candidates) {
    const { sentence, edits } = proposal;
    draft.tell({ kind: "edited", by: fixer, sentence, edits });
  }
  const answered = new Set(candidates.map(({ problem }) => problem));
  draft.set({
    current,
    trial: { by: "fixers", candidates, before },
    tried: [...state.tried, ...candidates.map(({ proposal }) => proposal.sentence)],
    reported: state.reported.filter((problem) => !answered.has(problem)),
  });
  draft.use({ rounds: state.used.rounds + 1 });
  return draft.check();
}
