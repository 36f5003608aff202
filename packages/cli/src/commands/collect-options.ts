import { type Command, InvalidArgumentError, Option } from "commander";
import { COLLECT_PROVIDERS } from "../collect/providers.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { positive } from "../option-values.ts";

/** Metrics of two weeks show every weekday twice. */
const DEFAULT_DAYS = 14;

/** Ten years: sources are asked day by day, and what is more was not meant. */
const DAYS_MAX = 3_650;

function pastDays(text: string): number {
  const days = positive(text);
  if (days > DAYS_MAX) throw new InvalidArgumentError(`give at most ${DAYS_MAX}`);
  return days;
}

const EXIT_CODE_HELP = `
Exit codes: 0 something is in the collection, and what failed is told; 1 all was asked, and there is nothing;
2 wrong use; 3 nothing could be asked, or nothing was found and some of it failed; 130 stopped.
What was collected is kept in every case: the same command goes on with it.`;

/** `apex collect <provider>` and `apex permissions <provider>`. */
export function addCollect(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  const collect = program
    .command("collect")
    .description("ask clouds and metrics servers what there is and how it is used; what is stopped goes on");
  const permissions = program
    .command("permissions")
    .description("the permissions that apex collect really uses, as a policy");
  for (const provider of COLLECT_PROVIDERS) {
    const command = collect.command(provider.name).description(provider.description);
    provider.addOptions(command);
    command
      .option("--into <dir>", "the collection; else .apex/collection")
      .addOption(
        new Option("--days <n>", "so much of the past of what is new; later rounds bring what is newer")
          .argParser(pastDays)
          .default(DEFAULT_DAYS),
      )
      .addOption(new Option("--format <format>", "what to print").choices(["table", "json"]).default("table"))
      .option("--quiet", "no progress")
      .addHelpText("after", EXIT_CODE_HELP)
      .action(async (options) => {
        const { runCollect } = await import("./collect.ts");
        finish(await runCollect(io, provider, options));
      });
    if (provider.permissions === undefined) continue;
    permissions
      .command(provider.name)
      .description(`what collecting ${provider.name} needs to be allowed`)
      .addOption(
        new Option("--format <format>", "what to print")
          .choices(["text", ...Object.keys(provider.permissions.render)])
          .default("json"),
      )
      .action(async (options) => {
        const { runPermissions } = await import("./permissions.ts");
        finish(await runPermissions(io, provider, options));
      });
  }
}
