import { AdapterError, type Decimal, parseDecimal } from "@apex/core";
import { type ActionInputs, flagInput, inputText } from "../inputs/action-inputs.ts";
import { parseSchedule, type ScheduleWindow } from "../pull-requests/schedule.ts";
import type { ActionIo } from "../runner/action-io.ts";

/** One root module, and what it is analysed and planned with. Paths are relative to the workspace, or absolute. */
export interface ModuleSettings {
  /** `null`: as the report says. */
  readonly directory: string | null;
  readonly report: string | null;
  readonly state: string | null;
  readonly varFiles: readonly string[];
}

/** What the workflow says of optimization pull requests. Paths are as they are written. */
export interface OptimizeSettings extends ModuleSettings {
  readonly cost: readonly string[];
  readonly metrics: readonly string[];
  readonly policy: string | null;
  /** The entry file of the command line, where it is not found beside the Action. */
  readonly cli: string | null;
  /** Whether the configuration may execute what it names when it is planned on the runner. */
  readonly isTrusted: boolean;
  /** The branch that pull requests are merged into; `null`: the repository's default branch. */
  readonly base: string | null;
  readonly openMax: number;
  readonly changesMax: number;
  /** Monthly, in the report's currency. */
  readonly savingMinimum: Decimal;
  /** `null`: at any time. */
  readonly schedule: ScheduleWindow | null;
  readonly labels: readonly string[];
  readonly isDraft: boolean;
  readonly notNowDays: number;
  readonly isDryRun: boolean;
}

/** Labels by which people decide, beside the commands. */
export const NEVER_LABEL = "apex: never";
export const NOT_NOW_LABEL = "apex: not now";

function countOf(env: ActionIo["env"], name: string, range: { usual: number; max: number }): number {
  const given = inputText(env, name);
  if (given === "") return range.usual;
  const count = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (count <= range.max) return count;
  throw new AdapterError(
    "invalid",
    `${name}: ${JSON.stringify(given)} is no whole number up to ${range.max}`,
  );
}

function savingOf(env: ActionIo["env"]): Decimal {
  const given = inputText(env, "min-saving") || "0";
  const amount = parseDecimal(given);
  if (amount !== undefined && !given.startsWith("-")) return amount;
  throw new AdapterError("invalid", `min-saving: ${JSON.stringify(given)} is no amount like 25 or 12.50`);
}

function listOf(env: ActionIo["env"], name: string): readonly string[] {
  const items = inputText(env, name).split(/\r?\n/);
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

/**
 * Reads what mode `optimize` takes beside the inputs of all modes, with the first `path` as the root module. Throws an AdapterError that
 * names the input.
 */
export function readOptimizeSettings(inputs: ActionInputs, env: ActionIo["env"]): OptimizeSettings {
  const schedule = inputText(env, "schedule");
  const labels = listOf(env, "labels");
  return {
    directory: inputs.paths[0] ?? null,
    report: inputs.report,
    state: inputText(env, "state") || null,
    varFiles: inputs.varFiles,
    cost: listOf(env, "cost"),
    metrics: inputs.metrics,
    policy: inputText(env, "policy") || null,
    cli: inputText(env, "cli") || null,
    isTrusted: flagInput(env, "trust"),
    base: inputs.base,
    openMax: countOf(env, "max-open", { usual: 5, max: 1_000 }),
    changesMax: Math.max(1, countOf(env, "max-changes", { usual: 10, max: 100 })),
    savingMinimum: savingOf(env),
    schedule: schedule === "" ? null : parseSchedule(schedule),
    labels: labels.length === 0 ? ["apex"] : labels,
    isDraft: flagInput(env, "draft"),
    notNowDays: Math.max(1, countOf(env, "not-now-days", { usual: 30, max: 3_650 })),
    isDryRun: inputs.isDryRun,
  };
}
