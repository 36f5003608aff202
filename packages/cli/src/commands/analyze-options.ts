import { RULE_NAMES } from "@apex/analysis";
import { type Command, InvalidArgumentError, Option } from "commander";
import { commaList } from "../collect/comma-list.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { gather } from "../load-options.ts";
import { whole } from "../option-values.ts";

/** Names of rules, as a report has them: "ec2-idle,ec2-resize". */
function ruleNames(text: string): readonly string[] {
  const names = commaList(text);
  const unknown = names.find((name) => !(RULE_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`there is no rule ${unknown}; there are ${RULE_NAMES.join(", ")}`);
  return names;
}

/** `apex analyze`: decides without Terraform. */
export function addAnalyze(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  program
    .command("analyze")
    .description("recommend changes for what apex collect found, without Terraform; nothing is changed")
    .option("--from <dir>", "the collection; else .apex/collection")
    .option("--state <file>", "terraform.tfstate, or `terraform show -json` output: whose addresses are told")
    .addOption(
      new Option("--cost <glob>", "bills, in place of the collection's; repeatable")
        .argParser(gather)
        .default([] as readonly string[], "the collection's"),
    )
    .addOption(
      new Option("--metrics <glob>", "utilisation beside the collection's; repeatable")
        .argParser(gather)
        .default([] as readonly string[], "none"),
    )
    .option("--policy <file>", "apex.yaml; found in this directory or the one above when not given")
    .option("--catalog <dir>", "price lists of apex catalog sync; else .apex/catalog where it is there")
    .option("--prices <file>", "private prices; else apex.prices.yaml where you stand")
    .option("--regions <list>", "tell only of these regions, with commas between them", commaList)
    .option("--accounts <list>", "tell only of these accounts or projects", commaList)
    .option("--rules <list>", "tell only what these rules found: ec2-idle,ebs-unattached", ruleNames)
    .option(
      "--tag <key[=value]>",
      "tell only of what has this tag or label; repeatable, all must be there",
      gather,
    )
    .option("--limit <n>", "rows that are shown, the most saving first (else 50, and 500 in files)", whole)
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .option("--out <dir>", "also write analysis.html with its drawings, analysis.md and analysis.json there")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      "\nExit code 0: something is recommended; 1: nothing is, or nothing that the filters let through; 3: an input could not be read.",
    )
    .action(async (options) => {
      const { runAnalyze } = await import("./analyze.ts");
      finish(await runAnalyze(io, options));
    });
}
