import { type Command, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** Adds `apex ask` to a program; `help` is what follows its own. */
export function addAsk(program: Command, io: Io, finish: (exitCode: ExitCode) => void, help: string): void {
  program
    .command("ask")
    .description("answer a question from the evidence of a run, with the places where it stands")
    .argument("<question...>", "for example: why is web-3 not downsized?")
    .option(
      "--report <file>",
      "report.json of apex optimize --out, or apex analyze --format json; else the run recorded last",
    )
    .option("--no-model", "in the report's own sentences; also so when no model is set")
    .option("--model <name>", "the model that words the answer; else APEX_MODEL")
    .option("--base-url <url>", "an OpenAI-compatible server; else OPENAI_BASE_URL")
    .option("--tenant <id>", "whose bill it is on, what the model took; nobody's unless given")
    .addOption(new Option("--format <format>", "what to print").choices(["text", "json"]).default("text"))
    .addHelpText("after", help)
    .action(async (question: readonly string[], options) => {
      const { runAsk } = await import("./ask.ts");
      finish(await runAsk(io, { question: question.join(" "), ...options }));
    });
}
