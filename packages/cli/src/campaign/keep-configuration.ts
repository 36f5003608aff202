import { mkdtemp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Diagnostic, Severity } from "@apex/core";
import { copyConfiguration } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { InputKeeper } from "./keep-inputs.ts";
import { namesFile } from "./names-file.ts";
import { type ConfigurationFile, renderConfiguration, type ValidationJob } from "./validation-job.ts";

/** A configuration's own state is an input of its own; others are needed where the configuration reads them. */
const STATE = /\.tfstate$/;
/** What people keep beside a configuration and no program should hand on, unless the configuration names it. */
const SECRETS: readonly RegExp[] = [
  /^\.(env|envrc|netrc|npmrc|pypirc)/,
  /\.(pem|key|p12|pfx|jks|kdbx)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)$/,
  // Terraform's own: the tokens of its registries, and saved plans, which hold the state and all variables.
  /^(credentials\.tfrc\.json|\.terraformrc|terraform\.rc)$/,
  /^tfplan|\.tfplan(\.json)?$|^plan\.out$/,
];

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

/** The code of diagnostics about files that the configuration has and its workers do not get. */
export const NOT_KEPT = "file-not-kept";

function notKept(severity: Severity, summary: string, detail?: string): Diagnostic {
  return { severity, code: NOT_KEPT, summary, ...(detail === undefined ? {} : { detail }) };
}

const TO_SEND = "If Terraform reads it, write its path into the configuration: then it is sent.";

/** Why a file stays where it is, or what to know of one that does not; `undefined` for one that is nothing special. */
function remarkOn(
  place: string,
  isNamed: () => boolean,
): { readonly isKept: boolean; readonly diagnostic: Diagnostic } | undefined {
  const name = path.posix.basename(place);
  const isState = STATE.test(name);
  if (!isState && !SECRETS.some((secret) => secret.test(name))) return undefined;
  if (!isNamed()) {
    const diagnostic = isState
      ? notKept("info", `${place} stays here: it is a state, and nothing names it`, TO_SEND)
      : notKept("warning", `${place} stays here: it may hold a secret, and nothing names it`, TO_SEND);
    return { isKept: false, diagnostic };
  }
  const summary = `${place} is sent to the workers, because the configuration names it; it may hold secrets`;
  return { isKept: true, diagnostic: { severity: "warning", code: "secret-kept", summary } };
}

/**
 * Keeps all files that Terraform needs to plan a root module elsewhere: the module with its local and fetched modules, the files
 * that it reads and the variable files, secrets in those included. `.terraform`, and states, plans and key files that no source names
 * by a path, stay where they are; links that leave the project are not followed. Throws a CommandError when a module was never fetched.
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
  const root = placeIn(copy.root);
  const varFiles = request.varFiles.map(placeOf);
  let bytes = 0;
  for (const entry of await readdir(copy.tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const place = placeIn(file);
    const isNamed = () => copy.sources.some((text) => namesFile(text, place, root));
    const remark = varFiles.includes(place) ? undefined : remarkOn(place, isNamed);
    if (remark !== undefined) left.push(remark.diagnostic);
    if (remark?.isKept === false) continue;
    const content = await readFile(file);
    bytes += content.length;
    if (bytes > BYTES_MAX) throw tooLarge(request.directory);
    files.push({ path: place, content });
  }
  return {
    configuration: {
      files: await keeper.keepText(renderConfiguration(files)),
      directory: root,
      varFiles,
    },
    placeOf,
    diagnostics: left,
  };
}
