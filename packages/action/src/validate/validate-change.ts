import { mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError, COMPUTE_TYPES, type ResourceDifference, toNumber } from "@apex/core";
import {
  type EstimatedProject,
  type EstimateReport,
  parseValidation,
  reportedValidation,
} from "@apex/report";
import { materialise } from "../estimate/base-tree.ts";
import { type Git, openGit } from "../estimate/git.ts";
import { type ActionInputs, inputText } from "../inputs/action-inputs.ts";
import type { ActionIo } from "../runner/action-io.ts";
import { runApex } from "../runner/apex-command.ts";

/** What a pull request changes in machines: a type, a class, or how many there are. */
const MACHINE_ATTRIBUTE =
  /(?:^|\.)(?:instance_type|machine_type|instance_types|desired_capacity|min_size|max_size|target_size|desired_count|cpu|memory|count)(?:\[|$)/;
/** What a patch for the sandbox may hold: it reads nothing else. */
const CONFIGURATION = ["*.tf", "*.tf.json", "*.tofu", "*.tofu.json", "*.tfvars", "*.tfvars.json"];

/** A root module with a machine that the change touches, the one that costs most first. */
interface ChangedMachine {
  readonly project: EstimatedProject;
  readonly resource: ResourceDifference;
}

function changedMachines(report: EstimateReport): readonly ChangedMachine[] {
  const weight = ({ resource }: ChangedMachine) =>
    Math.abs(resource.delta === null ? 0 : toNumber(resource.delta));
  return report.projects
    .flatMap((project) =>
      (project.difference?.resources ?? [])
        .filter(({ kind }) => kind === "changed" || kind === "replaced")
        .filter(({ attributes }) => attributes.some(({ path: name }) => MACHINE_ATTRIBUTE.test(name)))
        .map((resource) => ({ project, resource })),
    )
    .toSorted((a, b) => weight(b) - weight(a));
}

/** What the workflow gives, and where it runs. */
interface Setting {
  readonly inputs: ActionInputs;
  readonly io: ActionIo;
}

/** What a sandbox needs beside the change. */
function requireRecord({ inputs, io }: Setting): { readonly state: string } {
  const state = inputText(io.env, "state");
  const missing = [
    ...(inputs.workloads.length === 0 ? ["workload (recorded requests)"] : []),
    ...(inputs.metrics.length === 0 ? ["metrics (recorded utilisation)"] : []),
    ...(state === "" ? ["state (what exists)"] : []),
  ];
  if (missing.length === 0) return { state };
  throw new AdapterError("invalid", `mode validate needs ${missing.join(", ")}`);
}

function isService(type: string): boolean {
  return COMPUTE_TYPES.some((each) => each === type);
}

async function patchOf(git: Git, commits: NonNullable<EstimateReport["commits"]>): Promise<string> {
  const options = [
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--src-prefix=a/",
    "--dst-prefix=b/",
  ];
  return git.run(["diff", ...options, commits.base, commits.head, "--", ...CONFIGURATION]);
}

/** The arguments of `apex validate`; all paths are absolute, because it works in the base's files. */
function argumentsOf(
  machine: ChangedMachine,
  { inputs, io }: Setting,
  files: { readonly tree: string; readonly patch: string; readonly state: string },
): readonly string[] {
  const here = (file: string) => path.resolve(io.workspace, file);
  const many = (option: string, values: readonly string[]) =>
    values.flatMap((value) => [`--${option}`, value]);
  const { project, resource } = machine;
  const target = inputText(io.env, "target") || (isService(resource.type) ? resource.address : "");
  return [
    "validate",
    ...many("terraform", [path.join(files.tree, project.directory)]),
    ...many("state", [here(files.state)]),
    ...many("patch", [files.patch]),
    ...many(
      "var-file",
      project.varFiles.map((file) => path.join(files.tree, file)),
    ),
    ...many("metrics", inputs.metrics.map(here)),
    ...many("workload", inputs.workloads.map(here)),
    ...many("target", target === "" ? [] : [target]),
    ...many("minutes", inputText(io.env, "minutes") === "" ? [] : [inputText(io.env, "minutes")]),
    "--format",
    "json",
    "--quiet",
  ];
}

/** What has a sandbox try the change of an estimate. */
type ChangeValidator = (report: EstimateReport) => Promise<EstimateReport>;

/**
 * A validator that has a sandbox replay the recorded load on the machines before and after the change, and adds its verdict to the
 * estimate. Without a machine that changes, or where there is no sandbox, the estimate stays as it is and the log says why. Throws an
 * AdapterError at once when what the sandbox needs is not given.
 */
export function changeValidator(setting: Setting): ChangeValidator {
  const { state } = requireRecord(setting);
  return (report) => validateChange(report, setting, state);
}

async function validateChange(
  report: EstimateReport,
  setting: Setting,
  state: string,
): Promise<EstimateReport> {
  const { io } = setting;
  const [machine, ...others] = changedMachines(report);
  if (machine === undefined || report.commits === null) {
    io.log("nothing is validated: the change touches no machine");
    return report;
  }
  for (const { resource } of others)
    io.log(`${resource.address} is not validated: one service is tried at a time`);
  const git = await openGit(io.workspace, io.env, io.signal);
  await using tree = await materialise(git, report.commits.base, io.temp);
  const patch = path.join(await mkdtemp(path.join(io.temp, "apex-patch-")), "change.patch");
  await writeFile(patch, await patchOf(git, report.commits));
  const args = argumentsOf(machine, setting, { tree: tree.root, patch, state });
  const ended = await io.group(`Validating ${machine.resource.address}`, () =>
    runApex(io, args, { cwd: tree.root }),
  );
  io.signal.throwIfAborted();
  const validation = parseValidation(ended.stdout);
  if (validation !== undefined) return { ...report, validation: [reportedValidation(validation)] };
  const said = ended.stderr.trim() || "it said nothing";
  io.annotate("warning", `there is no verdict of a sandbox (exit code ${ended.code ?? "none"}): ${said}`, {
    title: "Apex",
  });
  return report;
}
