import { join, resolve } from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import { z } from "zod";
import { isDirectory, readIfFile } from "./file-probe.ts";
import { isInside } from "../trust/project.ts";
import type { ModuleSource } from "./collect-outside.ts";
import { terraformFiles, type WorkingCopy } from "./working-copy.ts";

const Manifest = z.object({
  Modules: z.array(z.object({ Key: z.string(), Source: z.string(), Dir: z.string() })),
});

/** Whether the modules that would have to be fetched are at hand. */
export interface PreparedModules {
  /** Where the copy has the list of installed modules; then Terraform must not look for modules any more. */
  readonly manifest: string | null;
  /** The Terraform files of the installed modules, by the user's paths. */
  readonly sources: readonly ModuleSource[];
  readonly missing: readonly TerraformDiagnostic[];
}

/**
 * Modules from registries and git cannot be fetched offline. Where the user has run `terraform init`, the modules it
 * brought (`.terraform/modules`) are copied; otherwise each one is an error that names it.
 */
export async function prepareModules(directory: string, copy: WorkingCopy): Promise<PreparedModules> {
  if (copy.remoteModules.length === 0) return { manifest: null, sources: [], missing: [] };
  const installed = resolve(directory, ".terraform/modules");
  const modules = await installedModules(installed);
  // A key is the path of calls: "network.vpc".
  const names = new Set(modules.map((module) => module.Key.split(".").at(-1) ?? ""));
  const missing = copy.remoteModules.filter((module) => !names.has(module.name));
  if (missing.length === 0) {
    await copy.add(".terraform/modules");
    return {
      manifest: join(copy.root, ".terraform/modules/modules.json"),
      sources: await sourcesOf(directory, modules),
      missing: [],
    };
  }
  return {
    manifest: null,
    sources: [],
    missing: missing.map((module) => ({
      severity: "error",
      summary: `Module ${module.name} is not installed`,
      detail: `module "${module.name}" in ${module.directory} comes from ${module.source}, and Apex fetches nothing. Run "terraform init" (or "terraform get") in ${directory} once, so that .terraform/modules holds it, and try again.`,
    })),
  };
}

type InstalledModule = z.infer<typeof Manifest>["Modules"][number];

async function installedModules(installed: string): Promise<readonly InstalledModule[]> {
  const path = join(installed, "modules.json");
  const text = (await isDirectory(installed)) ? await readIfFile(path) : undefined;
  if (text === undefined) return [];
  try {
    return Manifest.parse(JSON.parse(text)).Modules;
  } catch {
    return [];
  }
}

/** Those that were fetched; local modules of the project are known already. */
async function sourcesOf(
  directory: string,
  modules: readonly InstalledModule[],
): Promise<readonly ModuleSource[]> {
  const installed = resolve(directory, ".terraform/modules");
  const directories = modules
    .map(({ Dir }) => resolve(directory, Dir))
    .filter((path) => isInside(path, installed));
  return Promise.all(
    [...new Set(directories)].map(async (path) => ({
      directory: path,
      files: await terraformFiles(path, new Map()),
    })),
  );
}
