import type { Edit } from "@apex/core";
import { repositoryPath } from "./repository-path.ts";

/** Lines of a file that are replaced, counted from 1. */
export interface Hunk {
  readonly start: number;
  /** The line after the last one that is replaced; `start` for an insertion. */
  readonly end: number;
}

/** The lines that an edit replaces. */
export function hunkOf({ line, before }: Pick<Edit, "line" | "before">): Hunk {
  return { start: line, end: before === "" ? line : line + before.split("\n").length };
}

type Edited = { readonly edits: readonly Edit[] };

/** Edits by file relative to the repository; `directory` is the root module's. Those outside of it are left out. */
function byRepositoryPath(recommendations: readonly Edited[], directory: string) {
  const edits = recommendations.flatMap((each) => each.edits);
  return Map.groupBy(edits, ({ file }) => repositoryPath(directory, file));
}

/** What is changed from one root module. */
export interface ModuleChange {
  /** Relative to the repository; "." for its root. */
  readonly directory: string;
  readonly recommendations: readonly Edited[];
}

/**
 * A file of a local module that two root modules share and in which both change lines that touch: git can merge one of them only.
 * `undefined` where there is none.
 */
export function sharedFile(one: ModuleChange, other: ModuleChange): string | undefined {
  const others = byRepositoryPath(other.recommendations, other.directory);
  for (const [file, edits] of byRepositoryPath(one.recommendations, one.directory)) {
    if (file === undefined) continue;
    const hunks = (others.get(file) ?? []).map(hunkOf);
    const isTouched = edits
      .map(hunkOf)
      .some(({ start, end }) => hunks.some((hunk) => start <= hunk.end && hunk.start <= end));
    if (isTouched) return file;
  }
  return undefined;
}
