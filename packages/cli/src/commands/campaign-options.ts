import { type Command, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { LOAD_DEFAULTS } from "../load-defaults.ts";
import { gather } from "../load-options.ts";
import { positive, whole } from "../option-values.ts";

type Finish = (exitCode: ExitCode) => void;

const NONE: readonly string[] = [];

function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; repeatable`).argParser(gather).default(NONE, "none");
}

/** What every command of campaigns has. */
function ofTenant(command: Command): Command {
  return command.option("--tenant <id>", "whose campaign it is", "default");
}

/** `apex campaign …`: many changes validated as one job, with a price that is known before. */
export function addCampaign(program: Command, io: Io, finish: Finish): void {
  const campaign = program
    .command("campaign")
    .description("validate the changes of a whole fleet on any number of machines");
  addCreate(campaign, io, finish);
  addStatus(campaign, io, finish);
  addReport(campaign, io, finish);
  ofTenant(campaign.command("list"))
    .description("all campaigns, the newest first")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runCampaignList } = await import("./campaign-list.ts");
      finish(await runCampaignList(io, options));
    });
  const steps = [
    ["start", "have it done: workers on any machine take its runs"],
    ["pause", "start no more of its runs; those under way go on"],
    ["resume", "go on with a paused one"],
    ["cancel", "end it now: what ran is charged, what waits is dropped"],
  ] as const;
  for (const [step, description] of steps) {
    ofTenant(campaign.command(step))
      .description(description)
      .argument("<id>")
      .action(async (id: string, options) => {
        const { runCampaignStep } = await import("./campaign-step.ts");
        finish(await runCampaignStep(io, step, { id, ...options }));
      });
  }
}

function addCreate(campaign: Command, io: Io, finish: Finish): void {
  ofTenant(campaign.command("create"))
    .description(
      "gather recommendations with their recorded loads, and quote what validating them costs at most",
    )
    .addOption(
      new Option(
        "--report <path>",
        "report.json of apex optimize --out, or the directory it lies in",
      ).conflicts("stored"),
    )
    .option("--stored [run]", "a report of the store: of this run, else the newest")
    .addOption(repeatable("--rule <name>", "only recommendations of this rule"))
    .addOption(repeatable("--address <address>", "only those at this address; * stands for any characters"))
    .option("--min-saving <amount>", "only those that save as much a month at list prices")
    .requiredOption("--terraform <dir>", "directory of the root module, as it was before the changes")
    .requiredOption("--state <file>", "terraform.tfstate, or `terraform show -json` output")
    .requiredOption("--metrics <glob>", "utilisation, which the twins are calibrated by; repeatable", gather)
    .requiredOption("--workloads <file>", "which access logs belong to which service (apex.workloads/v1)")
    .addOption(repeatable("--var-file <file>", "Terraform variable file; the last wins"))
    .option("--fixtures <file>", "values for data sources: JSON list of {type, match, attributes}")
    .option("--name <name>", "for people; else named for the Terraform directory")
    .option("--budget <amount>", "the most it may cost; else its quote")
    .option("--deadline <time>", "when it ends at the latest: ISO 8601, or 90m, 8h, 2d from now")
    .addOption(new Option("--priority <1-10>", "1 goes first").argParser(whole).default(5))
    .addOption(
      new Option("--minutes <n>", "how long each run may replay, where the workload file does not say")
        .argParser(positive)
        .default(LOAD_DEFAULTS.minutes),
    )
    .addOption(
      new Option(
        "--cores <n>",
        "what a run may take of a worker, the sender's core included; else what this host has",
      ).argParser(whole),
    )
    .addOption(
      new Option(
        "--memory <GiB>",
        "what a run may take of a worker; else what this host has, less a fifth",
      ).argParser(positive),
    )
    .option("--again", "do and charge once more what is known already")
    .option("--start", "start it at once")
    .option("--json", "print JSON")
    .option("--quiet", "no progress")
    .action(async (options) => {
      const { runCampaignCreate } = await import("./campaign-create.ts");
      finish(await runCampaignCreate(io, options));
    });
}

function addStatus(campaign: Command, io: Io, finish: Finish): void {
  ofTenant(campaign.command("status"))
    .description(
      "how far it is, what it found and cost; exit 5 when a change does not hold, 6 when one is open",
    )
    .argument("[id]", "else the newest")
    .option("--watch", "until it has ended")
    .option("--json", "print JSON; with --watch one line for each change")
    .action(async (id: string | undefined, options) => {
      const { runCampaignStatus } = await import("./campaign-status.ts");
      finish(await runCampaignStatus(io, { ...(id === undefined ? {} : { id }), ...options }));
    });
}

function addReport(campaign: Command, io: Io, finish: Finish): void {
  ofTenant(campaign.command("report"))
    .description("what passed, failed, stayed open, saves and cost; exit codes as of status")
    .argument("<id>")
    .option(
      "--out <dir>",
      "also write campaign.html, .md and .json there, and each run's validation.html below it",
    )
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .action(async (id: string, options) => {
      const { runCampaignReport } = await import("./campaign-report.ts");
      finish(await runCampaignReport(io, { id, ...options }));
    });
}
