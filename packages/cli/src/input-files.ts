import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { glob } from "tinyglobby";
import { CommandError, EXIT_CODES } from "./exit-codes.ts";

/** The deepest directory that a pattern's leading segments name literally, and the rest of the pattern. */
async function splitPattern(
  pattern: string,
  cwd: string,
): Promise<{ readonly directory: string; readonly rest: string }> {
  const segments = pattern.split(path.sep);
  let directory = path.isAbsolute(pattern) ? path.parse(pattern).root : cwd;
  while (segments.length > 1) {
    const next = path.resolve(directory, segments[0] ?? "");
    const found = await stat(next).catch(() => undefined);
    if (found?.isDirectory() !== true) break;
    directory = next;
    segments.shift();
  }
  return { directory, rest: segments.join("/") };
}

async function filesNamedBy(option: string, pattern: string, cwd: string): Promise<readonly string[]> {
  const literal = path.resolve(cwd, pattern);
  const found = pattern === "" ? undefined : await stat(literal).catch(() => undefined);
  if (found?.isFile() === true) return [literal];
  if (found?.isDirectory() === true) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `${option} ${pattern}: ${literal} is a directory; name the files in it, for example '${path.join(pattern, "*")}'`,
    );
  }
  // Directories that exist are no patterns, whatever brackets their names hold.
  const { directory, rest } = await splitPattern(pattern, cwd);
  const matches = await glob([rest], {
    cwd: directory,
    absolute: true,
    dot: false,
    expandDirectories: false,
  });
  if (matches.length === 0) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `${option} ${pattern} matches no file in ${directory}; quote a pattern so that the shell hands it over unchanged`,
    );
  }
  return matches.map((match) => path.normalize(match));
}

/**
 * The files that the user's patterns name, absolute and sorted, so that a run does not depend on the order of a
 * directory. A pattern may be a path or a glob; what exists under the very name is meant before what the name matches.
 * A pattern that matches nothing is an error: a silent miss would read as "no cost".
 */
export async function expandInputs(
  option: string,
  patterns: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const file of await filesNamedBy(option, pattern, cwd)) found.add(file);
  }
  return [...found].toSorted();
}

/** An existing directory as an absolute path. */
async function requireDirectory(option: string, given: string, cwd: string): Promise<string> {
  const absolute = path.resolve(cwd, given);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const what = found === undefined ? "does not exist" : "is not a directory";
    throw new CommandError(EXIT_CODES.badInput, `${option} ${given}: ${absolute} ${what}`);
  }
  return absolute;
}

/** Whether a directory of these files is a module: of Terraform's own or of OpenTofu's, in HCL or JSON. */
export function holdsModule(names: readonly string[]): boolean {
  return names.some((name) => /\.(tf|tofu)(\.json)?$/.test(name));
}

/** The directory of a root module, as an absolute path: without a Terraform file in it, it was named by mistake. */
export async function requireRootModule(option: string, given: string, cwd: string): Promise<string> {
  const absolute = await requireDirectory(option, given, cwd);
  const names = await readdir(absolute);
  if (!holdsModule(names)) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `${option} ${given}: ${absolute} holds no .tf file: name the directory of the root module`,
    );
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
