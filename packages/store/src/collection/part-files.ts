import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AdapterError, assert, parseJson } from "@apex/core";
import { z } from "zod";
import { syncFile } from "../files/atomic-file.ts";
import { type PartItem, partItemSchema } from "./part-item.ts";

/** As core's `CollectionPart` says; what is in it becomes a file's name. */
const KEY = /^[\w./:@-]{1,300}$/;
const NAME_CHARS_MAX = 120;
const ENDING = ".jsonl";
/** Lines are gathered to writes of this size. */
const WRITE_CHARS = 1 << 18;

const headerSchema = z.object({
  format: z.literal(1),
  key: z.string().regex(KEY),
  title: z.string(),
  /** When the round began that collected it, epoch milliseconds. */
  at: z.number(),
});

/** Which part a file holds, and of which moment. */
export type PartHeader = Omit<z.infer<typeof headerSchema>, "format">;

/** A name that a reader recognises, and that no other key has. */
function fileNameOf(key: string): string {
  const digest = createHash("sha256").update(key).digest("hex").slice(0, 16);
  return `${key.replace(/[^\w.-]+/g, "_").slice(0, NAME_CHARS_MAX)}-${digest}${ENDING}`;
}

/** Writes one part: nothing of it is there before `commit`, and all of it afterwards, in place of what was there. */
export interface PartWriter {
  add(item: PartItem): Promise<void>;
  commit(): Promise<void>;
  /** Removes what was written; after a commit nothing is left to remove. */
  discard(): Promise<void>;
}

/** Starts the file of a part in `folder`, which exists. */
export function writePart(folder: string, header: PartHeader): PartWriter {
  assert(KEY.test(header.key), `"${header.key}" is no key of a part`);
  const path = join(folder, fileNameOf(header.key));
  const temporary = `${path}.${randomUUID()}.tmp`;
  let handle: FileHandle | undefined;
  let lines: string[] = [JSON.stringify({ format: 1, ...header })];
  let chars = 0;
  let items = 0;
  const flush = async (): Promise<void> => {
    handle ??= await open(temporary, "wx", 0o600);
    await handle.appendFile(`${lines.join("\n")}\n`);
    lines = [];
    chars = 0;
  };
  return {
    async add(item) {
      const line = JSON.stringify(item);
      lines.push(line);
      chars += line.length;
      items += 1;
      if (chars >= WRITE_CHARS) await flush();
    },
    async commit() {
      if (items === 0) {
        await rm(path, { force: true });
        return;
      }
      await flush();
      await handle?.sync();
      await handle?.close();
      handle = undefined;
      await rename(temporary, path);
      await syncFile(folder);
    },
    async discard() {
      await handle?.close();
      handle = undefined;
      await rm(temporary, { force: true });
    },
  };
}

/** Makes the folder of parts; what killed writers left is removed. Call it as the only writer. */
export async function preparePartFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder))
    if (name.endsWith(".tmp")) await rm(join(folder, name), { force: true });
}

/** Removes all parts of a folder. */
export async function emptyPartFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true });
}

/** A part as it lies in a collection. */
export interface StoredPart extends PartHeader {
  readonly items: readonly PartItem[];
}

/** The parts of a folder, one at a time, in the order of their names. Throws an AdapterError for a file that is damaged. */
export async function* readParts(folder: string): AsyncGenerator<StoredPart> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names.filter((one) => one.endsWith(ENDING)).toSorted())
    yield await readPart(join(folder, name));
}

async function readPart(path: string): Promise<StoredPart> {
  let header: PartHeader | undefined;
  const items: PartItem[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    const value = parseJson(line);
    const parsed = header === undefined ? headerSchema.safeParse(value) : partItemSchema.safeParse(value);
    if (!parsed.success) throw damaged(path, number);
    if ("format" in parsed.data) header = parsed.data;
    else items.push(parsed.data);
  }
  if (header === undefined) throw damaged(path, 1);
  return { ...header, items };
}

function damaged(path: string, line: number): AdapterError {
  return new AdapterError(
    "invalid",
    `${path}, line ${line} is damaged or was written by a newer Apex; remove the file and collect again`,
  );
}
