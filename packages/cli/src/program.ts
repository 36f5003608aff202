import { Command, Option } from "commander";
import { addAnalyze } from "./commands/analyze-options.ts";
import { addBacktest } from "./commands/backtest-options.ts";
import { addBilling } from "./commands/billing-options.ts";
import { addCampaign } from "./commands/campaign-options.ts";
import { addCatalog } from "./commands/catalog-options.ts";
import { addCollect } from "./commands/collect-options.ts";
import { addAsk } from "./commands/ask-options.ts";
import { addFix } from "./commands/fix-options.ts";
import { addTenant } from "./commands/tenant-options.ts";
import { addWorker } from "./commands/worker-options.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { gather, loadOptions, requireUsedOptions } from "./load-options.ts";
import { APEX_VERSION } from "./version.ts";

const EXIT_CODE_HELP = `
Exit codes: 0 done, 1 nothing could be done, 2 wrong use, 3 bad input, 4 plan refused, 5 load not held,
6 undecided, 7 against a rule, 130 stopped.`;

/** The options of every command that plans; the providers are a choice where nothing is applied. */
function planningOptions(command: Command): Command {
  return terraformOptions(command).addOption(
    new Option("--providers <which>", "stand-in: offline; real: the true providers, with your credentials")
      .choices(["stand-in", "real"])
      .default("stand-in"),
  );
}

/** The options of every command that runs Terraform. */
function terraformOptions(command: Command): Command {
  return command
    .addOption(variableFileOption())
    .option("--fixtures <file>", "values for data sources: JSON list of {type, match, attributes}")
    .option("--trust", "I vouch for this configuration: run Terraform on this host, not in a container");
}

/** How a command repairs on its way, where `--fix` says that it does. */
function repairOptions(command: Command): Command {
  return command
    .option("--no-model", "with --fix: by fixers alone")
    .option("--model <name>", "with --fix: the model to ask; else APEX_MODEL")
    .option("--tenant <id>", "with --fix: whose bill it is on, what the model took; nobody's unless given");
}

function variableFileOption(): Option {
  return new Option("--var-file <file>", "Terraform variable file; repeat for several, the last wins")
    .argParser(gather)
    .default([] as readonly string[], "none");
}

/**
 * The `apex` command line. Commands load when they are called: `apex --help` starts neither DuckDB nor Terraform.
 * `finish` receives the exit code of the command that ran.
 */
export function buildProgram(io: Io, finish: (exitCode: ExitCode) => void): Command {
  const program = new Command("apex")
    .description("Finds what cloud and GPU machines waste and writes the change into your own Terraform.")
    .version(APEX_VERSION)
    .showHelpAfterError("(apex --help shows all commands and options)")
    .addHelpText("after", EXIT_CODE_HELP)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  addCollect(program, io, finish);
  addAnalyze(program, io, finish);
  addCatalog(program, io, finish);
  addOptimize(program, io, finish);
  addPlan(program, io, finish);
  addFix(program, io, finish, { planning: planningOptions, help: EXIT_CODE_HELP });
  addAsk(program, io, finish, EXIT_CODE_HELP);
  addCost(program, io, finish);
  addValidate(program, io, finish);
  addSandbox(program, io, finish);
  addMirror(program, io, finish);
  addDemo(program, io, finish);
  addBacktest(program, io, finish);
  addCampaign(program, io, finish);
  addWorker(program, io, finish);
  addBilling(program, io, finish);
  addTenant(program, io, finish);
  return program;
}

function addOptimize(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  repairOptions(loadOptions(planningOptions(program.command("optimize"))))
    .description("recommend smaller machines, write them into the Terraform, plan and price the result")
    .requiredOption("--terraform <dir>", "directory of the root module")
    .requiredOption("--state <file>", "terraform.tfstate, or `terraform show -json` output")
    .addOption(
      new Option("--cost <glob>", "bills: FOCUS or AWS CUR, CSV, gzip or Parquet; repeatable")
        .argParser(gather)
        .default([] as readonly string[], "none: savings after commitments are then unknown"),
    )
    .addOption(
      new Option("--metrics <glob>", "utilisation: CloudWatch, Prometheus or CSV; repeatable")
        .argParser(gather)
        .default([] as readonly string[], "what --from holds"),
    )
    .option("--from <dir>", "a collection: what apex collect found, in place of files or beside them")
    .option("--policy <file>", "apex.yaml; found beside the Terraform directory when not given")
    .option("--catalog <dir>", "synced price lists; else .apex/catalog where there is one")
    .option("--prices <file>", "private prices; else apex.prices.yaml, found as the policy is")
    .option("--out <dir>", "also write report.html, report.md, report.json and patch.diff there")
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .option(
      "--apply",
      "write the changed files; with --validate only when the load is held and no other service changes",
    )
    .option("--events <file>", "add what the run does to this file as it happens, one JSON object a line")
    .option(
      "--fix",
      "repair first what does not plan, as apex fix does (repair.diff); a model may then mend Apex's own changes, too",
    )
    .option("--validate", "replay a recorded load against one of the changed services, as apex validate does")
    .addOption(
      new Option("--workload <glob>", "with --validate: access logs of the service; repeatable")
        .argParser(gather)
        .default([] as readonly string[], "none"),
    )
    .option("--quiet", "no progress")
    .addHelpText("after", EXIT_CODE_HELP)
    .action(async (options, command: Command) => {
      requireUsedOptions(command);
      const { runOptimize } = await import("./commands/optimize.ts");
      finish(await runOptimize(io, options));
    });
}

function addPlan(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  planningOptions(program.command("plan"))
    .description("run the real Terraform against the stand-in provider: offline, without credentials")
    .argument("<dir>", "directory of the root module")
    .option("--state <file>", "terraform.tfstate to plan against; without it everything is created")
    .addOption(new Option("--format <format>", "what to print").choices(["table", "json"]).default("table"))
    .addHelpText("after", EXIT_CODE_HELP)
    .action(async (directory: string, options) => {
      const { runPlan } = await import("./commands/plan.ts");
      finish(await runPlan(io, { directory, ...options }));
    });
}

function addCost(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  planningOptions(program.command("cost"))
    .description(
      "what a configuration or a plan costs a month, or a change to it, at list prices or your contract's",
    )
    .option("--terraform <dir>", "directory of the root module")
    .option("--plan <file>", "output of `terraform show -json PLANFILE`")
    .option("--state <file>", "terraform.tfstate to plan against")
    .option(
      "--base <dir>",
      "with --terraform: the configuration as it was, in another checkout; prints the difference",
    )
    .option(
      "--base-plan <file>",
      "with --plan: the plan as it was; prints the difference of what both lead to",
    )
    .option("--diff", "the difference between what the plan starts from and what it leads to")
    .option("--usage <file>", "expected use, as an infracost-usage.yml tells it")
    .option("--show-unchanged", "with a difference: also what costs the same")
    .option("--catalog <dir>", "synced price lists; else .apex/catalog where there is one")
    .option("--prices <file>", "private prices; else apex.prices.yaml, beside the configuration or here")
    .addOption(
      new Option("--format <format>", "what to print; markdown: a difference, as the Action comments it")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .addHelpText("after", EXIT_CODE_HELP)
    .action(async (options) => {
      const { runCost } = await import("./commands/cost.ts");
      finish(await runCost(io, options));
    });
}

function addValidate(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  repairOptions(loadOptions(terraformOptions(program.command("validate"))))
    .description("replay a recorded load against the machines before and after a change, and judge")
    .requiredOption("--terraform <dir>", "directory of the root module")
    .requiredOption("--state <file>", "terraform.tfstate, or `terraform show -json` output")
    .addOption(
      new Option("--metrics <glob>", "utilisation, which the twin is calibrated by; repeatable")
        .argParser(gather)
        .default([] as readonly string[], "what --from holds"),
    )
    .option("--from <dir>", "a collection of apex collect, in place of metrics in files or beside them")
    .requiredOption("--patch <file>", "the change: a unified diff, such as patch.diff of apex optimize --out")
    .requiredOption("--workload <glob>", "access logs of the service, plain or gzip; repeatable", gather)
    .option("--fix", "repair first what does not plan, the files (repair.diff) and the change (patch.diff)")
    .option("--out <dir>", "also write validation.html, .md and .json with its drawings there")
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .option("--quiet", "no progress")
    .addHelpText("after", EXIT_CODE_HELP)
    .action(async (options, command: Command) => {
      requireUsedOptions(command);
      const { runValidate } = await import("./commands/validate.ts");
      finish(await runValidate(io, options));
    });
}

function addSandbox(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  const sandbox = program.command("sandbox").description("the containers that changes are validated in");
  sandbox
    .command("images")
    .description("build the images, from this machine's own files; no registry is asked")
    .option("--remove-unused", "also remove older ones that nothing uses")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runSandboxImages } = await import("./commands/sandbox.ts");
      finish(await runSandboxImages(io, options));
    });
  sandbox
    .command("reap")
    .description("remove what runs that were killed left behind; never what lives")
    .option("--dry-run", "only list it")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runSandboxReap } = await import("./commands/sandbox.ts");
      finish(await runSandboxReap(io, options));
    });
  sandbox
    .command("status")
    .description("whether this machine can run the sandbox, and what to do if not")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runSandboxStatus } = await import("./commands/sandbox.ts");
      finish(await runSandboxStatus(io, options));
    });
}

function addMirror(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  program
    .command("mirror")
    .description("write the stand-in providers to a directory for your own `terraform init -plugin-dir`")
    .argument("<dir>", "where to put them")
    .action(async (directory: string) => {
      const { runMirror } = await import("./commands/mirror.ts");
      finish(await runMirror(io, { directory }));
    });
}

function addDemo(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  program
    .command("demo")
    .description("optimize the example fleet that comes with Apex")
    .option("--out <dir>", "where to put the report and the patch", ".apex/demo")
    .action(async (options) => {
      const { runDemo } = await import("./commands/demo.ts");
      finish(await runDemo(io, options));
    });
}
