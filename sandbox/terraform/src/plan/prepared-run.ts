import { copyFile, writeFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import type { CommandIsolation, ProviderMode, TerraformDiagnostic } from "@apex/core";
import { createRunContext, type DataSourceFixture, type MachineTypes } from "../provider/provider-session.ts";
import { statOrUndefined } from "./file-probe.ts";
import { NOTHING_INSTALLED, type PreparedModules, prepareModules } from "./installed-modules.ts";
import { explainMissingProviders } from "./missing-provider.ts";
import { lastOverrideFile } from "./override-file.ts";
import type { PlanRequest } from "./plan-request.ts";
import { redirectRemoteStates } from "./remote-state.ts";
import { createHome, type Home } from "./private-directory.ts";
import type { CommandResult } from "./run-command.ts";
import { type StandInOptions, type StandInProviders, startStandIns } from "./stand-in-providers.ts";
import { readStateFacts, type StateFacts } from "./state-file.ts";
import type { OpenPlace, TerraformPlace } from "./terraform-place.ts";
import { diagnosticsOfLines, diagnosticsOfValidate, plainMessage } from "./terraform-json.ts";
import { replaceProvisioners } from "../apply/replace-provisioners.ts";
import { checkTrust, explainUnseen, refuseUntrusted, unseenNotes } from "../trust/check-trust.ts";
import { findProject } from "../trust/project.ts";
import { createWorkingCopy, rootOf, type WorkingCopy } from "./working-copy.ts";

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
  /**
   * Where Terraform runs with the stand-ins; absent: as a process of this machine. Real providers need network and
   * credentials, so they always run on this machine.
   */
  readonly isolation?: CommandIsolation;
  /**
   * The user vouches for what is planned: without isolation it may execute programs and read files of this machine, and
   * what lies outside of the project is looked at.
   */
  readonly trust?: boolean;
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
  readonly place: TerraformPlace;
  readonly notes: readonly string[];
  readonly standIns: StandInProviders;
  /** Set when Terraform could not even be initialised. */
  readonly failed: readonly TerraformDiagnostic[] | null;
  /** Adds the reason to errors about files that isolation hides. */
  readonly explain: (diagnostics: readonly TerraformDiagnostic[]) => readonly TerraformDiagnostic[];
  readonly terraform: RunTerraform;
}

async function statePath(request: PlanRequest): Promise<string | undefined> {
  if (request.stateFile !== undefined) {
    return isAbsolute(request.stateFile) ? request.stateFile : resolve(request.directory, request.stateFile);
  }
  const own = resolve(request.directory, "terraform.tfstate");
  return (await statOrUndefined(own))?.isFile() === true ? own : undefined;
}

/** Who prepares what for which purpose. */
export interface PreparedSetting {
  readonly openPlace: OpenPlace;
  readonly options: PlannerOptions;
  readonly purpose: "plan" | "apply";
}

/**
 * Copies the configuration, starts its stand-ins, initialises Terraform, hands the result to `work`, and leaves nothing
 * behind.
 */
export async function withPreparedRun<T>(
  request: PlanRequest,
  setting: PreparedSetting,
  work: (run: PreparedRun) => Promise<T>,
): Promise<T> {
  const state = await statePath(request);
  const facts = state === undefined ? NO_STATE : await readStateFacts(state);
  const home = await createHome();
  const opening = openPlaceEarly(home, request, setting);
  let standIns: StandInProviders | undefined;
  try {
    const { options } = setting;
    const isReal = options.providers === "real";
    const project = await findProject(await rootOf(request.directory));
    const limits = options.trust === true ? null : project;
    const copy = await createWorkingCopy({
      directory: request.directory,
      extraFiles: request.varFiles ?? [],
      overlay: request.overlay ?? new Map(),
      home: home.path,
      project: limits,
    });
    request.onProgress?.({ kind: "copied", files: copy.sources.length });
    if (state !== undefined) await copyFile(state, join(copy.root, "terraform.tfstate"));
    await writeFile(await lastOverrideFile(copy.root), BACKEND);
    const modules = isReal ? NOTHING_INSTALLED : await prepareModules(project.root, copy, limits);
    const unread = isReal ? [] : await redirectRemoteStates(copy, facts.remoteStates);
    if (isReal) await copyLockFile(request.directory, copy);
    const { findings: found, provisioned } = await checkTrust({
      project,
      modules: [...copy.modules, ...modules.sources],
      request,
      varFiles: (request.varFiles ?? []).map((path) => resolve(project.root, path)),
      fetches: isReal,
    });
    const findings = [...modules.findings, ...found];
    const isIsolated = options.isolation !== undefined && !isReal;
    if (!isIsolated && options.trust !== true) refuseUntrusted(findings, isReal);
    const replaced = setting.purpose === "apply" ? await replaceProvisioners(copy, provisioned) : [];
    const unseen = isIsolated ? findings : [];
    const place = await opening;
    standIns = isReal ? NO_STAND_INS : await startStandIns(standInOptions(copy, { facts, options, place }));
    await place.prepare({ home: home.path, modulesManifest: modules.manifest });
    const terraform = runIn(place, { copy, standIns, request });
    const failed = await initialise({ place, options, modules, terraform });
    request.onProgress?.({ kind: "initialised", providers: standIns.names });
    const notes = [...copy.notes, ...remoteStateNotes(unread), ...unseenNotes(unseen), ...replaced];
    const explain: PreparedRun["explain"] = (diagnostics) => explainUnseen(diagnostics, unseen);
    const explained = failed === null ? null : explain(failed);
    return await work({ copy, place, notes, standIns, failed: explained, explain, terraform });
  } finally {
    standIns?.close();
    await opening.then((place) => place.close()).catch(() => {});
    await home.remove();
  }
}

/** The place opens while the configuration is copied: it takes about as long. */
function openPlaceEarly(
  home: Home,
  request: PlanRequest,
  { openPlace, options }: { readonly openPlace: OpenPlace; readonly options: PlannerOptions },
): Promise<TerraformPlace> {
  const opening = openPlace({
    home: home.path,
    timeoutMs: options.timeoutMs ?? COMMAND_TIMEOUT_MS,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  // It may fail while nobody waits for it yet.
  opening.catch(() => {});
  return opening;
}

function runIn(
  place: TerraformPlace,
  {
    copy,
    standIns,
    request,
  }: { readonly copy: WorkingCopy; readonly standIns: StandInProviders; readonly request: PlanRequest },
): RunTerraform {
  return (...args) =>
    place.run({
      args,
      cwd: copy.root,
      reattach: standIns.reattach,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
}

function standInOptions(
  copy: WorkingCopy,
  {
    facts,
    options,
    place,
  }: { readonly facts: StateFacts; readonly options: PlannerOptions; readonly place: TerraformPlace },
): StandInOptions {
  return {
    servingPid: place.servingPid,
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

/** What validate says when the real reason is that init failed. */
const UNINSTALLED = new Set([
  "Module not installed",
  "Missing required provider",
  "Module source has changed",
]);

function errorsOf(diagnostics: readonly TerraformDiagnostic[]): readonly TerraformDiagnostic[] {
  return diagnostics.filter((diagnostic) => diagnostic.severity === "error");
}

interface Initialisation {
  readonly place: TerraformPlace;
  readonly options: PlannerOptions;
  readonly modules: PreparedModules;
  readonly terraform: RunTerraform;
}

/** Runs `terraform init`; what went wrong comes back as diagnostics. */
async function initialise({
  place,
  options,
  modules,
  terraform,
}: Initialisation): Promise<readonly TerraformDiagnostic[] | null> {
  if (modules.missing.length > 0) return modules.missing;
  const result = await terraform(
    "init",
    "-input=false",
    "-no-color",
    ...(modules.manifest !== null ? ["-get=false"] : []),
    ...(place.hasJsonInit ? ["-json"] : []),
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
