import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { ESTIMATE_SCHEMA, type EstimateReport } from "@apex/report";
import type { ActionEvent } from "../event/action-event.ts";
import type { ActionInputs } from "../inputs/action-inputs.ts";
import type { ActionIo } from "../runner/action-io.ts";
import { APEX_VERSION } from "../version.ts";
import { materialise } from "./base-tree.ts";
import { comparedCommits } from "./commits.ts";
import { contentDigest } from "./content-digest.ts";
import { loadPricing } from "./estimate-prices.ts";
import {
  estimateProject,
  type EstimateSetting,
  type ProjectEstimate,
  type Sides,
  type TouchedProject,
  touchedProjects,
} from "./estimate-project.ts";
import { type Git, nulSeparated, openGit } from "./git.ts";
import { readRecommendations } from "./missed-recommendations.ts";
import { NO_CACHE, openPlanCache } from "./plan-cache.ts";
import { openSidePlanner } from "./plan-sides.ts";
import { findProjects } from "./projects.ts";
import { commitTree, directoryTree, workingTree } from "./side-tree.ts";

/** What is compared, ready to be looked at. */
interface Comparison extends AsyncDisposable {
  readonly sides: Sides;
  readonly changedFiles: readonly string[];
  readonly commits: { readonly base: string; readonly head: string } | null;
  /** Where the workflow works, relative to the root of the head's files; "" for the root. */
  readonly prefix: string;
}

function prefixOf(root: string, workspace: string): string {
  return path.relative(root, workspace).split(path.sep).join("/");
}

async function existingDirectory(workspace: string, base: string | null): Promise<string | undefined> {
  if (base === null) return undefined;
  const place = path.resolve(workspace, base);
  const found = await lstat(place).catch(() => undefined);
  return found?.isDirectory() === true ? realpath(place) : undefined;
}

/** Two directories, whatever either is a checkout of. */
async function compareDirectories(baseRoot: string, headRoot: string): Promise<Comparison> {
  const sides = { base: await directoryTree(baseRoot), head: await directoryTree(headRoot) };
  const changedFiles: string[] = [];
  for (const file of new Set([...sides.base.files, ...sides.head.files])) {
    const [before, after] = [contentDigest(baseRoot, [file]), contentDigest(headRoot, [file])];
    if ((await before) !== (await after)) changedFiles.push(file);
  }
  return { sides, changedFiles, commits: null, prefix: "", [Symbol.asyncDispose]: async () => {} };
}

/** The files that differ between two commits; of a renamed one both names. */
async function filesBetween(git: Git, base: string, head: string): Promise<readonly string[]> {
  const options = ["--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "-z"];
  return nulSeparated(await git.run(["diff", ...options, base, head, "--"]));
}

async function compareCommits(
  git: Git,
  request: { readonly inputs: ActionInputs; readonly event: ActionEvent; readonly io: ActionIo },
): Promise<Comparison> {
  const { inputs, event, io } = request;
  const token = inputs.credentials.token;
  const { doubt, ...commits } = await comparedCommits(git, event, { base: inputs.base, token });
  if (doubt !== null) io.annotate("warning", doubt, { title: "Apex" });
  const root = await realpath(git.root);
  const changedFiles = await filesBetween(git, commits.base, commits.head);
  const tree = await materialise(git, commits.base, io.temp);
  const base = await commitTree(git, commits.base, await realpath(tree.root));
  return {
    sides: { base, head: await workingTree(git, root) },
    changedFiles,
    commits,
    prefix: prefixOf(root, await realpath(io.workspace)),
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose](),
  };
}

async function compare(inputs: ActionInputs, event: ActionEvent, io: ActionIo): Promise<Comparison> {
  const directory = await existingDirectory(io.workspace, inputs.base);
  if (directory !== undefined) return compareDirectories(directory, await realpath(io.workspace));
  const git = await openGit(io.workspace, io.env, io.signal);
  return compareCommits(git, { inputs, event, io });
}

function nameOf({ directory, varFiles }: Pick<TouchedProject, "directory" | "varFiles">): string {
  return varFiles.length === 0 ? directory : `${directory} (${varFiles.join(", ")})`;
}

/** As many at a time as the machine plans; in the order in which they are given. */
async function estimateAll(
  projects: readonly TouchedProject[],
  setting: EstimateSetting,
  io: ActionIo,
): Promise<readonly ProjectEstimate[]> {
  const estimates: ProjectEstimate[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < projects.length; index = next++) {
      const project = projects[index];
      if (project === undefined) return;
      const started = io.now().getTime();
      const estimate = await estimateProject(project, setting);
      const seconds = ((io.now().getTime() - started) / 1000).toFixed(1);
      const how = estimate.plannedSides === 0 ? "known from the cache" : `planned in ${seconds} s`;
      io.log(`${nameOf(project)}: ${estimate.project.difference === null ? "cannot be planned" : how}`);
      estimates[index] = estimate;
    }
  };
  await Promise.all(Array.from({ length: Math.min(setting.planner.width, projects.length) }, worker));
  return estimates;
}

/**
 * What the change in the checkout does to the monthly cost. Only the root modules that a changed file belongs to are planned. Throws an
 * AdapterError where nothing can be compared; what is wrong with single root modules is in the report.
 */
export async function estimateCheckout(
  inputs: ActionInputs,
  event: ActionEvent,
  io: ActionIo,
): Promise<EstimateReport> {
  await using comparison = await compare(inputs, event, io);
  const { sides, commits, prefix } = comparison;
  const place = { workspace: io.workspace, checkout: sides.head.root };
  const cache = inputs.cacheDirectory === null ? NO_CACHE : await openPlanCache(inputs.cacheDirectory, place);
  const request = { prefix, paths: inputs.paths, varFiles: inputs.varFiles };
  const projects = await findProjects([sides.base, sides.head], request);
  const touched = await touchedProjects(projects, sides, comparison.changedFiles);
  io.log(`root modules: ${projects.length}, of which the change touches ${touched.length}`);
  const pricing = await loadPricing(io.workspace, inputs);
  const recommendations =
    inputs.report === null
      ? undefined
      : await readRecommendations(path.resolve(io.workspace, inputs.report), inputs.report);
  const common = {
    schema: ESTIMATE_SCHEMA,
    apexVersion: APEX_VERSION,
    commits,
    basis: pricing.basis,
    usageFile: pricing.usageFile,
    untouched: projects.length - touched.length,
    validation: [],
  } as const;
  if (touched.length === 0) return { ...common, terraform: null, projects: [], missed: [] };
  await using planner = await openSidePlanner(cache, { version: APEX_VERSION, signal: io.signal });
  const setting = { sides, planner, pricing, recommendations, isOnly: projects.length === 1 };
  const estimates = await io.group("Planning with Terraform, offline", () =>
    estimateAll(touched, setting, io),
  );
  for (const line of pricing.usageAdvice()) io.log(`usage-file: ${line}`);
  return {
    ...common,
    terraform: { version: planner.terraformVersion, providers: "stand-in" },
    projects: estimates.map(({ project }) => project),
    missed: estimates.flatMap(({ missed }) => missed),
  };
}
