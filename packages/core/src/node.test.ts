import { existsSync } from "node:fs";
import { mkdtemp, open, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectory, makePath, writeError } from "./node.ts";

let work: string;

beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), "apex-make-"));
});

afterEach(() => rm(work, { recursive: true, force: true }));

const make = (name: string) => makeDirectory(path.resolve(work, name), "name another with --into");
const first = (name: string) => makePath(path.resolve(work, name));

describe("a directory is made with those above it", () => {
  test("and the first that was missing is told", async () => {
    expect(await first("a/b/c")).toBe(path.join(work, "a"));
    expect(await first("a/b/d")).toBe(path.join(work, "a/b/d"));
    expect(await first("a/b/c")).toBeUndefined();
    expect((await stat(path.join(work, "a/b/c"))).isDirectory()).toBe(true);
  });

  test("by several at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => make("a/b/c/d/e")));
    expect((await stat(path.join(work, "a/b/c/d/e"))).isDirectory()).toBe(true);
  });

  test("with the mode that was asked for", async () => {
    await makeDirectory(path.join(work, "own"), "", { mode: 0o700 });
    expect((await stat(path.join(work, "own"))).mode & 0o777).toBe(0o700);
  });
});

describe("what cannot be made says why, and what to do", () => {
  test.each(["file", "file/below", "file/far/below"])("%s", async (name) => {
    await writeFile(path.join(work, "file"), "");
    await expect(make(name)).rejects.toThrow(
      `cannot write to ${path.join(work, name)}: part of its path is a file; name another with --into`,
    );
  });

  test("a circle of links and a name that is too long", async () => {
    await symlink(path.join(work, "circle"), path.join(work, "circle"));
    await expect(make("circle/x")).rejects.toThrow("circle of symbolic links; name another");
    await expect(make("x".repeat(300))).rejects.toThrow("name is too long; name another");
  });

  test("a link to nothing", async () => {
    await symlink(path.join(work, "nothing"), path.join(work, "link"));
    await expect(make("link")).rejects.toThrow("; name another with --into");
  });

  // Node's own `mkdir` with `recursive` never ends here.
  test.skipIf(!existsSync("/proc/1"))("a place of the kernel's", async () => {
    await expect(make("/proc/1/x")).rejects.toThrow(
      "cannot write to /proc/1/x: its file system lets nobody make anything there; name another",
    );
  });
});

test.skipIf(!existsSync("/dev/full"))(
  "a disk that is full can be tried again; other errors stay as they are",
  async () => {
    await using full = await open("/dev/full", "w");
    const refused: unknown = await full.writeFile("x").catch((error: unknown) => error);
    expect(writeError("/data", refused, "free some space")).toMatchObject({
      kind: "unavailable",
      message: "cannot write to /data: the disk is full; free some space",
      cause: refused,
    });
    const other = new TypeError("x is not a function");
    expect(writeError("/data", other, "")).toBe(other);
  },
);
