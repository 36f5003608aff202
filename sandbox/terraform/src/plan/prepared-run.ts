import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import type { ProviderMode, TerraformDiagnostic } from "@apex/core";
import { createRunContext, type DataSourceFixture, type MachineTypes } from "../provider/provider-session.ts";
import { statOrUndefined } from "./file-probe.ts";
import { type PreparedModules, prepareModules } from "./installed-modules.ts";
import { explainMissingProviders } from "./missing-provider.ts";
import { lastOverrideFile } from "./override-file.ts";
import type { PlanRequest } from "./plan-request.ts";
import { redirectRemoteStates } from "./remote-state.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { type StandInOptions, type StandInProviders, startStandIns } from "./stand-in-providers.ts";
import { readStateFacts, type StateFacts } from "./state-file.ts";
import type { TerraformBinary } from "./terraform-binary.ts";
import { diagnosticsOfLines, diagnosticsOfValidate, plainMessage } from "./terraform-json.ts";
import { createWorkingCopy, type WorkingCopy } from "./working-copy.ts";

/** Settings of {@link openPlanner}. */
export interface PlannerOptions {
  /** Absent: `terraform` on the PATH, else `tofu`. */
  readonly terraformPath?: string;
  /**
   * Who answers Terraform; absent: the stand-ins. With "real", Terraform gets this process's environment, downloads
   * providers and modules and reads data sources with the user's credentials; backend and state stay out of it all the same.
   */
  readonly providers?: ProviderMode;
  /** Machine types that exist, by attribute: `aws_instance.instance_type` → names. Absent: not checked. */
  readonly machineTypes?: MachineTypes;
  /** Values for data sources; they win over what the state holds. */
  readonly fixtures?: readonly DataSourceFixture[];
  /** For each command of Terraform's; absent: two minutes. */
  readonly timeoutMs?: number;
}

const COMMAND_TIMEOUT_MS = 120_000;
/** Replaces any backend and any `cloud` block: the user's state is never opened, no lock is taken. */
const BACKEND = 'terraform {\n  backend "local" {\n  }\n}\n';
const NO_STATE: StateFacts = {
  types: new Set(),
  providers: new Set(),
  schemaVersions: new Map(),
  dataSources: [],
  remoteStates: [],
};

const NOTHING_INSTALLED: PreparedModules = { areInstalled: false, missing: [] };
const NO_STAND_INS: StandInProviders = {
  reattach: "{}",
  names: [],
  run: createRunContext(),
  close: () => {},
};

/** Runs one command of Terraform's in the working copy. */
export type RunTerraform = (...args: readonly string[]) => Promise<CommandResult>;

/** One configuration, ready for Terraform. */
export interface PreparedRun {
  readonly copy: WorkingCopy;
  readonly notes: readonly string[];
  readonly standIns: StandInProviders;
  /** Set when Terraform could not even be initialised. */
  readonly failed: readonly TerraformDiagnostic[] | null;
  readonly terraform: RunTerraform;
}

async function statePath(request: PlanRequest): Promise<string | undefined> {
  if (request.stateFile !== undefined) {
    return isAbsolute(request.stateFile) ? request.stateFile : resolve(request.directory, request.stateFile);
  }
  const own = resolve(request.directory, "terraform.tfstate");
  return (await statOrUndefined(own))?.isFile() === true ? own : undefined;
}

/**
 * Copies the configuration, starts its stand-ins, initialises Terraform, hands the result to `work`, and leaves nothing
 * behind.
 */
export async function withPreparedRun<T>(
  request: PlanRequest,
  setting: { readonly binary: TerraformBinary; readonly options: PlannerOptions },
  work: (run: PreparedRun) => Promise<T>,
): Promise<T> {
  const state = await statePath(request);
  const facts = state === undefined ? NO_STATE : await readStateFacts(state);
  const copy = await createWorkingCopy({
    directory: request.directory,
    extraFiles: request.varFiles ?? [],
    overlay: request.overlay ?? new Map(),
  });
  let standIns: StandInProviders | undefined;
  try {
    request.onProgress?.({ kind: "copied", files: copy.sources.length });
    if (state !== undefined) await copyFile(state, join(copy.root, "terraform.tfstate"));
    await writeFile(await lastOverrideFile(copy.root), BACKEND);
    const isReal = setting.options.providers === "real";
    const modules = isReal ? NOTHING_INSTALLED : await prepareModules(request.directory, copy);
    const unread = isReal ? [] : await redirectRemoteStates(copy, facts.remoteStates);
    if (isReal) await copyLockFile(request.directory, copy);
    standIns = isReal ? NO_STAND_INS : await startStandIns(standInOptions(copy, facts, setting.options));
    const runner = { request, ...setting, copy, standIns };
    const terraform = await commandRunner(runner);
    const failed = await initialise(runner, modules, terraform);
    request.onProgress?.({ kind: "initialised", providers: standIns.names });
    const notes = [...copy.notes, ...remoteStateNotes(unread)];
    return await work({ copy, notes, standIns, failed, terraform });
  } finally {
    standIns?.close();
    await copy.remove();
  }
}

function standInOptions(copy: WorkingCopy, facts: StateFacts, options: PlannerOptions): StandInOptions {
  return {
    texts: copy.sources,
    types: facts.types,
    stateProviders: facts.providers,
    socketDirectory: copy.home,
    run: {
      dataSources: [...(options.fixtures ?? []), ...facts.dataSources],
      machineTypes: options.machineTypes ?? {},
      schemaVersions: facts.schemaVersions,
    },
  };
}

/** The versions that the user has chosen. */
async function copyLockFile(directory: string, copy: WorkingCopy): Promise<void> {
  const lock = resolve(directory, ".terraform.lock.hcl");
  if ((await statOrUndefined(lock))?.isFile() === true) {
    await copyFile(lock, join(copy.root, ".terraform.lock.hcl"));
  }
}

function remoteStateNotes(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const list = names.map((name) => `data.terraform_remote_state.${name}`).join(", ");
  return [`Remote states are never opened, and the given state has no record of ${list}.`];
}

interface RunnerSetting {
  readonly request: PlanRequest;
  readonly binary: TerraformBinary;
  readonly options: PlannerOptions;
  readonly copy: WorkingCopy;
  readonly standIns: StandInProviders;
}

/** Settings of the user's that would lead Terraform out of the copy, or change what it prints. */
const LEFT_OUT = /^TF_(?:CLI_ARGS.*|DATA_DIR|WORKSPACE|LOG.*|REATTACH_PROVIDERS)$/;
const ALWAYS = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", GIT_TERMINAL_PROMPT: "0" };

/** Port 9 of this machine discards: nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";
/**
 * What a configuration could still make Terraform itself do (fetch a module, open a backend) in a way that we did not
 * see: no network, no git, none of the user's credentials.
 */
const NO_WAY_OUT = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  GIT_ALLOW_PROTOCOL: "",
  GIT_CONFIG_GLOBAL: "/dev/null",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  GOOGLE_APPLICATION_CREDENTIALS: "/dev/null",
  CLOUDSDK_CONFIG: "/dev/null",
  AZURE_CONFIG_DIR: "/dev/null",
  KUBECONFIG: "/dev/null",
  NETRC: "/dev/null",
};

function realEnvironment(): Readonly<Record<string, string>> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || LEFT_OUT.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), ...ALWAYS };
}

async function standInEnvironment({
  copy,
  standIns,
}: RunnerSetting): Promise<Readonly<Record<string, string>>> {
  const empty = join(copy.home, "no-providers");
  const config = join(copy.home, "terraform.rc");
  await mkdir(empty);
  // An empty mirror and no other source: a provider that is not served is an error here and now, not a download.
  await writeFile(
    config,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(empty)}\n  }\n}\n`,
  );
  return {
    ...ALWAYS,
    ...NO_WAY_OUT,
    PATH: process.env["PATH"] ?? "",
    // Configurations read "~/.ssh/id_rsa.pub" and the like.
    HOME: process.env["HOME"] ?? copy.home,
    TMPDIR: copy.home,
    TF_CLI_CONFIG_FILE: config,
    TF_REATTACH_PROVIDERS: standIns.reattach,
  };
}

async function commandRunner(setting: RunnerSetting): Promise<RunTerraform> {
  const { copy, binary, request, options } = setting;
  const env = options.providers === "real" ? realEnvironment() : await standInEnvironment(setting);
  return (...args) =>
    runCommand({
      path: binary.path,
      args,
      cwd: copy.root,
      env,
      timeoutMs: options.timeoutMs ?? COMMAND_TIMEOUT_MS,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
}

/** What validate says when the real reason is that init failed. */
const UNINSTALLED = new Set([
  "Module not installed",
  "Missing required provider",
  "Module source has changed",
]);

/** `terraform init -json` came with 1.9; OpenTofu counts its versions alike. */
function hasJsonInit(binary: TerraformBinary): boolean {
  const [major = 0, minor = 0] = binary.version.split(".").map(Number);
  return binary.product === "terraform" && (major > 1 || minor >= 9);
}

function errorsOf(diagnostics: readonly TerraformDiagnostic[]): readonly TerraformDiagnostic[] {
  return diagnostics.filter((diagnostic) => diagnostic.severity === "error");
}

/** Runs `terraform init`; what went wrong comes back as diagnostics. */
async function initialise(
  { binary, options }: RunnerSetting,
  modules: PreparedModules,
  terraform: RunTerraform,
): Promise<readonly TerraformDiagnostic[] | null> {
  if (modules.missing.length > 0) return modules.missing;
  const result = await terraform(
    "init",
    "-input=false",
    "-no-color",
    ...(modules.areInstalled ? ["-get=false"] : []),
    ...(hasJsonInit(binary) ? ["-json"] : []),
  );
  if (result.exitCode === 0) return null;
  const said = errorsOf(diagnosticsOfLines(result.stdout));
  const message = plainMessage(`${result.stdout}\n${result.stderr}`);
  const missing = explainMissingProviders(said.map((each) => each.detail ?? "").join("\n") || message);
  if (missing.length > 0 && options.providers !== "real") return missing;
  // A configuration that does not parse: validate reports it as users know it, init sometimes twice.
  const validated = diagnosticsOfValidate((await terraform("validate", "-json", "-no-color")).stdout) ?? [];
  const isOnlyUninstalled = validated.every((each) => UNINSTALLED.has(each.summary));
  if (!isOnlyUninstalled && errorsOf(validated).length > 0) return validated;
  if (said.length > 0) return said;
  return [{ severity: "error", summary: "terraform init failed", detail: message }];
}
