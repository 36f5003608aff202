import type { TerraformDiagnostic } from "@apex/core";
import { findProject } from "../trust/project.ts";
import { prepareModules } from "./installed-modules.ts";
import { createWorkingCopy, rootOf } from "./working-copy.ts";

/** A copy of a configuration with all that it may bring along, to be planned on another machine. */
export interface ConfigurationCopy {
  /** The directory that holds all of the copy, with the same paths to each other as the originals. */
  readonly tree: string;
  /** The copy of the root directory. */
  readonly root: string;
  /** Where a path of the user's, absolute or relative to the root directory, lies in the copy. */
  readonly locate: (path: string) => string;
  /** The text of all Terraform files that were copied. */
  readonly sources: readonly string[];
  /** What was left out and why, as sentences. */
  readonly notes: readonly string[];
  /** Modules that nobody has fetched: without them the copy does not plan. */
  readonly missing: readonly TerraformDiagnostic[];
}

/**
 * Copies a root directory into the empty directory `home`, with the local modules and files that it points at, the modules that
 * `terraform init` fetched, and the variable files: what {@link openPlanner} would copy for itself, by the same rules about what
 * belongs to the project. The user's directory is only read. Throws an AdapterError when it is missing or too large.
 */
export async function copyConfiguration(request: {
  readonly directory: string;
  readonly varFiles: readonly string[];
  readonly home: string;
}): Promise<ConfigurationCopy> {
  const project = await findProject(await rootOf(request.directory));
  const copy = await createWorkingCopy({
    directory: request.directory,
    extraFiles: request.varFiles,
    overlay: new Map(),
    home: request.home,
    project,
  });
  const { missing } = await prepareModules(project.root, copy, project);
  const { tree, root, sources, notes } = copy;
  return { tree, root, locate: (path) => copy.locate(path), sources, notes, missing };
}
