import { readdir } from "node:fs/promises";
import { join } from "node:path";

const PREFERRED = "zzzz_apex_override.tf";

function isAfter(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;
}

/**
 * A path in `directory` for an override file that Terraform reads after all others there, so that it wins over them:
 * they are merged in the order of their names, byte by byte.
 */
export async function lastOverrideFile(directory: string): Promise<string> {
  const names = await readdir(directory).catch(() => []);
  const last = names.reduce((a, b) => (isAfter(b, a) ? b : a), "");
  return join(directory, isAfter(PREFERRED, last) ? PREFERRED : `${last}_override.tf`);
}
