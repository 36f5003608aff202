import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { AdapterError } from "@apex/core";
import { isGitInternal, isInside } from "../trust/project.ts";

/** How much may be copied in all; counts down. */
export interface CopyBudget {
  files: number;
  bytes: number;
  readonly notes: string[];
}

const FILES_MAX = 20_000;
const BYTES_MAX = 512 * 1024 * 1024;
const FILE_BYTES_MAX = 128 * 1024 * 1024;
const DEPTH_MAX = 40;
/** Text that may name resource types or be read by Terraform itself. */
const SOURCE_FILE = /\.(tf|tofu|tfvars|tf\.json|tofu\.json|tfvars\.json)$/;

/** Never needed to plan, and large. */
const LEFT_OUT = new Set([
  ".git",
  ".terraform",
  ".terraform.lock.hcl",
  "node_modules",
  ".venv",
  ".terragrunt-cache",
]);
/** Old states and saved plans; a current state may be read through `terraform_remote_state`. */
const LEFT_OVER = /\.tfstate(\.\d+)?\.backup$|\.tfplan$|^\.terraform\.tfstate\.lock\.info$/;

/** A full budget. */
export function createCopyBudget(): CopyBudget {
  return { files: FILES_MAX, bytes: BYTES_MAX, notes: [] };
}

/** What {@link copyTree} copies. */
export interface CopyTask {
  readonly from: string;
  readonly to: string;
  /** Links may not lead out of this directory. */
  readonly boundary: string;
  readonly budget: CopyBudget;
  /** Told the text of every Terraform file. */
  readonly onText: (path: string, text: string) => void;
}

/**
 * Copies a file or directory. Symbolic links are followed while they stay within the boundary; links out of it, devices,
 * sockets and very large files are left out with a note. Throws an AdapterError beyond the limits of the budget.
 */
export async function copyTree(task: CopyTask): Promise<void> {
  await mkdir(dirname(task.to), { recursive: true });
  await copyEntry(task, [await realpath(task.boundary)]);
}

/** `within` holds the real paths of the boundary and of the directories on the way here, to see a link run in circles. */
async function copyEntry(task: CopyTask, within: readonly string[]): Promise<void> {
  const status = await lstat(task.from);
  let source = task.from;
  if (status.isSymbolicLink()) {
    const target = await realpath(task.from).catch(() => undefined);
    const boundary = within[0] ?? task.boundary;
    const isOut =
      target !== undefined && (!isInside(target, boundary) || isGitInternal(relative(boundary, target)));
    if (target === undefined || isOut) {
      const what = target === undefined ? "points nowhere" : "leads out of the project";
      task.budget.notes.push(`${task.from} was left out: the link ${what}`);
      return;
    }
    source = target;
  }
  const real = source === task.from ? status : await lstat(source);
  if (real.isDirectory()) await copyDirectory(task, source, within);
  else if (real.isFile()) await copyOne(task, source, real.size);
  else task.budget.notes.push(`${task.from} was left out: neither a file nor a directory`);
}

async function copyDirectory(task: CopyTask, source: string, within: readonly string[]): Promise<void> {
  const real = await realpath(source);
  if (within.slice(1).includes(real) || within.length > DEPTH_MAX) {
    task.budget.notes.push(`${task.from} was left out: the directory contains itself or is too deep`);
    return;
  }
  await mkdir(task.to, { recursive: true });
  for (const name of await readdir(source)) {
    if (LEFT_OUT.has(name) || LEFT_OVER.test(name)) continue;
    const entry = { ...task, from: join(task.from, name), to: join(task.to, name) };
    await copyEntry(entry, [...within, real]);
  }
}

async function copyOne(task: CopyTask, source: string, size: number): Promise<void> {
  const { budget } = task;
  if (size > FILE_BYTES_MAX) {
    budget.notes.push(`${task.from} was left out: larger than ${FILE_BYTES_MAX / 1024 / 1024} MiB`);
    return;
  }
  budget.files -= 1;
  budget.bytes -= size;
  if (budget.files < 0 || budget.bytes < 0) {
    const limit = `${FILES_MAX} files or ${BYTES_MAX / 1024 / 1024} MiB`;
    throw new AdapterError(
      "invalid",
      `The configuration with its modules holds more than ${limit} (reached at ${task.from}); run Apex on the Terraform root directory alone.`,
    );
  }
  await copyFile(source, task.to, constants.COPYFILE_FICLONE);
  if (SOURCE_FILE.test(task.from)) task.onText(task.from, await readFile(source, "utf8"));
}
