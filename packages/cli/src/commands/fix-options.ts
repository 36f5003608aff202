import { type Command, InvalidArgumentError, Option } from "commander";
import { type Decimal, parseDecimal } from "@apex/core";
import { REPAIR_DEFAULTS } from "../agent/repair-defaults.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { positive, whole } from "../option-values.ts";

/** A timer takes 2^31 ms, some 24 days. */
const TIMEOUT_MINUTES_MAX = 10_000;

function minutes(text: string): number {
  const value = positive(text);
  if (value > TIMEOUT_MINUTES_MAX)
    throw new InvalidArgumentError(`give at most ${TIMEOUT_MINUTES_MAX} minutes`);
  return value;
}

/** An amount of money, exact. */
function amount(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined || value.startsWith("-"))
    throw new InvalidArgumentError("give an amount such as 0.50");
  return value;
}

/** Adds `apex fix` to a program. `planning` adds the options of every command that plans, `help` is what follows its own. */
export function addFix(
  program: Command,
  io: Io,
  finish: (exitCode: ExitCode) => void,
  shared: { readonly planning: (command: Command) => Command; readonly help: string },
): void {
  shared
    .planning(program.command("fix"))
    .description(
      "repair a configuration that does not validate or plan, by rules and, if you set one, a model",
    )
    .argument("<dir>", "directory of the root module")
    .option("--state <file>", "terraform.tfstate to plan against; else the directory's own")
    .option(
      "--diagnostics <file>",
      "what `terraform apply -json` said (plan, validate too): mend that as well",
    )
    .option(
      "--dry-run",
      "print the change, write nothing; the next run writes it without asking a model again",
    )
    .option("--fresh", "start anew, not where a run that was stopped or killed left off")
    .option("--no-model", "fixers alone")
    .option("--model <name>", "the model to ask; else APEX_MODEL")
    .option("--base-url <url>", "an OpenAI-compatible server; else OPENAI_BASE_URL")
    .addOption(
      new Option("--max-attempts <n>", "changes of the model's that are tried")
        .argParser(whole)
        .default(REPAIR_DEFAULTS.maxAttempts),
    )
    .addOption(
      new Option("--max-tokens <n>", "tokens of the model, in and out together")
        .argParser(whole)
        .default(REPAIR_DEFAULTS.maxTokens),
    )
    .option("--max-cost <amount>", "what the model may cost, in the currency of its prices", amount)
    .addOption(
      new Option("--timeout <minutes>", "for all of it").argParser(minutes).default(REPAIR_DEFAULTS.timeout),
    )
    .option("--tenant <id>", "whose bill it is on, what the model took; nobody's unless given")
    .option("--events <file>", "add what the repair does to this file as it happens, one JSON object a line")
    .option("--out <dir>", "also write fix.json, fix.md and patch.diff there")
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .option("--quiet", "no progress")
    .addHelpText("after", shared.help)
    .action(async (directory: string, options) => {
      const { runFix } = await import("./fix.ts");
      finish(await runFix(io, { directory, ...options }));
    });
}
