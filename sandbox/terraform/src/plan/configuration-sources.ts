import { findProject } from "../trust/project.ts";
import { collectOutside, type ModuleSource } from "./collect-outside.ts";
import { rootOf, type RemoteModule, terraformFiles } from "./working-copy.ts";

/** What a configuration consists of, by real and absolute paths. */
export interface ConfigurationSources {
  readonly root: string;
  /** The root directory and the local modules that it calls, through all levels, with their Terraform files. */
  readonly modules: readonly ModuleSource[];
  /** Directories and files elsewhere that a relative path in some text leads to. */
  readonly directories: readonly string[];
  readonly files: readonly string[];
  /** Modules that `terraform init` would fetch. */
  readonly remoteModules: readonly RemoteModule[];
}

/**
 * Which directories and files a planner would look at for a root directory, by its rules about what belongs to the project. Reads
 * only. Throws an AdapterError when the directory is missing or calls too many modules.
 */
export async function configurationSources(directory: string): Promise<ConfigurationSources> {
  const root = await rootOf(directory);
  const project = await findProject(root);
  const found = await collectOutside({
    root,
    project,
    texts: (each) => terraformFiles(each, new Map()),
  });
  const modules = new Set(found.modules.map((module) => module.directory));
  return {
    root,
    modules: found.modules,
    directories: [...found.directories].filter((each) => !modules.has(each)),
    files: [...found.files],
    remoteModules: found.remoteModules,
  };
}
