import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type FileMemory, openFileMemory } from "./file-memory.ts";
import { baseContent, type ImageContent, terraformContent, twinContent } from "./image-content.ts";
import { librariesAmong } from "./node-files.ts";

const cache = mkdtempSync(path.join(tmpdir(), "apex-content-cache-"));
let memory: FileMemory;
let base: ImageContent;
let folder: string;

beforeAll(async () => {
  memory = await openFileMemory(cache);
  base = await baseContent(process.execPath, memory);
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apex-content-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

afterAll(() => rmSync(cache, { recursive: true, force: true }));

function write(name: string, content: string, mode = 0o644): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode });
  return file;
}

test("the base holds Node, the loader and libraries that it has, and the names of the user", () => {
  const paths = base.files.map((file) => file.path);
  expect(paths).toContain("/usr/local/bin/node");
  expect(paths).toContain("/etc/passwd");
  expect(paths.filter((file) => /\/ld-(linux|musl)[^/]*\.so/.test(file))).toHaveLength(1);
  expect(paths.filter((file) => /vdso/.test(file))).toEqual([]);
});

test("the same content has the same reference, another content another", async () => {
  write("twin/main.ts", "export {};");
  const twin = path.join(folder, "twin");
  const first = await twinContent(twin, base, memory);
  expect(await twinContent(twin, base, memory)).toEqual(first);
  write("twin/main.ts", "export { };");
  const changed = await twinContent(twin, base, memory);
  expect(changed.reference).not.toBe(first.reference);
  write("twin/main.ts", "export {};");
  expect((await twinContent(twin, base, memory)).reference).toBe(first.reference);
  expect(first.reference).toMatch(/^apex\/twin:[0-9a-f]{16}$/);
});

test("an image stands on the base of its content: another base is another image", async () => {
  write("twin/main.ts", "export {};");
  const twin = path.join(folder, "twin");
  const other = { ...base, reference: "apex/base:other" };
  const references = [await twinContent(twin, base, memory), await twinContent(twin, other, memory)];
  expect(new Set(references.map((image) => image.reference)).size).toBe(2);
});

test("the twin is its sources: no tests, no benches, no links out of its folder", async () => {
  write("secret.ts", "export const secret = 1;");
  for (const name of [
    "main.ts",
    "lane/lane.ts",
    "lane/lane.test.ts",
    "lane.bench.ts",
    "testing/fake.ts",
    "notes.md",
  ])
    write(`twin/${name}`, "export {};");
  symlinkSync(path.join(folder, "secret.ts"), path.join(folder, "twin/linked.ts"));
  const { files } = await twinContent(path.join(folder, "twin"), base, memory);
  expect(files.map((file) => file.path)).toEqual(["/opt/apex/twin/lane/lane.ts", "/opt/apex/twin/main.ts"]);
});

test("a folder without a twin is told", async () => {
  mkdirSync(path.join(folder, "empty"));
  await expect(twinContent(path.join(folder, "empty"), base, memory)).rejects.toMatchObject({
    kind: "not-found",
    message: expect.stringContaining("a main.ts was expected"),
  });
});

test("a version manager's script in the place of Terraform is told, and not taken", async () => {
  const shim = write("terraform", '#!/bin/sh\nexec asdf exec terraform "$@"\n', 0o755);
  await expect(terraformContent(shim, base, memory)).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("is a script"),
  });
});

test("a Terraform that is not there is told", async () => {
  await expect(terraformContent(path.join(folder, "none"), base, memory)).rejects.toMatchObject({
    kind: "not-found",
    message: expect.stringContaining("install Terraform"),
  });
});

test("a library that has moved since it was remembered is found again", async () => {
  const node = await realpath(process.execPath);
  const moved = ["/lib/moved.so.1"];
  const forgetful: FileMemory = {
    ...memory,
    recall: async (file, name, find) =>
      file === node && name === "shared-objects" ? JSON.stringify(moved) : memory.recall(file, name, find),
  };
  expect(await baseContent(node, forgetful)).toEqual(base);
});

test("something that is no Node is told", async () => {
  const impostor = write("node", "#!/bin/sh\nexit 3\n", 0o755);
  await expect(baseContent(impostor, memory)).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("does not run as Node"),
  });
});

test.each([
  [
    "glibc",
    ["linux-vdso.so.1", "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2", "/usr/bin/node"],
    ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"],
  ],
  [
    "musl",
    ["/lib/ld-musl-x86_64.so.1", "/usr/lib/libstdc++.so.6", "/usr/lib/libgcc_s.so.1"],
    ["/lib/ld-musl-x86_64.so.1", "/usr/lib/libgcc_s.so.1", "/usr/lib/libstdc++.so.6"],
  ],
  ["a relative run path", ["/usr/bin/../lib/libnode.so.115"], ["/usr/lib/libnode.so.115"]],
])("the libraries of %s are those with a file", (_name, sharedObjects, libraries) => {
  expect(librariesAmong(sharedObjects, "/usr/bin/node")).toEqual(libraries);
});

test.each([["no list"], [undefined], [Array.from({ length: 65 }, (_, index) => `/lib/${index}.so`)]])(
  "what is no list of libraries is refused (%#)",
  (sharedObjects) => {
    expect(() => librariesAmong(sharedObjects, "/usr/bin/node")).toThrow("does not say which libraries");
  },
);
