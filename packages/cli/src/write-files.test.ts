import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFiles } from "./write-files.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex-write-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test("files are replaced with their permissions, new ones made with their folders", async () => {
  const old = path.join(directory, "main.tf");
  await writeFile(old, "old");
  await chmod(old, 0o600);
  await writeFiles(
    new Map([
      [old, "new"],
      [path.join(directory, "a/b/c.tf"), "c"],
    ]),
  );
  expect(await readFile(old, "utf8")).toBe("new");
  expect((await stat(old)).mode & 0o777).toBe(0o600);
  expect(await readFile(path.join(directory, "a/b/c.tf"), "utf8")).toBe("c");
});

test("when one file cannot be written, none is changed and nothing is left behind", async () => {
  const good = path.join(directory, "good.tf");
  await writeFile(good, "old");
  await mkdir(path.join(directory, "file"), { recursive: true });
  await writeFile(path.join(directory, "plain"), "");
  const files = new Map([
    [good, "new"],
    [path.join(directory, "plain/impossible.tf"), "x"],
  ]);
  await expect(writeFiles(files)).rejects.toThrow();
  expect(await readFile(good, "utf8")).toBe("old");
  expect((await readdir(directory)).toSorted()).toEqual(["file", "good.tf", "plain"]);
});
