import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { gather } from "../load-options.ts";
import { positive, whole } from "../option-values.ts";

/** Sizes of machines in vCPU, ascending: "1,2,4,8". */
function sizes(text: string): readonly number[] {
  const list = text.split(",").map(Number);
  if (list.some((size) => !(size > 0) || !Number.isFinite(size)))
    throw new InvalidArgumentError("give numbers of vCPU above 0, with commas between them");
  return [...new Set(list)].toSorted((a, b) => a - b);
}

/** Five minutes, the period of most samples: nothing new is known of a machine before the next one. */
const STEP_DAYS_MIN = 1 / 288;

/** Days between decisions. */
function step(text: string): number {
  const days = positive(text);
  if (days < STEP_DAYS_MIN)
    throw new InvalidArgumentError("give days, at least the five minutes between samples (0.0035)");
  return days;
}

/** Adds `apex backtest`. */
export function addBacktest(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  program
    .command("backtest")
    .description(
      "replay our presets and other tools' published rules on recorded CPU: savings against later shortage",
    )
    .option(
      "--trace <glob>",
      "recorded CPU: OpenDC, GWA-T-12, PlanetLab, timestamp and percent, or what --metrics takes; repeatable",
      gather,
    )
    .option("--from <dir>", "the machines of a collection, in place of --trace: what apex collect filled")
    .option("--policy <file>", "an apex.yaml to replay beside the presets")
    .option("--as-vcpu <n>", "take each machine to have so many vCPU, for a finer choice of sizes", whole)
    .addOption(
      new Option("--sizes <list>", "sizes that can be chosen, in vCPU")
        .argParser(sizes)
        .default([1, 2, 4, 8, 16, 32, 64, 128], "1,2,4,8,16,32,64,128"),
    )
    .option("--days <n>", "days before the first decision; else 14, or half of a shorter trace", positive)
    .option("--later <n>", "days that judge a decision; else 7, or half of a shorter trace", positive)
    .addOption(new Option("--every <n>", "days between decisions").argParser(step).default(1))
    .option("--short-history", "let our presets decide without their minimum of days")
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["table", "json", "markdown"])
        .default("table"),
    )
    .option("--out <dir>", "also write backtest.html with its drawings, backtest.md and backtest.json there")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      "\nExit code 0: replayed; 1: no trace was long and whole enough, each is listed with why; 3: an input could not be read.",
    )
    .action(async (options) => {
      const { runBacktest } = await import("./backtest.ts");
      finish(await runBacktest(io, options));
    });
}
