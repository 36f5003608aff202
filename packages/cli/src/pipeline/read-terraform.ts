import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import {
  type Configuration,
  type HclParser,
  missingModuleDirectories,
  readConfiguration,
} from "@apex/generators-hcl";

/** Far above any real configuration; a directory beyond it was named by mistake. */
const FILES_MAX = 5_000;
const MODULE_DEPTH_MAX = 32;
const CONFIGURATION_FILE = /\.(tf|tf\.json|tfvars|tfvars\.json)$/;

async function readModuleFiles(root: string, directory: string, files: Map<string, string>): Promise<void> {
  const entries = await readdir(path.join(root, directory), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isFile() || !CONFIGURATION_FILE.test(entry.name)) continue;
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
  await readModuleFiles(root, "", files);
  if (![...files.keys()].some((name) => /\.tf(\.json)?$/.test(name))) {
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
      await readModuleFiles(root, directory, files).catch((error: NodeJS.ErrnoException) => {
        // A module that is not there is the plan's to report, with Terraform's own words.
        if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
      });
    }
    if (files.size === before) break;
    configuration = readConfiguration(parser, { files, variableFiles });
  }
  return configuration;
}
