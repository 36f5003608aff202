import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import type { DataSourceFixture, MachineTypes } from "../provider/provider-session.ts";
import { statOrUndefined } from "./file-probe.ts";
import { type PreparedModules, prepareModules } from "./installed-modules.ts";
import { explainMissingProviders } from "./missing-provider.ts";
import type { PlanRequest } from "./plan-request.ts";
import { redirectRemoteStates } from "./remote-state.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { type StandInProviders, startStandIns } from "./stand-in-providers.ts";
import { readStateFacts, type StateFacts } from "./state-file.ts";
import type { TerraformBinary } from "./terraform-binary.ts";
import { diagnosticsOfLines, diagnosticsOfValidate, plainMessage } from "./terraform-json.ts";
import { createWorkingCopy, type WorkingCopy } from "./working-copy.ts";

/** Settings of {@link openPlanner}. */
export interface PlannerOptions {
  /** Absent: `terraform` on the PATH, else `tofu`. */
  readonly terraformPath?: string;
  /** Machine types that exist, by attribute: `aws_instance.instance_type` → names. Absent: not checked. */
  readonly machineTypes?: MachineTypes;
  /** Values for data sources; they win over what the state holds. */
  readonly fixtures?: readonly DataSourceFixture[];
  /** For each command of Terraform's; absent: two minutes. */
  readonly timeoutMs?: number;
}

const COMMAND_TIMEOUT_MS = 120_000;
/** Last in the order in which Terraform reads override files, so that it wins over the user's. */
const BACKEND_FILE = "zzzz_apex_backend_override.tf";
/** Replaces any backend and any `cloud` block: the user's state is never opened, no lock is taken. */
const BACKEND = 'terraform {\n  backend "local" {\n  }\n}\n';
const NO_STATE: StateFacts = {
  types: new Set(),
  providers: new Set(),
  schemaVersions: new Map(),
  dataSources: [],
  remoteStates: [],
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
    await writeFile(join(copy.root, BACKEND_FILE), BACKEND);
    const modules = await prepareModules(request.directory, copy);
    const unread = await redirectRemoteStates(copy, facts.remoteStates);
    standIns = await startStandIns({
      texts: copy.sources,
      types: facts.types,
      stateProviders: facts.providers,
      socketDirectory: copy.home,
      run: {
        dataSources: [...(setting.options.fixtures ?? []), ...facts.dataSources],
        machineTypes: setting.options.machineTypes ?? {},
        schemaVersions: facts.schemaVersions,
      },
    });
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

async function commandRunner(setting: RunnerSetting): Promise<RunTerraform> {
  const { copy, binary, request } = setting;
  const empty = join(copy.home, "no-providers");
  const config = join(copy.home, "terraform.rc");
  await mkdir(empty);
  // An empty mirror and no other source: a provider that is not served is an error here and now, not a download.
  await writeFile(
    config,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(empty)}\n  }\n}\n`,
  );
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    // Configurations read "~/.ssh/id_rsa.pub" and the like.
    HOME: process.env["HOME"] ?? copy.home,
    TMPDIR: copy.home,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_CLI_CONFIG_FILE: config,
    TF_REATTACH_PROVIDERS: setting.standIns.reattach,
    GIT_TERMINAL_PROMPT: "0",
  };
  return (...args) =>
    runCommand({
      path: binary.path,
      args,
      cwd: copy.root,
      env,
      timeoutMs: setting.options.timeoutMs ?? COMMAND_TIMEOUT_MS,
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
  { binary }: RunnerSetting,
  modules: PreparedModules,
  terraform: RunTerraform,
): Promise<readonly TerraformDiagnostic[] | null> {
  if (modules.missing.length > 0) return modules.missing;
  const result = await terraform(
    "init",
    "-input=false",
    "-no-color",
    "-lockfile=readonly",
    ...(modules.areInstalled ? ["-get=false"] : []),
    ...(hasJsonInit(binary) ? ["-json"] : []),
  );
  if (result.exitCode === 0) return null;
  const said = errorsOf(diagnosticsOfLines(result.stdout));
  const message = plainMessage(`${result.stdout}\n${result.stderr}`);
  const missing = explainMissingProviders(said.map((each) => each.detail ?? "").join("\n") || message);
  if (missing.length > 0) return missing;
  // A configuration that does not parse: validate reports it as users know it, init sometimes twice.
  const validated = diagnosticsOfValidate((await terraform("validate", "-json", "-no-color")).stdout) ?? [];
  const isOnlyUninstalled = validated.every((each) => UNINSTALLED.has(each.summary));
  if (!isOnlyUninstalled && errorsOf(validated).length > 0) return validated;
  if (said.length > 0) return said;
  return [{ severity: "error", summary: "terraform init failed", detail: message }];
}
