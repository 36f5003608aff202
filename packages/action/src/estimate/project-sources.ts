import { readdir } from "node:fs/promises";
import path from "node:path";
import { type ConfigurationSources, configurationSources } from "@apex/sandbox-terraform";
import { contentDigest } from "./content-digest.ts";
import type { SideTree } from "./side-tree.ts";

/** What a root module consists of on one side. */
export interface ProjectSources {
  /** Whether a file of the tree, given relative to it, may decide what the root module plans. */
  reads(file: string): boolean;
  /** Over the contents of all that it reads, what `terraform init` brought included. */
  digest(): Promise<string>;
  /** The calls of modules that `terraform init` would fetch; their directories are relative to the root module. */
  readonly remoteModules: ConfigurationSources["remoteModules"];
  /** The texts of the root directory's own Terraform files. */
  readonly rootTexts: readonly string[];
}

const TERRAFORM_FILE = /\.(tf|tofu)(\.json)?$/;
const VARIABLE_FILE = /\.tfvars(\.json)?$/;
/** Read by Terraform without being named, in the root directory. */
const AUTOMATIC = /^(terraform\.tfvars(\.json)?|.*\.auto\.tfvars(\.json)?|terraform\.tfstate)$/;
/** A function that reads a file, in front of anything but a plain string: any file beside may be meant. */
const READS_ANY =
  /\b(?:fileset|(?:file|templatefile|filebase64|fileexists|filemd5|filesha1|filesha256|filesha512|filebase64sha256|filebase64sha512)\s*\(\s*(?!"(?:\$\{path\.(?:module|root|cwd)\})?[^"$%]*"))/;
/** Where `terraform init` puts the modules that it fetches, below the root directory. */
export const INSTALLED = ".terraform/modules";

function relativeTo(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

function isBelow(file: string, directory: string): boolean {
  return directory === "" || file.startsWith(`${directory}/`);
}

function directoryOf(file: string): string {
  const directory = path.posix.dirname(file);
  return directory === "." ? "" : directory;
}

/** A directory of Terraform files: the root directory or a module that it calls. */
interface ModuleFacts {
  readonly directory: string;
  readonly readsAny: boolean;
  readonly text: string;
}

/** The files of a directory that git does not know of but Terraform reads. */
async function presentFiles(tree: SideTree, directory: string): Promise<readonly string[]> {
  const names = await readdir(path.join(tree.root, directory), { withFileTypes: true }).catch(() => []);
  return names
    .filter((entry) => !entry.isDirectory())
    .map((entry) => (directory === "" ? entry.name : `${directory}/${entry.name}`));
}

async function installedFiles(tree: SideTree, directory: string): Promise<readonly string[]> {
  const home = path.join(tree.root, directory, INSTALLED);
  const found = await readdir(home, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => !entry.isDirectory() && !entry.parentPath.split(path.sep).includes(".git"))
    .map((entry) => relativeTo(tree.root, path.join(entry.parentPath, entry.name)));
}

/** The sources of a root module, or `undefined` where the side has no such directory. */
export async function projectSources(
  tree: SideTree,
  project: { readonly directory: string; readonly varFiles: readonly string[] },
): Promise<ProjectSources> {
  const directory = project.directory === "." ? "" : project.directory;
  const found = await configurationSources(path.join(tree.root, directory));
  const modules = found.modules.map(({ directory: place, files }): ModuleFacts => {
    const text = files.map((each) => each.text).join("\n");
    return { directory: relativeTo(tree.root, place), readsAny: READS_ANY.test(text), text };
  });
  const directories = found.directories.map((each) => relativeTo(tree.root, each));
  const named = new Set([...project.varFiles, ...found.files.map((each) => relativeTo(tree.root, each))]);
  const moduleDirectories = new Set(modules.map((each) => each.directory));
  const reads = (file: string): boolean => {
    const base = path.posix.basename(file);
    if (named.has(file) || directories.some((each) => isBelow(file, each))) return true;
    if (TERRAFORM_FILE.test(base)) return moduleDirectories.has(directoryOf(file));
    if (AUTOMATIC.test(base) && directoryOf(file) === directory) return true;
    if (VARIABLE_FILE.test(base)) return false;
    return modules.some(
      (each) => isBelow(file, each.directory) && (each.readsAny || each.text.includes(base)),
    );
  };
  return {
    reads,
    remoteModules: found.remoteModules,
    rootTexts:
      found.modules.find((each) => each.directory === found.root)?.files.map(({ text }) => text) ?? [],
    digest: async () => {
      const present = await Promise.all([...moduleDirectories].map((each) => presentFiles(tree, each)));
      const installed = found.remoteModules.length === 0 ? [] : await installedFiles(tree, directory);
      const own = [...tree.files, ...present.flat()].filter(reads);
      return contentDigest(tree.root, [...own, ...installed, ...project.varFiles]);
    },
  };
}
