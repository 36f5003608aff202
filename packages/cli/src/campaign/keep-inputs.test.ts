import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryInputFiles } from "../worker/testing/memory-input-files.ts";
import { inputKeeper } from "./keep-inputs.ts";

let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "apex-keep-"));
});

afterEach(() => rm(scratch, { recursive: true, force: true }));

test("the same content counts once, as a file of another name and as a text", async () => {
  const said: string[] = [];
  const progress = { detail: (text: string) => void said.push(text) };
  const keeper = inputKeeper(memoryInputFiles(), "acme", { scratch, progress, bytesMax: 8 });
  const [one, two] = [path.join(scratch, "one"), path.join(scratch, "two")];
  await writeFile(one, "12345");
  await writeFile(two, "12345");
  const sums = [await keeper.keep(one), await keeper.keep(two), await keeper.keepText("12345")];
  expect(new Set(sums).size).toBe(1);
  expect(said.at(-1)).toMatch(/^1 files?,/);
  await keeper.keepText("678");
  await expect(keeper.keepText("9")).rejects.toThrow("the campaign's input files come to");
});
