import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "@apex/core";

const ENDING = ".jsonl";

/** Ids are part of file names, labels and cgroups. */
const RUN_ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const RUN_ID_LENGTH_MAX = 80;

/** Where the journals of a store lie. */
export function journalDirectory(directory: string): string {
  return join(directory, "runs");
}

/** The journal of a run. Throws an InvariantError for an id that could lead elsewhere. */
export function journalFile(directory: string, runId: string): string {
  assert(RUN_ID.test(runId) && runId.length <= RUN_ID_LENGTH_MAX, `"${runId}" is no id of a run`);
  return join(journalDirectory(directory), `${runId}${ENDING}`);
}

/** The ids of the runs that have a journal, sorted. A file that we did not name is passed over. */
export async function journalIds(directory: string): Promise<readonly string[]> {
  const names = await readdir(journalDirectory(directory)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .filter((id) => RUN_ID.test(id) && id.length <= RUN_ID_LENGTH_MAX)
    .toSorted();
}
