import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** Some ten replays take a megabyte at most: as many journals stay below the size of an image. */
const JOURNALS_MAX = 200;

/** Of `apex validate`, and of the attempts of a campaign's runs. */
const JOURNAL = /^val-[0-9a-f]+(-\d+-[0-9a-f]+)?\.jsonl$/;

/**
 * Removes all but the newest journals of validations from a store's directory. They are the only record of what was measured, so
 * age alone takes none away. Keeping house never stops a run: what cannot be removed stays.
 */
export async function pruneJournals(storeDirectory: string, journalsMax = JOURNALS_MAX): Promise<void> {
  const directory = path.join(storeDirectory, "runs");
  const names = await readdir(directory).catch(() => []);
  const found: { readonly file: string; readonly mtimeMs: number }[] = [];
  for (const name of names) {
    if (!JOURNAL.test(name)) continue;
    const file = path.join(directory, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts?.isFile() === true) found.push({ file, mtimeMs: facts.mtimeMs });
  }
  const old = found.toSorted((a, b) => b.mtimeMs - a.mtimeMs).slice(journalsMax);
  for (const { file } of old) await rm(file, { force: true }).catch(() => undefined);
}
