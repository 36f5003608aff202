import { realpath, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import { z } from "zod";
import type { TrustFinding } from "../trust/finding.ts";
import { isInside, mayCall, type Project } from "../trust/project.ts";
import type { ModuleSource } from "./collect-outside.ts";
import { isDirectory, readIfFile } from "./file-probe.ts";
import { isLocalSource } from "./hcl-modules.ts";
import { type InstalledModule, misplacedModules } from "./misplaced-modules.ts";
import { terraformFiles, type WorkingCopy } from "./working-copy.ts";

const INSTALLED = ".terraform/modules";
const Manifest = z.object({
  Modules: z.array(
    z.object({ Key: z.string(), Source: z.string(), Version: z.string().optional(), Dir: z.string() }),
  ),
});

/** Whether the modules that would have to be fetched are at hand. */
export interface PreparedModules {
  /** Where the copy has the list of installed modules; then Terraform must not look for modules any more. */
  readonly manifest: string | null;
  /** The Terraform files of the installed modules, by the user's paths. */
  readonly sources: readonly ModuleSource[];
  readonly missing: readonly TerraformDiagnostic[];
  /** Modules that the list looks for where nobody has looked through them. */
  readonly findings: readonly TrustFinding[];
}

/** Nothing is installed, and nothing has to be. */
export const NOTHING_INSTALLED: PreparedModules = { manifest: null, sources: [], missing: [], findings: [] };

/**
 * Modules from registries and git cannot be fetched offline. Where the user has run `terraform init`, the modules it
 * brought (`.terraform/modules`) are copied; otherwise each one is an error that names it. Without a `project` the user
 * vouches for wherever they lie.
 */
export async function prepareModules(
  root: string,
  copy: WorkingCopy,
  project: Project | null,
): Promise<PreparedModules> {
  if (copy.remoteModules.length === 0) return NOTHING_INSTALLED;
  const { text, modules } = await readManifest(root, project);
  // A key is the path of calls: "network.vpc".
  const names = new Set(modules.map((module) => module.Key.split(".").at(-1) ?? ""));
  const missing = copy.remoteModules.filter((module) => !names.has(module.name));
  if (missing.length === 0) {
    const manifest = join(copy.root, INSTALLED, "modules.json");
    await copy.add(INSTALLED);
    // As it was read: Go takes "dir" for "Dir", and would read another list out of the user's.
    await rm(manifest, { force: true });
    await writeFile(manifest, JSON.stringify({ Modules: modules }));
    const known = new Set(copy.modules.map(({ directory }) => directory));
    return {
      manifest,
      sources: await sourcesOf(root, modules),
      missing: [],
      findings: misplacedModules({ path: `${INSTALLED}/modules.json`, text, modules }, { root, known }),
    };
  }
  return {
    ...NOTHING_INSTALLED,
    missing: missing.map((module) => ({
      severity: "error",
      summary: `Module ${module.name} is not installed`,
      detail: `module "${module.name}" in ${module.directory} comes from ${module.source}, and Apex fetches nothing. Run "terraform init" (or "terraform get") in ${root} once, so that ${INSTALLED} is a directory in the project that holds it, and try again.`,
    })),
  };
}

/** The list; none where a link would bring along what lies outside of the project. */
async function readManifest(
  root: string,
  project: Project | null,
): Promise<{ readonly text: string; readonly modules: readonly InstalledModule[] }> {
  const none = { text: "", modules: [] };
  const installed = join(root, INSTALLED);
  if (!(await isDirectory(installed))) return none;
  // Without a checkout the root alone is certain to be the project's.
  const own = project === null ? null : { ...project, reach: project.root };
  if (own !== null && !mayCall(own, await realpath(installed))) return none;
  const text = await readIfFile(join(installed, "modules.json"));
  if (text === undefined) return none;
  try {
    return { text, modules: Manifest.parse(JSON.parse(text)).Modules };
  } catch {
    return none;
  }
}

/** Those that lie with the installed ones; local modules of the project are known already. */
async function sourcesOf(
  root: string,
  modules: readonly InstalledModule[],
): Promise<readonly ModuleSource[]> {
  const installed = join(root, INSTALLED);
  const directories = new Map<string, boolean>();
  for (const { Dir, Source } of modules) {
    const path = resolve(root, Dir);
    if (!isInside(path, installed)) continue;
    directories.set(path, directories.get(path) === true || !isLocalSource(Source));
  }
  return Promise.all(
    [...directories].map(async ([directory, isFetched]) => ({
      directory,
      files: await terraformFiles(directory, new Map()),
      isFetched,
    })),
  );
}
