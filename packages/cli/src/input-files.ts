import path from "node:path";
import { glob } from "tinyglobby";
import { CommandError, EXIT_CODES } from "./exit-codes.ts";

/**
 * The files that the user's patterns name, absolute and sorted, so that a run does not depend on the order of a
 * directory. A pattern may be a path or a glob. A pattern that matches nothing is an error: a silent miss would read as
 * "no cost".
 */
export async function expandInputs(
  option: string,
  patterns: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const normalised = pattern.split(path.sep).join("/");
    const matches = await glob([normalised], { cwd, absolute: true, dot: false, expandDirectories: false });
    if (matches.length === 0) {
      throw new CommandError(
        EXIT_CODES.badInput,
        `${option} ${pattern} matches no file in ${cwd}; quote a pattern so that the shell hands it over unchanged`,
      );
    }
    for (const match of matches) found.add(path.normalize(match));
  }
  return [...found].toSorted();
}
