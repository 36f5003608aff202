import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private temporary folder that is removed with everything in it when disposed. */
export interface Scratch extends AsyncDisposable {
  readonly folder: string;
}

/** Makes a {@link Scratch} under the system's temporary folder, readable by this user alone. */
export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), "apex-collect-"));
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
