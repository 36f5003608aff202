import { stat } from "node:fs/promises";
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

/** An existing directory as an absolute path. */
export async function requireDirectory(option: string, given: string, cwd: string): Promise<string> {
  const absolute = path.resolve(cwd, given);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const what = found === undefined ? "does not exist" : "is not a directory";
    throw new CommandError(EXIT_CODES.badInput, `${option} ${given}: ${absolute} ${what}`);
  }
  return absolute;
}

/** Existing files as absolute paths, in the order given. */
export async function requireFiles(
  option: string,
  given: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of given) {
    const absolute = path.resolve(cwd, name);
    const found = await stat(absolute).catch(() => undefined);
    if (found?.isFile() !== true) {
      const what = found === undefined ? "does not exist" : "is not a file";
      throw new CommandError(EXIT_CODES.badInput, `${option} ${name}: ${absolute} ${what}`);
    }
    files.push(absolute);
  }
  return files;
}
