import { randomUUID } from "node:crypto";
import { appendFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { annotation, type AnnotationPlace, command, plainLines } from "./workflow-commands.ts";

/** All through which the Action meets the machine that runs it. */
export interface ActionIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The checkout, or what `working-directory` names in it: absolute. */
  readonly workspace: string;
  /** A directory that the runner empties after the job: absolute. */
  readonly temp: string;
  readonly signal: AbortSignal;
  now(): Date;
  /** Text for the log; nothing in it is a command to the runner. */
  log(text: string): void;
  /** Folds what is logged until the work ends. */
  group<Value>(title: string, work: () => Promise<Value>): Promise<Value>;
  annotate(level: "error" | "warning" | "notice", message: string, place?: AnnotationPlace): void;
  /** From here on the runner and this port replace the value in everything that is printed. */
  mask(secret: string): void;
  setOutput(name: string, value: string): Promise<void>;
  /** Markdown for the page of the workflow's run. */
  addSummary(markdown: string): Promise<void>;
}

/** What an {@link ActionIo} is made from. */
export interface RunnerPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly temporary: string;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** GitHub shows at most 1 MiB of a step's summary, and nothing of a longer one. */
const SUMMARY_BYTES_MAX = 1_000_000;
const MASK = "***";

function workspaceOf({ env, cwd }: RunnerPlace): string {
  const root = path.resolve(env["GITHUB_WORKSPACE"] || cwd);
  return path.resolve(root, env["INPUT_WORKING-DIRECTORY"] || ".");
}

async function appendTo(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await appendFile(file, text);
}

/** The port on GitHub's runner, which is told things by lines on stdout and by files that it names in the environment. */
export function openActionIo(place: RunnerPlace): ActionIo {
  const { env, write } = place;
  const secrets = new Set<string>();
  const say = (text: string) => {
    let shown = text;
    for (const secret of secrets) shown = shown.replaceAll(secret, MASK);
    write(`${shown}\n`);
  };
  return {
    env,
    workspace: workspaceOf(place),
    temp: path.resolve(env["RUNNER_TEMP"] || place.temporary),
    signal: place.signal,
    now: place.now,
    log: (text) => say(plainLines(text)),
    group: async (title, work) => {
      say(command("group", plainLines(title)));
      try {
        return await work();
      } finally {
        say(command("endgroup", ""));
      }
    },
    annotate: (level, message, about) => say(annotation(level, message, about)),
    mask: (secret) => {
      for (const line of secret.split(/\r?\n/).filter((each) => each.trim() !== "")) {
        if (!secrets.has(line)) write(`${command("add-mask", line)}\n`);
        secrets.add(line);
      }
    },
    setOutput: async (name, value) => {
      const file = env["GITHUB_OUTPUT"];
      // A value may hold any line, so the one that ends it must not be known beforehand.
      const delimiter = `apex_${randomUUID()}`;
      if (file) await appendTo(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
    },
    addSummary: async (markdown) => {
      const file = env["GITHUB_STEP_SUMMARY"];
      if (!file) return;
      const bytes = Buffer.from(`${markdown}\n`);
      if (bytes.length > SUMMARY_BYTES_MAX) {
        throw new AdapterError("invalid", `the summary has ${bytes.length} bytes, more than GitHub shows`);
      }
      await appendTo(file, bytes.toString());
    },
  };
}
