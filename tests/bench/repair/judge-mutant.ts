import type { Mutant } from "./mutate.ts";
import type { MutantBase } from "./mutant-bases.ts";
import type { RepairCase } from "./read-case.ts";
import { attempt, Reference } from "./repair-case.ts";
import { hunksBetween } from "./text-lines.ts";

/**
 * How a repair of a mutant ended. `plans`: the mistake is none for Terraform, so there was nothing to repair. `fixed`: it means what the
 * text meant before the mistake. `left`: given up or refused. `wrong`: fixed, and it means something else. `crashed`: it threw.
 */
export type MutantEnd = "plans" | "fixed" | "left" | "wrong" | "crashed";

/** What became of a mutant. */
export interface JudgedMutant {
  readonly end: MutantEnd;
  /** Of `wrong`: what differs, what fixers said they did, and what they changed; of `crashed`: the error. */
  readonly remarks: readonly string[];
  /** The fixers whose edits were kept or undone. */
  readonly fixers: readonly string[];
}

/**
 * Where the declaration was renamed and its use follows, all plans as before; that a variable has another name is no other plan. What else
 * its default decides shows in the plan.
 */
const VARIABLE_TEXT = /^text (?:\S+ )?variable \S+\./;

/** What a base means, worked out once for all its mutants. */
const references = new WeakMap<MutantBase, Reference>();

function caseOf(base: MutantBase, mutant: Mutant): RepairCase {
  const about = {
    id: "mutant",
    family: base.name,
    expect: "fixers",
    classes: [],
    why: "",
    rules: [],
  } as const;
  return {
    ...about,
    broken: mutant.files,
    intended: base.files,
    worst: null,
    state: base.state,
    applied: [],
  };
}

/** Repairs a mutant by the fixers alone and compares what comes of it with what it was made of. */
export async function judgeMutant(base: MutantBase, mutant: Mutant): Promise<JudgedMutant> {
  try {
    return await repairAndCompare(base, mutant);
  } catch (error) {
    const remark = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { end: "crashed", remarks: [remark], fixers: [] };
  }
}

async function repairAndCompare(base: MutantBase, mutant: Mutant): Promise<JudgedMutant> {
  const { outcome, followed } = await attempt(caseOf(base, mutant));
  const fixers = [...new Set(followed.repairs.map(({ by }) => by))];
  if (outcome.kind !== "fixed") return { end: "left", remarks: [], fixers };
  if (outcome.files.size === 0) return { end: "plans", remarks: [], fixers };
  const after = { ...mutant.files, ...Object.fromEntries(outcome.files) };
  const reference = references.get(base) ?? new Reference(caseOf(base, mutant));
  references.set(base, reference);
  const compared = await reference.compare(after);
  const lines = compared.kind === "same" ? [] : compared.lines.filter((line) => !VARIABLE_TEXT.test(line));
  if (lines.length === 0) return { end: "fixed", remarks: [], fixers };
  const done = followed.repairs.map(({ by, sentence }) => `${by}: ${sentence}`);
  const remarks = [...lines, ...done, ...changes("fixed", mutant.files, after)];
  return { end: "wrong", remarks, fixers };
}

/** What was changed, as a reader of patches knows it. */
export function changes(
  what: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(after).flatMap((file) => {
    const lines = (before[file] ?? "").split("\n");
    return hunksBetween(lines, (after[file] ?? "").split("\n")).flatMap((hunk) => [
      `${what} ${file}:${hunk.from + 1}`,
      ...lines.slice(hunk.from, hunk.to).map((line) => `  - ${line}`),
      ...hunk.lines.map((line) => `  + ${line}`),
    ]);
  });
}
