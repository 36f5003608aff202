import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFileMemory } from "./file-memory.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apex-memory-"));
  file = path.join(folder, "program");
  writeFileSync(file, "one");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the memory anew, as the next process does, and asks for the file's content as its fact. */
async function recall(): Promise<{ readonly value: string; readonly wasKnown: boolean }> {
  const memory = await openFileMemory(path.join(folder, "cache"));
  let wasKnown = true;
  const value = await memory.recall(file, "content", async () => {
    wasKnown = false;
    return readFileSync(file, "utf8");
  });
  await memory.save();
  return { value, wasKnown };
}

test("what was found out is known to the next process", async () => {
  expect(await recall()).toEqual({ value: "one", wasKnown: false });
  expect(await recall()).toEqual({ value: "one", wasKnown: true });
});

test("a file that changed is looked at again, also when its time of modification was set back", async () => {
  const longAgo = new Date("2020-01-01T00:00:00Z");
  utimesSync(file, longAgo, longAgo);
  await recall();
  writeFileSync(file, "two");
  utimesSync(file, longAgo, longAgo);
  expect(await recall()).toEqual({ value: "two", wasKnown: false });
});

test.each([
  ["is damaged", "{ not JSON"],
  ["holds something else", "[1, 2]"],
  ["holds facts of another shape", '{"content x": {"identity": 1}}'],
])("a memory that %s is forgotten", async (_name, content) => {
  await recall();
  writeFileSync(path.join(folder, "cache/file-memory.json"), content);
  expect(await recall()).toEqual({ value: "one", wasKnown: false });
  expect(await recall()).toEqual({ value: "one", wasKnown: true });
});

test("many processes that write at once leave a whole memory and nothing else", async () => {
  await Promise.all(Array.from({ length: 20 }, recall));
  expect(readdirSync(path.join(folder, "cache"))).toEqual(["file-memory.json"]);
  expect(await recall()).toMatchObject({ wasKnown: true });
});

test("a place that cannot be written to costs the next process time and nothing else", async () => {
  writeFileSync(path.join(folder, "cache"), "a file where the folder would be");
  expect(await recall()).toEqual({ value: "one", wasKnown: false });
  expect(await recall()).toEqual({ value: "one", wasKnown: false });
});

test("a file that is not there rejects", async () => {
  rmSync(file);
  await expect(recall()).rejects.toThrow("ENOENT");
});
