import { access } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import type { Report } from "@apex/report";
import type { ActionIo } from "../runner/action-io.ts";
import type { FoundModule } from "./find-modules.ts";
import { obtainReport } from "./obtain-report.ts";

/** A root module with what is recommended for it. */
export interface AnalysedModule extends FoundModule {
  readonly report: Report;
}

/** Why a root module was not analysed: its pull requests stay as they are. */
export interface ModuleProblem {
  /** Relative to the repository. */
  readonly directory: string;
  readonly message: string;
}

/** Root modules, and what is wrong with the others. */
export interface AnalysedModules {
  readonly modules: readonly AnalysedModule[];
  readonly problems: readonly ModuleProblem[];
}

/** What went wrong with one root module and says nothing of the others. Throws a bug of ours, and the end of a workflow that was cancelled. */
export function problemOf(error: unknown, directory: string, { signal }: ActionIo): ModuleProblem {
  if (signal.aborted || !(error instanceof AdapterError)) throw error;
  return { directory, message: error.message };
}

/** Savings of two currencies have no order, and no sum. */
function requireCurrency(report: Report, first: AnalysedModule | undefined): void {
  const [currency, common] = [report.summary.savings.currency, first?.report.summary.savings.currency];
  if (first === undefined || currency === common) return;
  throw new AdapterError(
    "invalid",
    `its savings are in ${currency}, and those of ${first.place.relative} in ${common}: run the Action once for each currency`,
  );
}

/** Says it before a command is started for it. */
async function requireState(
  { report, state }: FoundModule["settings"],
  { workspace }: ActionIo,
): Promise<void> {
  if (report !== null || state === null) return;
  await access(path.resolve(workspace, state)).catch((cause: unknown) => {
    throw new AdapterError("not-found", `state: there is no ${state}`, { cause });
  });
}

/**
 * Obtains the reports of several root modules, one after the other: each `apex optimize` plans on as many processors as there are. What
 * is wrong with one of them stops no other.
 */
export async function analyseModules(found: readonly FoundModule[], io: ActionIo): Promise<AnalysedModules> {
  const modules: AnalysedModule[] = [];
  const problems: ModuleProblem[] = [];
  for (const module of found) {
    const directory = module.place.relative;
    try {
      await requireState(module.settings, io);
      const report = await obtainReport(module.settings, io, directory);
      requireCurrency(report, modules[0]);
      modules.push({ ...module, report });
      io.log(`${directory}: recommendations: ${report.recommendations.length}`);
    } catch (error) {
      problems.push(problemOf(error, directory, io));
      io.log(`${directory}: cannot be analysed`);
    }
  }
  return { modules, problems };
}
