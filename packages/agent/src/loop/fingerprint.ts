import type { TextEdit } from "@apex/core";
import type { FilePlace, Problem } from "../diagnostics/problem.ts";

/** What Terraform suggests differs from run to run, and where a problem stands moves with every edit above it. */
const SUGGESTION = / Did you mean .*$/s;

function whereOf({ address, diagnostic, place }: Problem): string {
  return address ?? diagnostic.address ?? place?.file ?? diagnostic.range?.filename ?? "";
}

function identity(problem: Problem): string {
  const { diagnostic } = problem;
  const detail = (diagnostic.detail ?? "").replace(SUGGESTION, "");
  return [problem.class, whereOf(problem), diagnostic.summary, detail].join("\u0000");
}

/**
 * Tells problems of two checks to be the same ones. Equal texts at one address are told apart by their order: three of them are
 * not two. Aligned with `problems`.
 */
export function fingerprints(problems: readonly Problem[]): readonly string[] {
  const counts = new Map<string, number>();
  return problems.map((problem) => {
    const key = identity(problem);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return `${key}\u0000${count}`;
  });
}

/** Problems under their {@link fingerprints}. */
export function byFingerprint(problems: readonly Problem[]): ReadonlyMap<string, Problem> {
  const keys = fingerprints(problems);
  return new Map(problems.map((problem, index) => [keys[index] ?? "", problem]));
}

/** Where edits stand in the text that they made. */
export function editedPlaces(edits: readonly TextEdit[]): readonly FilePlace[] {
  const shifts = new Map<string, number>();
  return edits
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .map(({ file, start, end, text }) => {
      const shift = shifts.get(file) ?? 0;
      shifts.set(file, shift + text.length - (end - start));
      return { file, start: start + shift, end: start + shift + text.length };
    });
}

/** What a change did to problems: how many are gone, and how many of those only turned into another one where it edited. */
function changeOf(
  before: readonly Problem[],
  after: readonly Problem[],
  edited: readonly FilePlace[],
): { readonly gone: number; readonly turned: number } {
  const beforeKeys = fingerprints(before);
  const afterKeys = fingerprints(after);
  const gone = before.filter((_, index) => !afterKeys.includes(beforeKeys[index] ?? ""));
  const fresh = after.filter((_, index) => !beforeKeys.includes(afterKeys[index] ?? ""));
  const isEdited = ({ place }: Problem): boolean =>
    place !== undefined &&
    edited.some(({ file, start, end }) => file === place.file && start < place.end && place.start < end);
  const turned = gone.filter(({ class: name }) =>
    fresh.some((problem) => problem.class === name && isEdited(problem)),
  );
  const inPlace = fresh.filter(
    (problem) => isEdited(problem) && gone.some((one) => one.class === problem.class),
  );
  return { gone: gone.length, turned: Math.min(turned.length, inPlace.length) };
}

/**
 * Whether a change mended something: a problem is gone, and it did not turn into another one of its class where the change was
 * made. What shows elsewhere, or as another class, was hidden before. Counting would not do: mending syntax reveals the rest.
 */
export function isProgress(
  before: readonly Problem[],
  after: readonly Problem[],
  edited: readonly FilePlace[],
): boolean {
  const { gone, turned } = changeOf(before, after, edited);
  return gone > turned;
}

/** Whether some problem only turned into another one of its kind. */
export function isExchange(
  before: readonly Problem[],
  after: readonly Problem[],
  edited: readonly FilePlace[],
): boolean {
  return changeOf(before, after, edited).turned > 0;
}
