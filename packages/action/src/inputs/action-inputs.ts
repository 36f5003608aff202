import { AdapterError } from "@apex/core";
import { isCommentTag, parseMinChange } from "@apex/report";
import type { ActionIo } from "../runner/action-io.ts";
import { type FailCondition, parseFailConditions } from "./fail-on.ts";

const MODES = ["estimate", "optimize", "validate"] as const;
const BEHAVIORS = ["update", "new", "delete-and-new", "off"] as const;
const POSTS = ["auto", "comment", "artifact"] as const;

type MinChange = NonNullable<ReturnType<typeof parseMinChange>>;

/** What the workflow gives the Action under `with:`, read once. Paths are as they are written. */
export interface ActionInputs {
  readonly mode: (typeof MODES)[number];
  /** Root modules, or patterns of them; none: all that are found, or in mode `optimize` the one of the report. */
  readonly paths: readonly string[];
  readonly planJson: readonly string[];
  /** A ref, a commit or a directory; `null`: what the event tells. */
  readonly base: string | null;
  readonly varFiles: readonly string[];
  readonly behavior: (typeof BEHAVIORS)[number];
  readonly tag: string | null;
  readonly minChange: MinChange | null;
  readonly failOn: readonly FailCondition[];
  /** Private prices, directories of synced price lists. */
  readonly priceSheets: readonly string[];
  readonly usageFile: string | null;
  /** Of an earlier `apex optimize`. */
  readonly report: string | null;
  readonly post: (typeof POSTS)[number];
  /** What another workflow's run has left to be posted. */
  readonly artifact: string | null;
  readonly isDryRun: boolean;
  readonly cacheDirectory: string | null;
  readonly workloads: readonly string[];
  readonly metrics: readonly string[];
  readonly credentials: Credentials;
}

/** How the Action speaks with GitHub; `token` is null where the workflow gives none. */
export interface Credentials {
  readonly token: string | null;
  readonly app: { readonly id: string; readonly privateKey: string } | null;
}

/** The text of an input, as the runner hands it over; empty when it is not given. */
export function inputText(env: ActionIo["env"], name: string): string {
  return (env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim();
}

function linesOf(env: ActionIo["env"], name: string): readonly string[] {
  return inputText(env, name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function textOrNull(env: ActionIo["env"], name: string): string | null {
  return inputText(env, name) || null;
}

function oneOf<Value extends string>(
  env: ActionIo["env"],
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  const given = inputText(env, name);
  if (given === "") return values[0];
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new AdapterError("invalid", `${name}: ${JSON.stringify(given)} is none of ${values.join(", ")}`);
}

/** A yes or no, as YAML writes it. */
export function flagInput(env: ActionIo["env"], name: string): boolean {
  const given = inputText(env, name).toLowerCase();
  if (given === "" || given === "false") return false;
  if (given === "true") return true;
  throw new AdapterError("invalid", `${name}: ${JSON.stringify(given)} is neither true nor false`);
}

function credentialsOf(env: ActionIo["env"]): Credentials {
  const id = textOrNull(env, "app-id");
  const privateKey = textOrNull(env, "app-private-key");
  if ((id === null) !== (privateKey === null)) {
    throw new AdapterError("invalid", "app-id and app-private-key belong together: give both, or neither");
  }
  return {
    token: textOrNull(env, "github-token"),
    app: id === null || privateKey === null ? null : { id, privateKey },
  };
}

function tagOf(given: string | null): string | null {
  if (given === null || isCommentTag(given)) return given;
  throw new AdapterError("invalid", "tag: at most 40 letters, digits, dots, underscores and dashes");
}

function minChangeOf(given: string | null): MinChange | null {
  const limit = given === null ? null : parseMinChange(given);
  if (limit !== undefined) return limit;
  throw new AdapterError(
    "invalid",
    `min-change: ${JSON.stringify(given)} is neither an amount nor a share: 5 or 2%`,
  );
}

/** Reads the inputs, and hides the secrets among them. Throws an AdapterError that names the input and what it may be. */
export function readActionInputs(io: Pick<ActionIo, "env" | "mask">): ActionInputs {
  const { env } = io;
  const credentials = credentialsOf(env);
  for (const secret of [credentials.token, credentials.app?.privateKey]) if (secret) io.mask(secret);
  return {
    mode: oneOf(env, "mode", MODES),
    paths: linesOf(env, "path"),
    planJson: linesOf(env, "plan-json"),
    base: textOrNull(env, "base"),
    varFiles: linesOf(env, "var-files"),
    behavior: oneOf(env, "behavior", BEHAVIORS),
    tag: tagOf(textOrNull(env, "tag")),
    minChange: minChangeOf(textOrNull(env, "min-change")),
    failOn: parseFailConditions(inputText(env, "fail-on")),
    priceSheets: linesOf(env, "price-sheet"),
    usageFile: textOrNull(env, "usage-file"),
    report: textOrNull(env, "report"),
    post: oneOf(env, "post", POSTS),
    artifact: textOrNull(env, "artifact"),
    isDryRun: flagInput(env, "dry-run"),
    cacheDirectory: textOrNull(env, "cache-directory"),
    workloads: linesOf(env, "workload"),
    metrics: linesOf(env, "metrics"),
    credentials,
  };
}
