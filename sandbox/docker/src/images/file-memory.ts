import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { isJsonObject, type JsonValue } from "@apex/core";

/** What is slow to find out about files, remembered over processes for as long as a file stays the same. */
export interface FileMemory {
  /** The fact `name` of `file`, found by `find` when it is not known. Follows links; rejects as `stat` does without a file. */
  recall(file: string, name: string, find: () => Promise<string>): Promise<string>;
  /** Writes down what was learned, if anything. A place that cannot be written to costs the next process time, nothing else. */
  save(): Promise<void>;
}

interface Fact {
  /** Of the file when the fact was found. */
  readonly identity: string;
  readonly value: string;
}

const MEMORY_FILE = "file-memory.json";
/** Node, its libraries and Terraform of many versions. */
const FACTS_MAX = 200;

async function identityOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  // The time of the last change (ctime) moves also when somebody sets the time of modification back.
  return [dev, ino, size, mtimeNs, ctimeNs].join("-");
}

async function readFacts(file: string): Promise<Map<string, Fact>> {
  const facts = new Map<string, Fact>();
  try {
    const written = JSON.parse(await readFile(file, "utf8")) as JsonValue;
    for (const [key, fact] of isJsonObject(written) ? Object.entries(written) : []) {
      if (!isJsonObject(fact)) continue;
      const { identity, value } = fact;
      if (typeof identity === "string" && typeof value === "string") facts.set(key, { identity, value });
    }
  } catch {
    // Not there yet, or damaged: everything is found out again.
  }
  return facts;
}

/** Opens the memory of `directory`, which is made when there is something to write. */
export async function openFileMemory(directory: string): Promise<FileMemory> {
  const memoryFile = path.join(directory, MEMORY_FILE);
  const facts = await readFacts(memoryFile);
  let isChanged = false;

  return {
    async recall(file, name, find) {
      const key = `${name} ${file}`;
      const identity = await identityOf(file);
      const known = facts.get(key);
      if (known?.identity === identity) return known.value;
      const value = await find();
      facts.delete(key);
      facts.set(key, { identity, value });
      isChanged = true;
      return value;
    },

    async save() {
      if (!isChanged) return;
      const partial = `${memoryFile}.${randomUUID()}.partial`;
      try {
        await mkdir(directory, { recursive: true });
        await writeFile(partial, JSON.stringify(Object.fromEntries([...facts].slice(-FACTS_MAX))));
        await rename(partial, memoryFile);
      } catch {
        await rm(partial, { force: true }).catch(() => {});
      }
    },
  };
}
