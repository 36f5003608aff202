import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { findProjects, isPattern, type Project } from "../estimate/projects.ts";
import { hasFile, type SideTree, workingTree } from "../estimate/side-tree.ts";
import type { Ground, ModulePlace, OptimizeRun } from "./ground.ts";
import type { ModuleSettings, OptimizeSettings } from "./optimize-settings.ts";

/** A root module that the workflow means, with what is its own of the settings. */
export interface FoundModule {
  readonly place: ModulePlace;
  readonly settings: OptimizeSettings;
}

/** Whether `path` is written for several root modules, however many there are: several lines, or a pattern. */
export async function meansSeveral({ inputs, io }: OptimizeRun): Promise<boolean> {
  const [first = "", ...others] = inputs.paths;
  if (others.length > 0) return true;
  if (!isPattern(first)) return false;
  return lstat(path.resolve(io.workspace, first)).then(
    () => false,
    () => true,
  );
}

/** A file that each root module has of its own: the name is the same in all. */
function ownName(input: "report" | "state", given: string | null): string | null {
  if (given === null) return null;
  const name = path.posix.normalize(given.replaceAll("\\", "/"));
  if (!path.isAbsolute(given) && !path.posix.isAbsolute(name) && name !== ".." && !name.startsWith("../"))
    return name;
  throw new AdapterError(
    "invalid",
    `${input}: ${JSON.stringify(given)} is of one root module, and \`path\` means several: give the name that the file has in each of them, or run the Action once for each`,
  );
}

/** Throws where no root module has the file: then the name is wrong, and nothing is wrong with the root modules. */
async function requireSomewhere(
  input: "report" | "state",
  name: string | null,
  { tree, projects }: { readonly tree: SideTree; readonly projects: readonly Project[] },
): Promise<void> {
  if (name === null) return;
  const has = await Promise.all(projects.map(({ directory }) => hasFile(tree, `${directory}/${name}`)));
  if (has.includes(true)) return;
  const shown = projects.slice(0, 5).map(({ directory }) => directory);
  const names = [...shown, ...(projects.length > shown.length ? ["..."] : [])].join(", ");
  throw new AdapterError(
    "not-found",
    `${input}: none of the root modules (${names}) has a file ${JSON.stringify(name)}: with several root modules it is the name of a file in each of them`,
  );
}

function requireInputs({ inputs }: OptimizeRun, settings: OptimizeSettings): void {
  if (inputs.planJson.length > 0) {
    throw new AdapterError(
      "invalid",
      "plan-json: mode optimize plans each root module with its changes, and takes no plans",
    );
  }
  if (settings.report === null && settings.state === null) {
    throw new AdapterError(
      "invalid",
      "mode optimize needs `report` or `state`: with several root modules, the name that the JSON report of `apex optimize`, or the state, has in each of them",
    );
  }
}

/**
 * The root modules that `path` names or matches, ordered by directory, as mode `estimate` finds them: `report` and `state` are files in
 * each, variable files lie beside each or in the repository. Throws an AdapterError that names the input which is wrong for all of them.
 */
export async function findModules(
  run: OptimizeRun,
  settings: OptimizeSettings,
  { git }: Ground,
): Promise<readonly FoundModule[]> {
  requireInputs(run, settings);
  const names = { report: ownName("report", settings.report), state: ownName("state", settings.state) };
  const [workspace, root] = await Promise.all([realpath(run.io.workspace), realpath(git.root)]);
  const tree = await workingTree(git, root);
  const prefix = path.relative(root, workspace).split(path.sep).join("/");
  const { paths } = run.inputs;
  const projects = await findProjects([tree], { prefix, paths, varFiles: settings.varFiles });
  if (names.report === null) await requireSomewhere("state", names.state, { tree, projects });
  await requireSomewhere("report", names.report, { tree, projects });
  return projects.map(({ directory, varFiles }) => {
    const written = (...steps: readonly string[]) =>
      path
        .relative(workspace, path.join(root, ...steps))
        .split(path.sep)
        .join("/") || ".";
    const own: ModuleSettings = {
      directory: written(directory),
      report: names.report === null ? null : written(directory, names.report),
      state: names.state === null ? null : written(directory, names.state),
      varFiles: varFiles.map((file) => written(file)),
    };
    return {
      place: { absolute: path.join(root, directory), relative: directory },
      settings: { ...settings, ...own },
    };
  });
}
