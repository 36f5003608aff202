import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tar, tarBytes, type TarEntry } from "./tar.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apex-tar-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function archive(entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Unpacks with the system's tar, which wrote none of this. */
function unpack(bytes: Buffer): string {
  const target = mkdtempSync(path.join(folder, "unpacked-"));
  execFileSync("tar", ["-xpf", "-", "-C", target, "--no-same-owner"], { input: bytes });
  return target;
}

const text = (name: string, content: string): TarEntry => ({
  kind: "text",
  path: name,
  mode: 0o644,
  content: Buffer.from(content),
});

test("files of the host, texts and folders come out with their content and modes", async () => {
  const source = path.join(folder, "program");
  writeFileSync(source, "#!binary".repeat(1000));
  const target = unpack(
    await archive([
      { kind: "directory", path: "root", mode: 0o755 },
      { kind: "directory", path: "root/tmp", mode: 0o1777 },
      { kind: "file", path: "root/bin", mode: 0o755, source, bytes: statSync(source).size },
      text("root/text", "héllo"),
    ]),
  );
  expect(readFileSync(path.join(target, "root/bin"))).toEqual(readFileSync(source));
  expect(readFileSync(path.join(target, "root/text"), "utf8")).toBe("héllo");
  expect(statSync(path.join(target, "root/bin")).mode & 0o7777).toBe(0o755);
  expect(statSync(path.join(target, "root/tmp")).mode & 0o7777).toBe(0o1777);
});

test("any content and any path that fits comes out as it went in, in as many bytes as were said", async () => {
  const step = fc.stringMatching(/^[a-z0-9.+-]{1,60}$/).filter((name) => !/^\.+$/.test(name));
  const entry = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 5 }).filter((steps) => steps.join("/").length <= 150),
    content: fc.oneof(
      fc.string({ maxLength: 2000 }),
      fc.constantFrom(0, 1, 511, 512, 513, 1024).map((length) => "x".repeat(length)),
    ),
  });
  await fc.assert(
    fc.asyncProperty(entry, async ({ steps, content }) => {
      const name = steps.join("/");
      const entries = [text(name, content)];
      const bytes = await archive(entries);
      expect(bytes.length).toBe(tarBytes(entries));
      expect(readFileSync(path.join(unpack(bytes), name), "utf8")).toBe(content);
    }),
    { numRuns: 40 },
  );
});

test("the same entries make the same bytes, whenever they are packed", async () => {
  const source = path.join(folder, "program");
  writeFileSync(source, "content");
  const entries: readonly TarEntry[] = [{ kind: "file", path: "a", mode: 0o644, source, bytes: 7 }];
  const first = await archive(entries);
  writeFileSync(source, "content");
  expect(await archive(entries)).toEqual(first);
});

test.each([
  ["grows", "longer than it was"],
  ["shrinks", "s"],
])("a file that %s while it is read is an error, not a wrong archive", async (_name, content) => {
  const source = path.join(folder, "program");
  writeFileSync(source, content);
  const packing = archive([{ kind: "file", path: "a", mode: 0o644, source, bytes: 7 }]);
  await expect(packing).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("changed"),
  });
});

test("a path that no field can hold is an error that names it", async () => {
  await expect(archive([text("x".repeat(101), "")])).rejects.toThrow("too long for an image");
});

test("the archive is read as it is sent: a file that is not there fails when its turn comes", async () => {
  const missing: TarEntry = {
    kind: "file",
    path: "b",
    mode: 0o644,
    source: path.join(folder, "none"),
    bytes: 1,
  };
  const sent: Buffer[] = [];
  const sending = async () => {
    for await (const chunk of tar([text("a", "first"), missing])) sent.push(chunk);
  };
  await expect(sending()).rejects.toThrow("ENOENT");
  expect(Buffer.concat(sent).includes("first")).toBe(true);
  expect(existsSync(missing.source)).toBe(false);
});
