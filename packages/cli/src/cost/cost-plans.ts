import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { DifferenceOptions } from "@apex/catalog";
import { AdapterError, type TerraformPlan } from "@apex/core";
import { decodePlan, movedBlocks, type PlanResult } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { isRefused, type PlanningOptions, type PlanSource, planSources } from "../pipeline/plan-source.ts";
import { freshLine } from "../progress.ts";
import { renderDiagnostics } from "../render-plan.ts";

/** Options that say what is priced and against what. */
export interface CostSources extends PlanningOptions {
  readonly terraform?: string;
  readonly plan?: string;
  readonly state?: string;
  /** The configuration as it was, in another checkout. */
  readonly base?: string;
  readonly basePlan?: string;
  /** A plan's before against its after. */
  readonly diff?: boolean;
}

/** What is priced. */
export interface CostPlans {
  readonly head: TerraformPlan;
  /** What it is compared with, where there is one: another plan, or what the head's plan starts from. */
  readonly comparison:
    | { readonly kind: "none" }
    | { readonly kind: "own-before" }
    | {
        readonly kind: "base";
        readonly base: TerraformPlan;
        readonly moves: NonNullable<DifferenceOptions["moves"]>;
      };
  /** Whole sentences of the planner: what it had to assume. */
  readonly notes: readonly string[];
  /** What planned the head; `null` for a plan that was given. */
  readonly terraform: Pick<PlanResult, "terraformVersion" | "providers"> | null;
}

const HOW_TO_MAKE_A_PLAN =
  "make a plan with `terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json`";

/** Whether this is `terraform show -json` of a state, which has a plan's version but plans nothing. */
function isShownState(json: unknown): boolean {
  return (
    typeof json === "object" &&
    json !== null &&
    "format_version" in json &&
    !("planned_values" in json) &&
    !("resource_changes" in json)
  );
}

/** What `terraform plan -out` writes is a zip archive. */
const ZIP = "PK\u0003\u0004";

/** A file's text, which PowerShell's redirection writes in UTF-16, or with a byte order mark. */
async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isWide ? "utf-16le" : "utf-8").decode(bytes);
}

async function readPlan(option: string, given: string, cwd: string): Promise<TerraformPlan> {
  const [file = ""] = await requireFiles(option, [given], cwd);
  const text = await readText(file);
  if (text.startsWith(ZIP)) {
    throw new AdapterError(
      "invalid",
      `${option} ${file} is a binary plan: in the directory where it was made, print it with \`terraform show -json ${given} > plan.json\`, and give plan.json`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AdapterError("invalid", `${option} ${file} is not JSON: ${HOW_TO_MAKE_A_PLAN}`, {
      cause: error,
    });
  }
  if (isShownState(json)) {
    // Read as a plan it would cost nothing, which is not what a state's machines cost.
    throw new AdapterError("invalid", `${option} ${file} is a state, not a plan: ${HOW_TO_MAKE_A_PLAN}`);
  }
  return decodePlan(json);
}

function wrongUse(message: string): CommandError {
  return new CommandError(EXIT_CODES.wrongUse, message);
}

/** Refuses options that do not go together. */
function requireOneQuestion(options: CostSources): void {
  const { terraform, plan, state, base, basePlan, diff = false } = options;
  if ((terraform === undefined) === (plan === undefined)) {
    throw wrongUse("give either --terraform DIR or --plan FILE");
  }
  const comparisons = [base !== undefined, basePlan !== undefined, diff].filter(Boolean).length;
  if (comparisons > 1) throw wrongUse("give one of --base, --base-plan and --diff");
  if (base !== undefined && terraform === undefined) {
    throw wrongUse("--base DIR is compared with --terraform DIR; with --plan FILE give --base-plan FILE");
  }
  if (basePlan !== undefined && plan === undefined) {
    throw wrongUse("--base-plan FILE is compared with --plan FILE; with --terraform DIR give --base DIR");
  }
  if (plan !== undefined) {
    const { varFile, fixtures } = options;
    const ignored = Object.entries({
      "--var-file": varFile.length > 0,
      "--fixtures": fixtures !== undefined,
      "--state": state !== undefined,
    }).find(([, isGiven]) => isGiven)?.[0];
    // Taken in silence it would seem to have been heeded.
    if (ignored !== undefined) {
      throw wrongUse(`${ignored} belongs to --terraform DIR: --plan FILE is made already`);
    }
  }
  if (diff && plan === undefined && state === undefined) {
    throw wrongUse(
      "--diff compares what a plan starts from with what it leads to: give --plan FILE or --state FILE",
    );
  }
}

/** What `moved` blocks of a root module say: a plan without a state does not follow them. */
async function movesOf(directory: string): Promise<NonNullable<DifferenceOptions["moves"]>> {
  const entries = await readdir(directory, { withFileTypes: true });
  // A directory of such a name is none of Terraform's files.
  const files = entries
    .filter((entry) => !entry.isDirectory() && /\.(tf|tofu)$/.test(entry.name))
    .map(({ name }) => name);
  return movedBlocks(await Promise.all(files.map((name) => readFile(path.join(directory, name), "utf8"))));
}

/** The plan of a result; ends the command after Terraform's own words where there is none. */
function planIn(io: Io, result: PlanResult | undefined, which: string): TerraformPlan {
  if (result !== undefined && result.plan !== null && !isRefused(result)) return result.plan;
  io.err(`${freshLine(io)}${renderDiagnostics(result?.diagnostics ?? [], { colour: io.colour })}`);
  throw new CommandError(EXIT_CODES.planRefused, `Terraform could not plan ${which}, so there is no price`);
}

async function planConfigurations(
  io: Io,
  options: CostSources & { readonly terraform: string },
  quiet: boolean,
): Promise<CostPlans> {
  const { terraform, base } = options;
  const source = (directory: string, directoryOption: string): PlanSource => ({
    ...options,
    directory,
    directoryOption,
  });
  const head = source(terraform, "--terraform");
  if (base !== undefined && path.resolve(io.cwd, base) === path.resolve(io.cwd, terraform)) {
    throw wrongUse(
      "--base and --terraform are the same directory, which never differs: give as --base the configuration as it was, in another checkout (`git worktree add ../base main`)",
    );
  }
  if (base === undefined) {
    const [result] = await planSources(io, [head], { quiet });
    const plan = planIn(io, result, "this configuration");
    const comparison = { kind: options.diff === true ? "own-before" : "none" } as const;
    return { head: plan, comparison, notes: result?.notes ?? [], terraform: result ?? null };
  }
  const [before, after] = await planSources(io, [source(base, "--base"), head], { quiet });
  const basePlan = planIn(io, before, `--base ${base}`);
  const headPlan = planIn(io, after, `--terraform ${terraform}`);
  const moves = await movesOf(path.resolve(io.cwd, terraform));
  return {
    head: headPlan,
    comparison: { kind: "base", base: basePlan, moves },
    notes: [...new Set([...(after?.notes ?? []), ...(before?.notes ?? [])])],
    terraform: after ?? null,
  };
}

/** Reads or makes the plans that the options ask for. Throws a CommandError for what does not go together or cannot be planned. */
export async function costPlans(io: Io, options: CostSources, quiet: boolean): Promise<CostPlans> {
  requireOneQuestion(options);
  const { terraform, plan, basePlan } = options;
  if (terraform !== undefined) return await planConfigurations(io, { ...options, terraform }, quiet);
  const head = await readPlan("--plan", plan ?? "", io.cwd);
  if (basePlan === undefined) {
    const comparison = { kind: options.diff === true ? "own-before" : "none" } as const;
    return { head, comparison, notes: [], terraform: null };
  }
  const base = await readPlan("--base-plan", basePlan, io.cwd);
  return { head, comparison: { kind: "base", base, moves: [] }, notes: [], terraform: null };
}
