import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import {
  type ConfigurationFile,
  type KeptFile,
  parseConfiguration,
  type ValidationJob,
} from "../campaign/validation-job.ts";
import type { ValidateInputs } from "../pipeline/validate.ts";
import type { InputCache } from "./input-cache.ts";

/** A job's inputs as files of this machine: absolute paths. */
export interface MaterialisedJob
  extends Pick<
    ValidateInputs,
    "terraformDirectory" | "stateFile" | "varFiles" | "fixtures" | "metricFiles" | "overlay"
  > {
  /** They are named relative to `logFolder` for people. */
  readonly logFiles: readonly string[];
  readonly logFolder: string;
}

interface Target {
  readonly cache: InputCache;
  readonly tenant: string;
}

async function placeAt({ cache, tenant }: Target, sha256: string, file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await cache.place(tenant, sha256, file);
  return file;
}

async function placeAll(
  target: Target,
  files: readonly KeptFile[],
  folder: string,
): Promise<readonly string[]> {
  const placed: string[] = [];
  for (const { path: name, sha256 } of files) {
    placed.push(await placeAt(target, sha256, inside(folder, name)));
  }
  return placed;
}

async function writeAll(files: readonly ConfigurationFile[], folder: string): Promise<void> {
  for (const { path: name, content } of files) {
    const file = inside(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Below `folder`: the job's schema refuses ways out already, and this is where one would do harm. */
function inside(folder: string, name: string): string {
  const file = path.resolve(folder, name);
  if (file === folder || file.startsWith(`${folder}${path.sep}`)) return file;
  throw new AdapterError("invalid", `a file of this run would lie outside of its directory: ${name}`);
}

/** Writes a job's inputs below an empty directory of the run's own. Throws an AdapterError. */
export async function materialiseJob(
  job: ValidationJob,
  target: Target,
  directory: string,
): Promise<MaterialisedJob> {
  const tree = path.join(directory, "configuration");
  // What was kept is the project: links were followed and limits kept when it was.
  await mkdir(path.join(tree, ".git"), { recursive: true });
  const whole = await placeAt(target, job.configuration.files, path.join(directory, "configuration.json"));
  await writeAll(parseConfiguration(await readFile(whole, "utf8")), tree);
  const terraformDirectory = inside(tree, job.configuration.directory);
  const changed = await placeAll(target, job.change, path.join(directory, "change"));
  const overlay = new Map<string, string>();
  for (const [index, { path: name }] of job.change.entries()) {
    const key = path.relative(terraformDirectory, inside(tree, name)).split(path.sep).join("/");
    overlay.set(key, await readFile(changed[index] ?? "", "utf8"));
  }
  const logFolder = path.join(directory, "logs");
  return {
    terraformDirectory,
    stateFile: await placeAt(target, job.state, path.join(directory, "terraform.tfstate")),
    varFiles: job.configuration.varFiles.map((name) => inside(tree, name)),
    ...(job.fixtures === undefined
      ? {}
      : { fixtures: await placeAt(target, job.fixtures, path.join(directory, "fixtures.json")) }),
    metricFiles: await placeAll(target, job.metrics, path.join(directory, "metrics")),
    logFiles: await placeAll(target, job.workload.files, logFolder),
    logFolder,
    overlay,
  };
}
