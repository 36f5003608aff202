import { classifyDiagnostics, FIXERS, type KnownResource } from "@apex/agent";
import type { TextEdit } from "@apex/core";
import { applyTextEdits } from "@apex/generators-hcl";
import { type Diagnosed, diagnose, type Files, worldOf } from "./diagnose.ts";

/** Rounds of Terraform until it has no errors, or no fixer has an answer. */
const ROUNDS_MAX = 6;

/** What the fixers make of files, and what Terraform says to that. */
export interface Mended {
  readonly files: Files;
  readonly now: Diagnosed;
  /** Why fixers left problems, in the order they were met. */
  readonly unsure: readonly string[];
}

function collides(edit: TextEdit, other: TextEdit): boolean {
  if (edit.file !== other.file) return false;
  const isSamePlace = edit.start === other.start && edit.end === other.end;
  return isSamePlace ? edit.text !== other.text : edit.start < other.end && other.start < edit.end;
}

function round({ diagnostics, world }: Diagnosed): { readonly edits: TextEdit[]; readonly unsure: string[] } {
  const edits: TextEdit[] = [];
  const unsure: string[] = [];
  const problems = classifyDiagnostics(diagnostics, world.configuration);
  const isUnreadable = problems.some((problem) => problem.class === "syntax");
  for (const problem of problems) {
    if (isUnreadable && problem.class !== "syntax") continue;
    if (isUnreadable && edits.some(({ file }) => file === problem.place?.file)) continue;
    for (const fixer of FIXERS.filter(({ classes }) => classes.includes(problem.class))) {
      const proposal = fixer.propose(problem, world);
      if (proposal?.kind === "unsure") unsure.push(proposal.reason);
      if (proposal?.kind !== "edits") continue;
      if (!proposal.edits.some((edit) => edits.some((other) => collides(edit, other))))
        edits.push(...proposal.edits);
      break;
    }
  }
  return { edits, unsure };
}

/**
 * Asks real Terraform and the fixers in turn, as the loop does: at most one answer for each problem, of a file that cannot be read the
 * first alone, none that touches another. Without guards, which would not have so many mistakes mended at once.
 */
export async function mend(
  files: Files,
  state?: { readonly text: string; readonly known: readonly KnownResource[] },
): Promise<Mended> {
  const ask = async (texts: Files): Promise<Diagnosed> => {
    const diagnosed = await diagnose(texts, state?.text);
    return { ...diagnosed, world: await worldOf(texts, state?.known) };
  };
  let current = files;
  let now = await ask(current);
  const unsure: string[] = [];
  for (let count = 0; count < ROUNDS_MAX && now.plan === null; count++) {
    const found = round(now);
    unsure.push(...found.unsure);
    if (found.edits.length === 0) break;
    current = Object.fromEntries(applyTextEdits(now.world.configuration.source.files, found.edits));
    now = await ask(current);
  }
  return { files: current, now, unsure };
}
