import { type Command, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { gather } from "../load-options.ts";

/** `apex analyze`: decides without Terraform. */
export function addAnalyze(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  program
    .command("analyze")
    .description("recommend changes for what apex collect found, without Terraform; nothing is written")
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
    .addOption(new Option("--format <format>", "what to print").choices(["table", "json"]).default("table"))
    .option("--quiet", "no progress")
    .action(async (options) => {
      const { runAnalyze } = await import("./analyze.ts");
      finish(await runAnalyze(io, options));
    });
}
