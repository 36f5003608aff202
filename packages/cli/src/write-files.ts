import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Writes several files so that a reader, a crash or Ctrl-C never meets half a file: each is written and synced beside
 * its target first, and only when all are there they are renamed into place. Keeps the permissions of a file it replaces.
 * Keys are absolute paths. Throws what the file system throws; then no target has changed, or, if a rename failed,
 * those before it have and the error says which one failed.
 */
export async function writeFiles(files: ReadonlyMap<string, string>): Promise<void> {
  const staged: { readonly temporary: string; readonly target: string }[] = [];
  try {
    for (const [target, text] of files) {
      await mkdir(path.dirname(target), { recursive: true });
      const temporary = path.join(
        path.dirname(target),
        `.${path.basename(target)}.${randomBytes(6).toString("hex")}.tmp`,
      );
      staged.push({ temporary, target });
      const mode = await stat(target).then(
        (found) => found.mode,
        () => 0o644,
      );
      const handle = await open(temporary, "wx", mode);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    for (const { temporary, target } of staged) await rename(temporary, target);
  } finally {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
  }
}
