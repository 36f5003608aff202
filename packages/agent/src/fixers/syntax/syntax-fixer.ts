import type { TextEdit } from "@apex/core";
import type { Fixer, Proposal } from "../fixer.ts";
import { type BrokenFile, brokenFile, mendTogether, statementAround, topLevelAround } from "./broken-file.ts";

/** One slip in a file: edits that belong together. */
export type Slip = readonly TextEdit[];

/** What a fixer of syntax found in a file. */
export type Found =
  | { readonly kind: "slips"; readonly slips: readonly Slip[]; readonly sentence: string }
  | { readonly kind: "unsure"; readonly reason: string; readonly candidates: readonly string[] }
  | null;

/** Slips of one kind that are mended together; more are mended in the next round. */
const SLIPS_MAX = 100;

function groupsOf(found: readonly Slip[], keyOf: (at: number) => number): readonly (readonly Slip[])[] {
  const groups = new Map<number, Slip[]>();
  for (const slip of found) {
    const key = keyOf(slip[0]?.start ?? 0);
    groups.set(key, [...(groups.get(key) ?? []), slip]);
  }
  return [...groups.values()];
}

/**
 * The slips that are proven. Some need each other, since a piece with two slips has an error as long as one of them is there: all are
 * tried together, then those of a top-level block, of a statement, of a line, and at last each alone.
 */
function proven(broken: BrokenFile, found: readonly Slip[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let left = found;
  const keys = [
    () => 0,
    (at: number) => topLevelAround(broken, { start: at, end: at }).start,
    (at: number) => statementAround(broken, { start: at, end: at }).start,
    (at: number) => broken.source.lineStart(at),
    (at: number) => at,
  ];
  for (const keyOf of keys) {
    for (const group of groupsOf(left, keyOf)) {
      if (!mendTogether(broken, group)) continue;
      edits.push(...group.flat());
      left = left.filter((slip) => !group.includes(slip));
    }
  }
  return edits;
}

/**
 * A fixer of one kind of slip of the pen. All slips of its kind that the file holds are mended at once, since Terraform stops at the
 * first syntax error of a file; each only if {@link mendTogether} proves it.
 */
export function syntaxFixer(name: string, find: (broken: BrokenFile) => Found): Fixer {
  return {
    name,
    classes: ["syntax"],
    propose(problem, world): Proposal {
      const broken = brokenFile(problem, world);
      if (broken === undefined) return null;
      const found = find(broken);
      if (found === null || found.kind === "unsure") return found;
      const edits = proven(broken, found.slips.slice(0, SLIPS_MAX));
      return edits.length === 0 ? null : { kind: "edits", edits, sentence: found.sentence };
    },
  };
}

/** Slips as {@link Found}, `null` where there are none. */
export function slips(found: readonly Slip[], sentence: string): Found {
  return found.length === 0 ? null : { kind: "slips", slips: found, sentence };
}

/** An edit of a broken file. */
export function edit({ file }: BrokenFile, start: number, end: number, text: string): TextEdit {
  return { file, start, end, text };
}
