import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes the bytes of a file survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file at once: a reader sees the old text or the new one, and so does the next start after a crash. */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  await replaceFileBy(path, (temporary) => writeFile(temporary, text), mode);
}

/**
 * As {@link replaceFile}, for what writes its file itself: `write` fills the empty one that it is given, which then takes the place of
 * `path`. Nothing is left where it throws.
 */
export async function replaceFileBy(
  path: string,
  write: (temporary: string) => Promise<void>,
  mode = 0o666,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await (await open(temporary, "wx", mode)).close();
    await write(temporary);
    await syncFile(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await syncFile(dirname(path));
}
