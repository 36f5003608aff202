import { machineTypesByAttribute } from "@apex/catalog";
import type { CommandIsolation, TerraformDiagnostic, TerraformPlan } from "@apex/core";
import {
  openPlanner,
  type Planner,
  type PlanRequest,
  type PlanResult,
  readFixtures,
} from "@apex/sandbox-terraform";
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
  const directory = await requireRootModule(source.directoryOption, source.directory, io.cwd);
  const [stateFile] = await requireFiles("--state", source.state === undefined ? [] : [source.state], io.cwd);
  await using state = stateFile === undefined ? undefined : await openPlannableState(stateFile);
  const request: PlanRequest = {
    directory,
    ...(state === undefined ? {} : { stateFile: state.path }),
    varFiles: await requireFiles("--var-file", source.varFile, io.cwd),
    signal: io.signal,
  };
  const progress = openProgress(io, output);
  progress.step(source.providers === "real" ? "Planning with Terraform" : "Planning with Terraform, offline");
  try {
    return await usingPlanner(await openPlannerFor(io, source), (planner) => planner.plan(request));
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
