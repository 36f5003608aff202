import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import {
  type Configuration,
  type HclParser,
  missingModuleDirectories,
  readConfiguration,
} from "@apex/generators-hcl";
import { holdsModule } from "../input-files.ts";

/** Far above any real configuration; a directory beyond it was named by mistake. */
const FILES_MAX = 5_000;
const MODULE_DEPTH_MAX = 32;
/** Tests change nothing, but what they name cannot be removed. */
const TEST_FILE = /\.(tftest|tofutest)\.(hcl|json)$/;
const CONFIGURATION_FILE = new RegExp(
  `\\.(tf|tf\\.json|tofu|tofu\\.json|tfvars|tfvars\\.json)$|${TEST_FILE.source}`,
);

/** Where Terraform looks for tests besides the module itself, unless told otherwise. */
const TEST_DIRECTORY = "tests";

async function readModule(root: string, directory: string, files: Map<string, string>): Promise<void> {
  await readFiles(root, directory, { files, pattern: CONFIGURATION_FILE });
  const tests = directory === "" ? TEST_DIRECTORY : `${directory}/${TEST_DIRECTORY}`;
  await readFiles(root, tests, { files, pattern: TEST_FILE }).catch(unlessMissing);
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

async function readFiles(
  root: string,
  directory: string,
  { files, pattern }: { readonly files: Map<string, string>; readonly pattern: RegExp },
): Promise<void> {
  const entries = await readdir(path.join(root, directory), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isFile() || !pattern.test(entry.name)) continue;
    if (files.size >= FILES_MAX) {
      throw new AdapterError(
        "invalid",
        `${root} holds more than ${FILES_MAX} Terraform files; name the root module's directory`,
      );
    }
    const name = directory === "" ? entry.name : `${directory}/${entry.name}`;
    files.set(name, await readFile(path.join(root, directory, entry.name), "utf8"));
  }
}

/**
 * Reads a root module from disk with the local modules it calls and the variable files. Symbolic links are not
 * followed. Throws an AdapterError when the directory holds no Terraform file.
 */
export async function readTerraform(
  parser: HclParser,
  root: string,
  varFiles: readonly string[],
): Promise<Configuration> {
  const files = new Map<string, string>();
  await readModule(root, "", files);
  if (!holdsModule([...files.keys()])) {
    throw new AdapterError("invalid", `${root} holds no .tf file: name the directory of the root module`);
  }
  const variableFiles = varFiles.map((file) => path.relative(root, file).split(path.sep).join("/"));
  for (const [index, name] of variableFiles.entries()) {
    const file = varFiles[index];
    if (file !== undefined && !files.has(name)) files.set(name, await readFile(file, "utf8"));
  }
  let configuration = readConfiguration(parser, { files, variableFiles });
  for (let depth = 0; depth < MODULE_DEPTH_MAX; depth += 1) {
    const before = files.size;
    for (const directory of missingModuleDirectories(configuration)) {
      // A module that is not there is the plan's to report, with Terraform's own words.
      await readModule(root, directory, files).catch(unlessMissing);
    }
    if (files.size === before) break;
    configuration = readConfiguration(parser, { files, variableFiles });
  }
  return configuration;
}
