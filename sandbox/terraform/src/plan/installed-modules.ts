import { join, resolve } from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import { z } from "zod";
import { isDirectory, readIfFile } from "./file-probe.ts";
import type { WorkingCopy } from "./working-copy.ts";

const Manifest = z.object({
  Modules: z.array(z.object({ Key: z.string(), Source: z.string(), Dir: z.string() })),
});

/** Whether the modules that would have to be fetched are at hand. */
export interface PreparedModules {
  /** Where the copy has the list of installed modules; then Terraform must not look for modules any more. */
  readonly manifest: string | null;
  readonly missing: readonly TerraformDiagnostic[];
}

/**
 * Modules from registries and git cannot be fetched offline. Where the user has run `terraform init`, the modules it
 * brought (`.terraform/modules`) are copied; otherwise each one is an error that names it.
 */
export async function prepareModules(directory: string, copy: WorkingCopy): Promise<PreparedModules> {
  if (copy.remoteModules.length === 0) return { manifest: null, missing: [] };
  const installed = resolve(directory, ".terraform/modules");
  const names = await installedNames(installed);
  const missing = copy.remoteModules.filter((module) => !names.has(module.name));
  if (missing.length === 0) {
    await copy.add(".terraform/modules");
    return { manifest: join(copy.root, ".terraform/modules/modules.json"), missing: [] };
  }
  return {
    manifest: null,
    missing: missing.map((module) => ({
      severity: "error",
      summary: `Module ${module.name} is not installed`,
      detail: `module "${module.name}" in ${module.directory} comes from ${module.source}, and Apex fetches nothing. Run "terraform init" (or "terraform get") in ${directory} once, so that .terraform/modules holds it, and try again.`,
    })),
  };
}

async function installedNames(installed: string): Promise<ReadonlySet<string>> {
  const path = join(installed, "modules.json");
  const text = (await isDirectory(installed)) ? await readIfFile(path) : undefined;
  if (text === undefined) return new Set();
  try {
    const manifest = Manifest.parse(JSON.parse(text));
    // A key is the path of calls: "network.vpc".
    return new Set(manifest.Modules.map((module) => module.Key.split(".").at(-1) ?? ""));
  } catch {
    return new Set();
  }
}
