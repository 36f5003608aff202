import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { InvariantError } from "@apex/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { renderPatch } from "./render-patch.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "apex-patch-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Writes `before`, applies the patch with git, and reads what is there then. */
function applied(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Map<string, string> {
  for (const [name, text] of before) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const patch = renderPatch(before, after);
  if (patch !== "") {
    // Outside of a repository and without the user's settings, so that only the patch decides.
    execFileSync("git", ["apply", "-"], {
      cwd: directory,
      input: patch,
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CEILING_DIRECTORIES: dirname(directory) },
      stdio: ["pipe", "pipe", "pipe"],
    });
  }
  const names = new Set([...before.keys(), ...after.keys()]);
  return new Map(
    [...names]
      .filter((name) => existsSync(join(directory, name)))
      .map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );
}

describe("git apply takes the patch", () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
  test.each([
    ["one token", { "main.tf": 'a = "x"\nb = 1\n' }, { "main.tf": 'a = "y"\nb = 1\n' }],
    [
      "two hunks",
      { "main.tf": `${lines}\n` },
      { "main.tf": `${lines.replace("line 3", "x").replace("line 36", "y")}\n` },
    ],
    ["CRLF line ends", { "main.tf": "a = 1\r\nb = 2\r\n" }, { "main.tf": "a = 1\r\nb = 3\r\n" }],
    [
      "mixed line ends",
      { "main.tf": "a = 1\r\nb = 2\nc = 3\r\n" },
      { "main.tf": "a = 1\r\nb = 3\nc = 3\r\n" },
    ],
    ["no newline at the end", { "main.tf": "a = 1\nb = 2" }, { "main.tf": "a = 1\nb = 3" }],
    ["a newline added at the end", { "main.tf": "a = 1" }, { "main.tf": "a = 1\n" }],
    ["a new file", {}, { "new/snapshot.tf": "resource {}\n" }],
    ["a deleted file", { "old.tf": "x\n" }, {}],
    ["an emptied file", { "old.tf": "x\ny" }, { "old.tf": "" }],
    ["a file that was empty", { "old.tf": "" }, { "old.tf": "x" }],
    ["a new empty file", {}, { "empty.tf": "" }],
    ["names with spaces and quotes", { 'my "main" ü.tf': "a\n" }, { 'my "main" ü.tf': "b\n" }],
    ["a name with a tab and a backslash", { "a\tb\\c.tf": "a\n" }, { "a\tb\\c.tf": "b\n" }],
    [
      "a name with spaces",
      { "my modules/a b.tf": "a\n" },
      { "my modules/a b.tf": "b\n", "my modules/c d.tf": "n\n" },
    ],
    [
      "lines that look like a patch",
      { "m.tf": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n" },
      { "m.tf": "--- a/x\n+++ b/y\n@@ -1 +1 @@\n" },
    ],
    ["several files", { a: "1\n", b: "2\n", c: "3\n" }, { a: "1\n", b: "4\n", c: "5\n" }],
  ])("with %s", (_name, before, after) => {
    const wanted = new Map<string, string>(Object.entries(after));
    expect(applied(new Map(Object.entries(before)), wanted)).toEqual(wanted);
  });

  test("with any text", () => {
    const line = fc.oneof(
      fc.constantFrom("", "}", "a = 1", "\\", "-- x", "++ y", " "),
      fc.string({ maxLength: 12 }),
    );
    const file = fc
      .array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 12 })
      .chain((parts) =>
        line.map(
          (last) =>
            parts.map(([text, end]) => text.replace(/[\r\n\0]/g, "") + end).join("") +
            last.replace(/[\r\n\0]/g, ""),
        ),
      );
    fc.assert(
      fc.property(file, file, (before, after) => {
        rmSync(join(directory, "main.tf"), { force: true });
        const wanted = new Map([["main.tf", after]]);
        expect(applied(new Map([["main.tf", before]]), wanted)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });
});

test("equal texts make no patch", () => {
  expect(renderPatch(new Map([["a", "x"]]), new Map([["a", "x"]]))).toBe("");
});

test("a file above the place where the patch is applied is refused", () => {
  expect(() => renderPatch(new Map([["../x", "a"]]), new Map([["../x", "b"]]))).toThrow(InvariantError);
});
