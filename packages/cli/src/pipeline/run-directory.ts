import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";

/**
 * A private directory for one run's samples and bills under the store, so that two runs never see each other's
 * inputs; removed with everything in it when the run ends.
 */
export async function openRunDirectory(
  storeDirectory: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const runs = path.join(storeDirectory, "runs");
  await mkdir(runs, { recursive: true });
  const directory = await mkdtemp(path.join(runs, "run-"));
  return {
    path: directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
