import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KnownResource, World } from "@apex/agent";
import type { TerraformDiagnostic, TerraformPlan } from "@apex/core";
import { readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { machineTypeNames } from "@apex/catalog";
import { bundledSchemas, openPlanner, type Planner } from "@apex/sandbox-terraform";

/** A configuration in memory: path → text. */
export type Files = Readonly<Record<string, string>>;

/** What real Terraform says to a configuration, and the world that a fixer would see it in. */
export interface Diagnosed {
  readonly diagnostics: readonly TerraformDiagnostic[];
  readonly plan: TerraformPlan | null;
  readonly world: World;
}

/** One for all worlds of a process: what fixers work out from schemas is kept with the object. */
const schemas = bundledSchemas();

const aws = machineTypeNames("aws");
const gcp = machineTypeNames("gcp");
const MACHINE_TYPES = {
  "aws_instance.instance_type": aws,
  "aws_launch_template.instance_type": aws,
  "google_compute_instance.machine_type": gcp,
};

let shared: Promise<Planner> | undefined;

/** One planner for all tests of a process: opening one costs more than a plan. */
export function planner(): Promise<Planner> {
  shared ??= openPlanner({ trust: true, machineTypes: MACHINE_TYPES });
  return shared;
}

/** The world of a configuration as fixers see it. */
export async function worldOf(files: Files, state: readonly KnownResource[] = []): Promise<World> {
  const source = { files: new Map(Object.entries(files)) };
  const configuration = readConfiguration(await loadHclParser(), source);
  return { configuration, schemas, machineTypes: MACHINE_TYPES, state };
}

/** Plans files with real Terraform, offline. `stateText` is the text of a terraform.tfstate. */
export async function diagnose(files: Files, stateText?: string): Promise<Diagnosed> {
  const written = stateText === undefined ? files : { ...files, "terraform.tfstate": stateText };
  return withFiles(written, async (directory) => {
    const { diagnostics, plan } = await (await planner()).plan({ directory });
    return { diagnostics, plan, world: await worldOf(files) };
  });
}

/** Writes files to a directory that is there only while `work` runs. */
export async function withFiles<T>(files: Files, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), "apex-agent-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
      await writeFile(path.join(directory, name), text);
    }
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
