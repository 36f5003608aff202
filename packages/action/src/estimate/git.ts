import { execFile } from "node:child_process";
import { AdapterError } from "@apex/core";
import { childEnvironment } from "../runner/child-environment.ts";

/** What a git command printed, or why it failed. */
type GitOutcome =
  | { readonly kind: "done"; readonly stdout: string }
  | { readonly kind: "failed"; readonly stderr: string };

/** Git in one checkout. No shell is involved, and no name of a ref or file is ever taken for an option. */
export interface Git {
  /** The root of the checkout: absolute. */
  readonly root: string;
  /** Throws an AdapterError with git's own words. */
  run(args: readonly string[], extra?: Readonly<Record<string, string>>): Promise<string>;
  /** The same for commands that may well fail. */
  attempt(args: readonly string[], extra?: Readonly<Record<string, string>>): Promise<GitOutcome>;
}

/** The list of files of a large repository is some megabytes. */
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
const TIMEOUT_MS = 10 * 60_000;
/** Hooks, filters and monitors are programs that a checkout's configuration names: nothing here needs them. */
const WITHOUT_PROGRAMS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "filter.lfs.process=",
  "filter.lfs.smudge=",
  "filter.lfs.required=false",
  "protocol.ext.allow=never",
  // Files that a pull request brings can look like a repository, with settings of their own.
  "safe.bareRepository=explicit",
];

/** {@link Git} for the checkout that a directory lies in. Throws an AdapterError when it lies in none. */
export async function openGit(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Git> {
  const settings = [...WITHOUT_PROGRAMS, `safe.directory=*`].flatMap((setting) => ["-c", setting]);
  const attemptIn = (cwd: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
    new Promise<GitOutcome>((resolve) => {
      execFile(
        "git",
        [...settings, ...args],
        {
          cwd,
          env: {
            ...childEnvironment(env),
            GIT_TERMINAL_PROMPT: "0",
            GIT_OPTIONAL_LOCKS: "0",
            LC_ALL: "C",
            ...extra,
          },
          maxBuffer: OUTPUT_BYTES_MAX,
          timeout: TIMEOUT_MS,
          signal,
        },
        (error, stdout, stderr) => {
          const said = stderr.trim() || error?.message || "it failed";
          resolve(error === null ? { kind: "done", stdout } : { kind: "failed", stderr: said });
        },
      );
    });
  const top = await attemptIn(directory, ["rev-parse", "--show-toplevel"]);
  if (top.kind === "failed") {
    throw new AdapterError(
      "not-found",
      `${directory} is no git checkout (${top.stderr}): let actions/checkout run before this step, or give \`base\` a directory`,
    );
  }
  const root = top.stdout.replace(/\n$/, "");
  const attempt: Git["attempt"] = (args, extra) => attemptIn(root, args, extra);
  return {
    root,
    attempt,
    run: async (args, extra) => {
      const outcome = await attempt(args, extra);
      if (outcome.kind === "done") return outcome.stdout;
      throw new AdapterError("invalid", `git ${args[0] ?? ""} failed: ${outcome.stderr.slice(0, 1000)}`);
    },
  };
}

/** Splits what git prints with `-z`. */
export function nulSeparated(text: string): readonly string[] {
  return text.split("\0").filter((each) => each !== "");
}
