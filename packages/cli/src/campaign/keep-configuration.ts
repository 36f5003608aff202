import { mkdtemp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic, Severity } from "@apex/core";
import { copyConfiguration } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { InputKeeper } from "./keep-inputs.ts";
import { type ConfigurationFile, renderConfiguration, type ValidationJob } from "./validation-job.ts";

/** States hold what no run of this configuration needs: its own state is an input of its own. */
const STATE = /\.tfstate$/;
/** What people keep beside a configuration and no program should hand on, unless the configuration names it. */
const SECRET = /^\.(env|envrc|netrc|npmrc|pypirc)|\.(pem|key|p12|pfx|jks|kdbx)$|^id_(rsa|dsa|ecdsa|ed25519)$/;

/** The configuration as it is kept, and what was left out. */
export interface KeptConfiguration {
  readonly configuration: ValidationJob["configuration"];
  /** Where a file, absolute or relative to the root module, lies among the kept ones. */
  readonly placeOf: (file: string) => string;
  readonly diagnostics: readonly Diagnostic[];
}

/** All of it is one text on its way, which has an end. */
const BYTES_MAX = 128 * 1024 ** 2;

function tooLarge(directory: string): CommandError {
  return new CommandError(
    EXIT_CODES.badInput,
    `--terraform ${directory}: the configuration with all that lies in its directories has more than ${BYTES_MAX / 1024 ** 2} MiB, too much to send to workers; move out of it what Terraform does not read`,
  );
}

function notKept(severity: Severity, summary: string): Diagnostic {
  return { severity, code: "file-not-kept", summary };
}

/**
 * Keeps all files that Terraform needs to plan a root module elsewhere: the module with its local and fetched modules, the files
 * that it reads and the variable files, secrets in those included. `.terraform`, states, and key files that nothing names stay
 * where they are; links that leave the project are not followed. Throws a CommandError when a module was never fetched.
 */
export async function keepConfiguration(
  keeper: InputKeeper,
  request: { readonly directory: string; readonly varFiles: readonly string[]; readonly scratch: string },
): Promise<KeptConfiguration> {
  const home = await mkdtemp(path.join(request.scratch, "configuration-"));
  const copy = await copyConfiguration({ ...request, home });
  const [missing] = copy.missing;
  if (missing !== undefined) {
    throw new CommandError(EXIT_CODES.planRefused, `${missing.summary}: ${missing.detail}`);
  }
  const placeIn = (file: string) => path.relative(copy.tree, file).split(path.sep).join("/");
  const placeOf = (file: string) => placeIn(copy.locate(file));
  const left = copy.notes.map((summary) => notKept("warning", summary));
  const files: ConfigurationFile[] = [];
  let bytes = 0;
  for (const entry of await readdir(copy.tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const isNamed = copy.sources.some((text) => text.includes(entry.name));
    if (STATE.test(entry.name)) left.push(notKept("info", `${placeIn(file)} stays here: it is a state`));
    else if (SECRET.test(entry.name) && !isNamed) {
      left.push(
        notKept("warning", `${placeIn(file)} stays here: it may hold a secret, and nothing names it`),
      );
    } else {
      const content = await readFile(file);
      bytes += content.length;
      if (bytes > BYTES_MAX) throw tooLarge(request.directory);
      files.push({ path: placeIn(file), content });
    }
  }
  return {
    configuration: {
      files: await keeper.keepText(renderConfiguration(files)),
      directory: placeIn(copy.root),
      varFiles: request.varFiles.map(placeOf),
    },
    placeOf,
    diagnostics: left,
  };
}
