import { realpath } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { statOrUndefined } from "../plan/file-probe.ts";

/** What belongs to a configuration that nobody vouches for. */
export interface Project {
  /** The real path of the Terraform root directory. */
  readonly root: string;
  /** The checkout that it lies in: everything in there is the project's, except git's own files. */
  readonly checkout: string | undefined;
  /** Without a checkout: the highest directory above the root that is not everybody's, nor all of the user's. */
  readonly reach: string;
}

/** Whether a path is the directory or lies below it. */
export function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * Finds the project of a root directory. A home directory that is a checkout (dotfiles) does not count: everything of the
 * user's would be the project's.
 */
export async function findProject(root: string): Promise<Project> {
  const home = await realpath(homedir()).catch(() => homedir());
  const temporary = await realpath(tmpdir()).catch(() => tmpdir());
  const isTooMuch = (directory: string) => directory === temporary || isInside(home, directory);
  let reach = root;
  for (let candidate = root; !isTooMuch(candidate); candidate = dirname(candidate)) {
    reach = candidate;
    if ((await statOrUndefined(join(candidate, ".git"))) !== undefined) {
      return { root, reach, checkout: candidate };
    }
  }
  return { root, reach, checkout: undefined };
}

/** Whether a way leads into git's own files: remotes with passwords, tokens that CI systems leave in the configuration. */
export function isGitInternal(path: string): boolean {
  return path.split(sep).includes(".git");
}

/** Where modules may lie. */
export function mayCall(project: Project, directory: string): boolean {
  const within = project.checkout ?? project.reach;
  return isInside(directory, within) && !isGitInternal(relative(within, directory));
}

/** Where files may be read: in the checkout; without one, in the root directory and the modules that it calls. */
export function mayRead(project: Project, path: string, modules: Iterable<string>): boolean {
  const places = project.checkout === undefined ? [project.root, ...modules] : [project.checkout];
  return places.some((place) => isInside(path, place) && !isGitInternal(relative(place, path)));
}
