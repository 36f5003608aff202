import { availableParallelism } from "node:os";
import path from "node:path";
import { readFile } from "node:fs/promises";
import { machineTypesByAttribute } from "@apex/catalog";
import { AdapterError, type TerraformDiagnostic } from "@apex/core";
import {
  ConfigurationNotTrustedError,
  findTerraform,
  openPlanner,
  type Planner,
  type TerraformBinary,
} from "@apex/sandbox-terraform";
import { textDigest } from "./content-digest.ts";
import type { PlanCache, PlannedSide } from "./plan-cache.ts";
import type { ProjectSources } from "./project-sources.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Plans root modules, each of them once for what it consists of. */
export interface SidePlanner extends AsyncDisposable {
  readonly terraformVersion: string;
  /** How many may be planned at a time. */
  readonly width: number;
  plan(side: SideRequest): Promise<PlannedSide & { readonly isFromCache: boolean }>;
}

/** One root module on one side. */
export interface SideRequest {
  /** The root of the side's files: absolute. */
  readonly tree: string;
  /** Relative to it, as are the variable files. */
  readonly directory: string;
  readonly varFiles: readonly string[];
  readonly sources: ProjectSources;
}

/** Each plan is a Terraform and its stand-in providers. */
const WIDTH_MAX = 8;

async function terraformOnPath(): Promise<TerraformBinary> {
  try {
    return await findTerraform();
  } catch (error) {
    if (!(error instanceof AdapterError) || error.kind !== "not-found") throw error;
    throw new AdapterError(
      "not-found",
      "there is no terraform on this runner: let hashicorp/setup-terraform (or opentofu/setup-opentofu) run before this step, or give `plan-json` the plans that you have",
      { cause: error },
    );
  }
}

/** Texts of the planner name the directory that the side was put into: readers know it by its place in the repository. */
function withoutPlace(text: string, tree: string): string {
  return text.replaceAll(`${tree}${path.sep}`, "").replaceAll(tree, ".");
}

function refusal(error: ConfigurationNotTrustedError): readonly TerraformDiagnostic[] {
  return error.findings.map(({ file, line, what }) => ({
    severity: "error",
    summary: "The configuration is not planned: nothing would keep it in",
    detail: `${what}. Whoever opens a pull request would decide what runs here. Give \`plan-json\` a plan that a job of yours has made, or take this out of the configuration.`,
    range: {
      filename: file,
      start: { line, column: 1, byte: 0 },
      end: { line, column: 1, byte: 0 },
    },
  }));
}

async function planned(planner: Planner, request: SideRequest, signal: AbortSignal): Promise<PlannedSide> {
  const absolute = (file: string) => path.join(request.tree, file);
  const result = await planner.plan({
    directory: absolute(request.directory),
    varFiles: request.varFiles.map(absolute),
    signal,
  });
  const clean = (text: string) => withoutPlace(text, request.tree);
  return {
    plan: result.plan === null ? null : withoutSecrets(result.plan),
    diagnostics: result.diagnostics.map(({ severity, summary, detail, address, range }) => ({
      severity,
      summary: clean(summary),
      ...(detail === undefined ? {} : { detail: clean(detail) }),
      ...(address === undefined ? {} : { address }),
      ...(range === undefined ? {} : { range }),
    })),
    notes: result.notes.map(clean),
    terraformVersion: result.terraformVersion,
  };
}

/**
 * A planner for configurations that nobody vouches for: what could execute programs or read this machine's files is refused, and
 * the refusal is the root module's problem, not the others'. Throws an AdapterError when there is no Terraform.
 */
export async function openSidePlanner(
  cache: PlanCache,
  place: { readonly version: string; readonly signal: AbortSignal },
): Promise<SidePlanner> {
  const terraform = await terraformOnPath();
  const machineTypes = machineTypesByAttribute();
  const planner = await openPlanner({ machineTypes, terraformPath: terraform.path });
  // Of the bundle this is all of the Action's code, schemas aside: those change with a commit, as the version of the files here.
  const code = await readFile(import.meta.filename, "utf8");
  const maker = textDigest([
    place.version,
    code,
    terraform.product,
    terraform.version,
    JSON.stringify(machineTypes),
  ]);
  return {
    terraformVersion: terraform.version,
    width: Math.max(1, Math.min(WIDTH_MAX, availableParallelism())),
    plan: async (request) => {
      const key = textDigest([
        maker,
        request.directory,
        JSON.stringify(request.varFiles),
        await request.sources.digest(),
      ]);
      const kept = await cache.get(key);
      if (kept !== undefined) return { ...kept, isFromCache: true };
      try {
        const fresh = await planned(planner, request, place.signal);
        await cache.put(key, fresh);
        return { ...fresh, isFromCache: false };
      } catch (error) {
        const base = { plan: null, notes: [], terraformVersion: terraform.version, isFromCache: false };
        if (error instanceof ConfigurationNotTrustedError) return { ...base, diagnostics: refusal(error) };
        if (!(error instanceof AdapterError) || place.signal.aborted) throw error;
        const detail = withoutPlace(error.message, request.tree);
        return {
          ...base,
          diagnostics: [{ severity: "error", summary: "The configuration could not be planned", detail }],
        };
      }
    },
    [Symbol.asyncDispose]: () => planner.close(),
  };
}
