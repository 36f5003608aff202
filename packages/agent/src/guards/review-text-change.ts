import type { TextChange, Violation } from "./guard.ts";
import { namedBy } from "./named.ts";
import { accessRules } from "./text/access-rules.ts";
import { addedBlockRules, blockRules } from "./text/block-rules.ts";
import { assignmentRules, declarationRules, pairUp } from "./text/declaration-rules.ts";
import { asRead } from "./text/as-read.ts";
import { executionRules } from "./text/execution-rules.ts";
import { changedFilesOf, fileRules } from "./text/file-rules.ts";
import { holderRules } from "./text/holder-rules.ts";
import { metaRules } from "./text/meta-rules.ts";
import { repetitionRules } from "./text/repetition-rules.ts";
import { secretRules } from "./text/secret-rules.ts";
import { syntaxRules } from "./text/syntax-rules.ts";
import { valueRules } from "./text/value-rules.ts";

/** Violations of one change that are told: the first ones say what is wrong. */
const VIOLATIONS_MAX = 20;

/**
 * Judges an edit before Terraform sees it: which files, declarations and values it touches, against what the problems name; and what no
 * edit may touch at all. Compares what the two configurations declare and what their resources' values are; files that cannot be parsed
 * line by line as well. Empty: nothing speaks against it yet. The plan is judged by `reviewPlan`.
 */
export function reviewTextChange(given: TextChange): readonly Violation[] {
  if (changedFilesOf(given).length === 0) return [];
  const change = { ...given, original: asRead(given.original), edited: asRead(given.edited) };
  const named = namedBy(change);
  const pairings = pairUp(change, named);
  const all = [
    ...fileRules(change, named),
    ...declarationRules(pairings, change.original, named),
    ...assignmentRules(change, named),
    ...blockRules(pairings.pairs, change.original, named),
    ...addedBlockRules(pairings.added),
    ...executionRules(change, pairings.added),
    ...secretRules(change, named),
    ...accessRules(change, named),
    ...holderRules(change, pairings.pairs),
    ...repetitionRules(change, pairings.pairs, named),
    ...metaRules(pairings.pairs, named),
    ...valueRules(change, pairings, named),
    ...syntaxRules(change, named),
  ];
  const seen = new Set<string>();
  const distinct = all.filter(({ rule, sentence }) => {
    const key = `${rule} ${sentence}`;
    return !seen.has(key) && seen.add(key);
  });
  return distinct.slice(0, VIOLATIONS_MAX);
}
