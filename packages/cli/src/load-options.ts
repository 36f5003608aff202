import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandError, EXIT_CODES } from "./exit-codes.ts";
import { LOAD_DEFAULTS } from "./load-defaults.ts";
import { positive } from "./option-values.ts";

/** Gathers a repeatable option's values: `--cost a --cost b`, and `--cost 'a,b'` stays one pattern. */
export function gather(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** A share of a core: more than a core for a vCPU would be a larger machine than the real one. */
function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("give a number above 0 and at most 1");
  return value;
}

/** A TCP port. */
function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError("give a TCP port, 1 to 65535");
  }
  return value;
}

/** A variable of an image's environment. A name alone would be the host's variable in Docker's words; nothing of the host's is handed on. */
function variable(text: string, previous: readonly string[] = []): readonly string[] {
  if (!/^[^=]+=/.test(text)) throw new InvalidArgumentError("write NAME=VALUE; NAME= sets it to nothing");
  return gather(text, previous);
}

/** How a recorded load is chosen and run: for every command that validates. */
export function loadOptions(command: Command): Command {
  return command
    .option("--target <address>", "the service whose load it is; needed when the change touches several")
    .addOption(
      new Option("--busiest <minutes>", "replay from the busiest so many minutes of the log")
        .argParser(positive)
        .default(LOAD_DEFAULTS.busiest),
    )
    .addOption(
      new Option(
        "--window <start/end>",
        "replay from this part of the log: two ISO 8601 instants; in place of --busiest",
      ).conflicts("busiest"),
    )
    .option(
      "--arrival-factor <n>",
      "requests that reached the service for each one in the log: 100 for a log of every hundredth",
      positive,
    )
    .option("--image <reference>", "your own service, in place of the calibrated twin")
    .addOption(
      new Option("--port <number>", "where your image listens").argParser(port).default(LOAD_DEFAULTS.port),
    )
    .option("--ready-path <path>", "answers 2xx once your image is ready; else when it accepts connections")
    .addOption(
      new Option("--env <name=value>", "environment of your image; repeatable")
        .argParser(variable)
        .default([] as readonly string[], "none"),
    )
    .option("--slo <file>", "latency and error objectives (apex.slo/v1); else derived from the record")
    .addOption(
      new Option("--minutes <n>", "how long the whole may take")
        .argParser(positive)
        .default(LOAD_DEFAULTS.minutes),
    )
    .option("--scale <share>", "container cores per vCPU, 0 to 1; else the largest that fits here", share);
}

/** The options that only a replay looks at. Those of `image` only matter for an image of the user's own. */
const ONLY_WITH = {
  fix: ["--no-model", "--model", "--tenant"],
  image: ["--port", "--ready-path", "--env"],
  validate: [
    "--workload",
    "--target",
    "--busiest",
    "--window",
    "--arrival-factor",
    "--image",
    "--port",
    "--ready-path",
    "--env",
    "--slo",
    "--minutes",
    "--scale",
  ],
} as const;

/** Those of the options that stand on the command line: a default is nobody's wish. */
function given(command: Command, flags: readonly string[]): readonly string[] {
  return (
    command.options
      .filter(({ long }) => long != null && flags.includes(long))
      .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
      // --no-model and --model are two options of one value.
      .filter((option) => option.negate === (command.getOptionValue(option.attributeName()) === false))
      .map(({ long }) => String(long))
  );
}

function refuse(message: string): never {
  throw new CommandError(EXIT_CODES.wrongUse, message);
}

/**
 * Refuses what would be passed over in silence: options of a replay where nothing is replayed, options of an image where there is
 * none, options of a repair where nothing is repaired, and true providers where the sandbox has to apply. Throws a CommandError before
 * anything runs.
 */
export function requireUsedOptions(command: Command): void {
  const { fix, validate, image, providers } = command.opts<{
    readonly fix?: boolean;
    readonly validate?: boolean;
    readonly image?: string;
    readonly providers?: string;
  }>();
  const validates = command.name() === "validate" || validate === true;
  const unused = validates ? [] : given(command, ONLY_WITH.validate);
  if (unused.length > 0) {
    const say = unused.length === 1 ? "says" : "say";
    refuse(
      `${unused.join(", ")} ${say} how a load is replayed, and without --validate none is: add --validate, or leave ${unused.length === 1 ? "it" : "them"} out`,
    );
  }
  const ofImage = image === undefined ? given(command, ONLY_WITH.image) : [];
  if (ofImage.length > 0) {
    refuse(
      `${ofImage.join(", ")}: only an image of your own has ${ofImage.length === 1 ? "that" : "those"}; name it with --image`,
    );
  }
  const ofRepair = fix === true ? [] : given(command, ONLY_WITH.fix);
  if (ofRepair.length > 0) {
    refuse(`${ofRepair.join(", ")}: without --fix no model is asked; add --fix`);
  }
  if (validates && providers === "real") {
    refuse(
      "--validate applies both configurations, which only the stand-in providers may do: leave --providers real out",
    );
  }
}
