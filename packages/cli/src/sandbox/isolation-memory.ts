import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readlink, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isJsonObject, type JsonValue } from "@apex/core";
import type { DockerEngine } from "@apex/sandbox-docker";

const MEMORY_FILE = "isolation.json";
/** What a system's policy forbids may change while it runs. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Engines, images and containers that share one cache. */
const ENTRIES_MAX = 50;

/** Remembers in a cache directory which engines have run Terraform's kind of commands, so that it is not tried each time. */
export interface IsolationMemory {
  hasWorked(): Promise<boolean>;
  /** Never throws: without a memory it is tried again. */
  remember(): Promise<void>;
}

/**
 * What a success depends on: the engine, the image, and what of the machine this process sees (a container that shares the
 * cache with its host sees other directories than the engine does). `undefined` where some of it is not known.
 */
async function keyOf(engine: DockerEngine, image: string): Promise<string | undefined> {
  const { address, facts } = engine;
  if (facts.id === "") return undefined;
  try {
    const seen = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
      readlink("/proc/self/ns/mnt"),
      realpath(tmpdir()),
    ]);
    const parts = [address, facts.id, facts.version, facts.cgroupDriver, image, process.getuid?.(), ...seen];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  } catch {
    return undefined;
  }
}

async function readEntries(file: string): Promise<Map<string, number>> {
  try {
    const written = JSON.parse(await readFile(file, "utf8")) as JsonValue;
    const entries = isJsonObject(written) ? Object.entries(written) : [];
    return new Map(entries.flatMap(([key, at]) => (typeof at === "number" ? [[key, at] as const] : [])));
  } catch {
    // Not there yet, or damaged: it is tried again.
    return new Map();
  }
}

async function writeEntries(file: string, entries: ReadonlyMap<string, number>): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(partial, JSON.stringify(Object.fromEntries([...entries].slice(-ENTRIES_MAX))));
    await rename(partial, file);
  } catch {
    await rm(partial, { force: true }).catch(() => {});
  }
}

/** The memory of one engine with one image. `nowMs` is epoch milliseconds. */
export function isolationMemory(
  cacheDirectory: string,
  { engine, image, nowMs }: { readonly engine: DockerEngine; readonly image: string; readonly nowMs: number },
): IsolationMemory {
  const file = path.join(cacheDirectory, MEMORY_FILE);
  return {
    async hasWorked() {
      const key = await keyOf(engine, image);
      const at = key === undefined ? undefined : (await readEntries(file)).get(key);
      return at !== undefined && Math.abs(nowMs - at) < KEPT_MS;
    },
    async remember() {
      const key = await keyOf(engine, image);
      if (key === undefined) return;
      const entries = await readEntries(file);
      entries.delete(key);
      await writeEntries(file, entries.set(key, nowMs));
    },
  };
}
