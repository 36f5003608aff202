import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRunDirectory } from "./run-directory.ts";

let store: string;

beforeEach(async () => {
  store = await mkdtemp(path.join(tmpdir(), "apex-runs-"));
});

afterEach(() => rm(store, { recursive: true, force: true }));

test("what a run left that was killed is removed by the next", async () => {
  let name: string;
  {
    await using made = await openRunDirectory(store);
    name = path.basename(made.path);
  }
  const ended = name.replace(`-${process.pid}-`, `-${spawnSync("true").pid}-`);
  await mkdir(path.join(store, "runs", ended));
  await using next = await openRunDirectory(store);
  expect(await readdir(path.join(store, "runs"))).toEqual([path.basename(next.path)]);
});

test("what cannot be told from a run at work is removed a day later, a run at work is not", async () => {
  const killed = await openRunDirectory(store);
  await writeFile(path.join(killed.path, "samples.parquet"), "");
  const tomorrow = Date.now() + 25 * 60 * 60 * 1_000;
  {
    await using atWork = await openRunDirectory(store);
    expect((await readdir(path.join(store, "runs"))).length).toBe(2);
    expect(atWork.path).not.toBe(killed.path);
  }
  await using next = await openRunDirectory(store, tomorrow);
  expect(await readdir(path.join(store, "runs"))).toEqual([path.basename(next.path)]);
});

test("git takes nothing of the store, and a .gitignore of the user's stays", async () => {
  execFileSync("git", ["init", "-q"], { cwd: store });
  const inside = path.join(store, ".apex");
  await using run = await openRunDirectory(inside);
  await writeFile(path.join(run.path, "bills.parquet"), "");
  expect(execFileSync("git", ["status", "--porcelain"], { cwd: store, encoding: "utf8" })).toBe("");
  await writeFile(path.join(inside, ".gitignore"), "mine\n");
  await using _second = await openRunDirectory(inside);
  expect(await readFile(path.join(inside, ".gitignore"), "utf8")).toBe("mine\n");
});

test("a store that is a file is an error in words", async () => {
  await writeFile(path.join(store, "file"), "");
  await expect(openRunDirectory(path.join(store, "file"))).rejects.toThrow("set APEX_HOME");
});
