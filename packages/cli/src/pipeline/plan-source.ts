import { stat } from "node:fs/promises";
import path from "node:path";
import { machineTypesByAttribute } from "@apex/catalog";
import { assert, type CommandIsolation, type TerraformDiagnostic, type TerraformPlan } from "@apex/core";
import { openPlanner, type Planner, type PlanResult, readFixtures } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { requireRootModule, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { freshLine, openProgress } from "../progress.ts";
import { renderDiagnostics } from "../render-plan.ts";
import { terraformIsolation } from "../sandbox/terraform-isolation.ts";
import { openPlannableState } from "./plannable-state.ts";

/** The options of every command that plans, as the command line gives them. */
export interface PlanningOptions {
  readonly varFile: readonly string[];
  readonly providers?: "stand-in" | "real";
  /** Values for data sources. */
  readonly fixtures?: string;
  /** The user vouches for the configuration: Terraform runs on this host as it is. */
  readonly trust?: boolean;
}

/**
 * A planner with the catalogue's machine types, the wanted providers and the user's data source values. Terraform runs in
 * a container wherever there is an engine, unless the user vouches for the configuration or wants the true providers.
 */
export async function openPlannerFor(
  io: Io,
  options: Omit<PlanningOptions, "varFile">,
  given?: CommandIsolation,
): Promise<Planner> {
  const [fixtures] = await requireFiles(
    "--fixtures",
    options.fixtures === undefined ? [] : [options.fixtures],
    io.cwd,
  );
  const isOnHost = options.trust === true || options.providers === "real";
  const isolation = isOnHost ? undefined : (given ?? (await terraformIsolation(io)));
  return openPlanner({
    machineTypes: machineTypesByAttribute(),
    ...(isolation === undefined ? {} : { isolation }),
    ...(options.trust === undefined ? {} : { trust: options.trust }),
    ...(options.providers === undefined ? {} : { providers: options.providers }),
    ...(fixtures === undefined ? {} : { fixtures: await readFixtures(fixtures) }),
  });
}

/** Works with a planner and closes it, whatever happens. */
export async function usingPlanner<Value>(
  planner: Planner,
  work: (planner: Planner) => Promise<Value>,
): Promise<Value> {
  try {
    return await work(planner);
  } finally {
    await planner.close();
  }
}

/** What `apex plan` and `apex cost` plan. */
export interface PlanSource extends PlanningOptions {
  readonly directory: string;
  /** The option that named the directory, for messages. */
  readonly directoryOption: string;
  readonly state?: string;
}

/** Checks the inputs and plans them, with progress unless `quiet`. */
export async function planSource(
  io: Io,
  source: PlanSource,
  output: { readonly quiet: boolean },
): Promise<PlanResult> {
  const [result] = await planSources(io, [source], output);
  assert(result !== undefined, "one source leads to one plan");
  return result;
}

/** A variable file for another checkout of a configuration: that checkout's own where it lies in the configuration, else the same. */
async function counterpart(file: string, directory: string, other: string): Promise<string> {
  const inside = path.relative(directory, file);
  if (inside.startsWith("..") || path.isAbsolute(inside)) return file;
  const theirs = path.join(other, inside);
  const found = await stat(theirs).catch(() => undefined);
  return found?.isFile() === true ? theirs : file;
}

/**
 * Like {@link planSource}, for checkouts of one configuration that are planned alike: one after the other, up to the first that is
 * refused. The variable files are named for the last one.
 */
export async function planSources(
  io: Io,
  sources: readonly [PlanSource, ...(readonly PlanSource[])],
  output: { readonly quiet: boolean },
): Promise<readonly PlanResult[]> {
  const [source] = sources;
  const directories: string[] = [];
  for (const { directoryOption, directory } of sources) {
    directories.push(await requireRootModule(directoryOption, directory, io.cwd));
  }
  const [stateFile] = await requireFiles("--state", source.state === undefined ? [] : [source.state], io.cwd);
  await using state = stateFile === undefined ? undefined : await openPlannableState(stateFile);
  const varFiles = await requireFiles("--var-file", source.varFile, io.cwd);
  const progress = openProgress(io, output);
  const how = source.providers === "real" ? "with Terraform" : "with Terraform, offline";
  try {
    return await usingPlanner(await openPlannerFor(io, source), async (planner) => {
      const results: PlanResult[] = [];
      for (const [index, directory] of directories.entries()) {
        progress.step(
          sources.length === 1 ? `Planning ${how}` : `Planning ${sources[index]?.directory ?? ""} ${how}`,
        );
        const result = await planner.plan({
          directory,
          ...(state === undefined ? {} : { stateFile: state.path }),
          varFiles: await Promise.all(
            varFiles.map((file) => counterpart(file, directories.at(-1) ?? directory, directory)),
          ),
          signal: io.signal,
        });
        results.push(result);
        if (isRefused(result)) break;
      }
      return results;
    });
  } finally {
    progress.done();
  }
}

/** Whether Terraform made no plan, or reported an error. */
export function isRefused(result: {
  readonly plan: unknown;
  readonly diagnostics: readonly TerraformDiagnostic[];
}): boolean {
  return result.plan === null || result.diagnostics.some(({ severity }) => severity === "error");
}

/**
 * The plan of the configuration as it is. Throws a CommandError when there is none, after Terraform's own words; `advise` tells what
 * would mend it.
 */
export async function requirePlan(
  io: Io,
  result: PlanResult,
  advise: () => Promise<string>,
): Promise<TerraformPlan> {
  if (result.plan !== null && !isRefused(result)) return result.plan;
  io.err(`${freshLine(io)}${renderDiagnostics(result.diagnostics, { colour: io.colour })}`);
  throw new CommandError(
    EXIT_CODES.planRefused,
    `Terraform cannot plan the configuration as it is, so no change to it can be checked: mend what is reported above first\n${await advise()}`,
  );
}
