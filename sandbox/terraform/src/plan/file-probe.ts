import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/** The file's status, links followed; `undefined` when there is none or it cannot be reached. */
export async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

/** Whether a path is a directory. */
export async function isDirectory(path: string): Promise<boolean> {
  return (await statOrUndefined(path))?.isDirectory() === true;
}

/** Files above this size hold no configuration that a person wrote. */
const TEXT_BYTES_MAX = 16 * 1024 * 1024;

/** A file's text; `undefined` when it is no regular file, cannot be read, or is too large to be configuration. */
export async function readIfFile(path: string): Promise<string | undefined> {
  const status = await statOrUndefined(path);
  if (status?.isFile() !== true || status.size > TEXT_BYTES_MAX) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Whether Terraform or OpenTofu take a file of this name for configuration. */
export function isTerraformFile(name: string): boolean {
  return /\.(tf|tofu)(\.json)?$/.test(name);
}
