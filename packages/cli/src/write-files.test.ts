import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { requireWritable, writeFiles } from "./write-files.ts";

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

test("what is no file, such as a device, is never replaced by one", async () => {
  const special = path.join(directory, "special");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(special, resolve));
  try {
    const files = new Map([[special, "new"]]);
    await expect(writeFiles(files)).rejects.toThrow("special cannot be written: it is no file");
    expect((await lstat(special)).isSocket()).toBe(true);
  } finally {
    server.close();
  }
});

test("a file that nobody may write is left as it is, whoever asks for it", async () => {
  const file = path.join(directory, "main.tf");
  await writeFile(file, "old");
  await chmod(file, 0o444);
  await expect(writeFiles(new Map([[file, "new"]]))).rejects.toThrow(
    "main.tf cannot be written: it is read-only; no file was changed",
  );
  expect(await readFile(file, "utf8")).toBe("old");
});

test("an edit that somebody made in the meantime is never overwritten, and then no file is written", async () => {
  const edited = path.join(directory, "edited.tf");
  const other = path.join(directory, "other.tf");
  await writeFile(edited, "somebody's edit");
  await writeFile(other, "old");
  const files = new Map([
    [other, "new"],
    [edited, "new"],
  ]);
  const replaces = new Map([
    [other, "old"],
    [edited, "old"],
  ]);
  await expect(writeFiles(files, replaces)).rejects.toThrow("was changed while Apex worked on it");
  expect(await readFile(edited, "utf8")).toBe("somebody's edit");
  expect(await readFile(other, "utf8")).toBe("old");
  await rm(edited);
  await expect(writeFiles(files, replaces)).rejects.toThrow("edited.tf was changed");
  expect((await readdir(directory)).toSorted()).toEqual(["other.tf"]);
});

test("a symbolic link stays one: the file it names is replaced", async () => {
  await mkdir(path.join(directory, "envs"));
  const target = path.join(directory, "envs/prod.tfvars");
  const link = path.join(directory, "terraform.tfvars");
  await writeFile(target, "old");
  await symlink("envs/prod.tfvars", link);
  await writeFiles(new Map([[link, "new"]]), new Map([[link, "old"]]));
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(target, "utf8")).toBe("new");
});

test("permissions are kept whatever the umask", async () => {
  const shared = path.join(directory, "main.tf");
  await writeFile(shared, "old");
  await chmod(shared, 0o664);
  const umask = process.umask(0o077);
  try {
    await writeFiles(new Map([[shared, "new"]]));
  } finally {
    process.umask(umask);
  }
  expect((await stat(shared)).mode & 0o777).toBe(0o664);
});

test.each([
  ["plain/report.json", "part of its path is a file"],
  ["folder", "it is a directory"],
])("%s cannot be written, and the message says why", async (name, reason) => {
  await writeFile(path.join(directory, "plain"), "");
  await mkdir(path.join(directory, "folder"));
  await expect(writeFiles(new Map([[path.join(directory, name), "x"]]))).rejects.toThrow(
    `${path.join(directory, name)} cannot be written: ${reason}`,
  );
});

test("a directory is tried and left as it was, one that is not there included", async () => {
  await expect(requireWritable(path.join(directory, "a/b/c"))).resolves.toBeUndefined();
  await expect(requireWritable(directory)).resolves.toBeUndefined();
  expect(await readdir(directory)).toEqual([]);
  await writeFile(path.join(directory, "plain"), "");
  await expect(requireWritable(path.join(directory, "plain/out"))).rejects.toThrow(
    "part of its path is a file",
  );
});
