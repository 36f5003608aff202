import { type Command, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { positive, whole } from "../option-values.ts";

/** `apex worker`: does the runs of campaigns on this machine. */
export function addWorker(program: Command, io: Io, finish: (exitCode: ExitCode) => void): void {
  program
    .command("worker")
    .description(
      "do runs of campaigns on this machine, until it is stopped: Ctrl-C gives back what is under way",
    )
    .addOption(new Option("--cores <n>", "so many of this machine's cores; else all").argParser(whole))
    .addOption(
      new Option("--memory <GiB>", "so much of its memory; else all but a tenth").argParser(positive),
    )
    .option("--once", "end when nothing is left to do, here or with other workers")
    .option("--json", "print events as JSON, one a line")
    .option("--quiet", "no progress, only what goes wrong")
    .action(async (options) => {
      const { runWorker } = await import("./worker.ts");
      finish(await runWorker(io, options));
    });
}
