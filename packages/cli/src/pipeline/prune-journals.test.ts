import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pruneJournals } from "./prune-journals.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-journals-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("the newest journals stay, and nothing that is none is touched", async () => {
  const runs = path.join(home, "runs");
  await mkdir(path.join(runs, "run-private"), { recursive: true });
  for (const [age, name] of [
    "val-a.jsonl",
    "val-b.jsonl",
    "val-c.jsonl",
    "mine.jsonl",
    "val-d.txt",
  ].entries()) {
    await writeFile(path.join(runs, name), "");
    await utimes(path.join(runs, name), 1_000 - age, 1_000 - age);
  }
  await pruneJournals(home, 2);
  expect((await readdir(runs)).toSorted()).toEqual([
    "mine.jsonl",
    "run-private",
    "val-a.jsonl",
    "val-b.jsonl",
    "val-d.txt",
  ]);
});

test("a store without runs is no trouble", async () => {
  await expect(pruneJournals(path.join(home, "none"))).resolves.toBeUndefined();
});
