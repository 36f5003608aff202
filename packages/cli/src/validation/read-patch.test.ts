import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { renderPatch } from "@apex/report";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parsePatch } from "diff";
import { patchText } from "../pipeline/patch-file.ts";
import { applyHunks } from "./apply-hunks.ts";
import { readPatch } from "./read-patch.ts";

const MAIN = `resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.2xlarge"
}
`;
const CRLF = MAIN.replaceAll("\n", "\r\n");

let home = "";
const at = (...names: string[]) => path.join(home, ...names);

function write(name: string, text: string): string {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

function git(...args: string[]): string {
  const config = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=false"];
  return execFileSync("git", [...config, ...args], { cwd: home, encoding: "utf8" });
}

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "apex-patch-"));
  write("stack/main.tf", MAIN);
  write("stack/modules/node/main.tf", CRLF);
  write("other/main.tf", MAIN);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What git writes for edits of a committed tree. */
function gitPatch(edits: Readonly<Record<string, string>>, ...options: string[]): string {
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "a");
  for (const [name, text] of Object.entries(edits)) write(name, text);
  git("add", "-N", ".");
  const patch = git("diff", ...options);
  git("reset", "-q", "--hard");
  return write("change.patch", patch);
}

const smaller = (text: string) => text.replace("m5.2xlarge", "m5.xlarge");
const read = (patch: string) => readPatch(patch, at("stack"), home);

describe("a patch is applied to texts, not to files", () => {
  test("of git, in a module too, line ends kept", async () => {
    const patch = gitPatch({ "stack/main.tf": smaller(MAIN), "stack/modules/node/main.tf": smaller(CRLF) });
    expect(await read(patch)).toEqual(
      new Map([
        ["main.tf", smaller(MAIN)],
        ["modules/node/main.tf", smaller(CRLF)],
      ]),
    );
  });

  test.each([["--no-prefix"], ["--src-prefix=i/", "--dst-prefix=w/"], ["-U0"], ["--relative=stack"]])(
    "of git diff %s",
    async (...options) => {
      const patch = gitPatch({ "stack/main.tf": smaller(MAIN) }, ...options);
      expect(await read(patch)).toEqual(new Map([["main.tf", smaller(MAIN)]]));
    },
  );

  test("of apex optimize, in a work tree and outside of one", async () => {
    const sides = [new Map([["main.tf", MAIN]]), new Map([["main.tf", smaller(MAIN)]])] as const;
    const outside = write("a.patch", patchText(at("stack"), "/nowhere", ...sides));
    expect(await read(outside)).toEqual(sides[1]);
    git("init", "-q");
    const inside = write("b.patch", patchText(at("stack"), home, ...sides));
    expect(await readPatch(inside, at("stack"), "/")).toEqual(sides[1]);
  });

  test("of diff -u, with times behind the names", async () => {
    const stamp = "2026-11-21 10:00:00.000000000 +0000";
    const hunk = gitPatch({ "stack/main.tf": smaller(MAIN) });
    const lines = readFileSync(hunk, "utf8").split("\n").slice(4);
    const text = [`--- stack/main.tf.orig\t${stamp}`, `+++ stack/main.tf\t${stamp}`, ...lines].join("\n");
    const patch = write("c.patch", text);
    expect(await read(patch)).toEqual(new Map([["main.tf", smaller(MAIN)]]));
  });

  test("that creates a file", async () => {
    const patch = gitPatch({ "stack/extra.tf": 'locals { a = "é" }\n' });
    expect(await read(patch)).toEqual(new Map([["extra.tf", 'locals { a = "é" }\n']]));
    write("stack/extra.tf", "locals {}\n");
    await expect(read(patch)).rejects.toThrow(/creates .*extra\.tf, which is there already/);
  });

  test("whose place moved, where it fits only once", async () => {
    const patch = gitPatch({ "stack/main.tf": smaller(MAIN) });
    write("stack/main.tf", `# one\n# two\n${MAIN}`);
    expect((await read(patch)).get("main.tf")).toBe(`# one\n# two\n${smaller(MAIN)}`);
    write("stack/main.tf", `# one\n${MAIN}${MAIN}`);
    await expect(read(patch)).rejects.toThrow(/hunk 1 of main\.tf, line 1, fits in several places/);
  });
});

describe("a patch that cannot be applied says which hunk of which file, and why", () => {
  test("when the file is another one by now", async () => {
    const patch = gitPatch({ "stack/main.tf": smaller(MAIN) });
    write("stack/main.tf", MAIN.replace("ami-1", "ami-2"));
    await expect(read(patch)).rejects.toThrow(
      /hunk 1 of main\.tf, line 2: the patch expects " {2}ami {11}= \\"ami-1\\"", the file has " {2}ami {11}= \\"ami-2\\""/,
    );
    write("stack/main.tf", smaller(MAIN));
    await expect(read(patch)).rejects.toThrow(/is the patch applied already/);
    write("stack/main.tf", "");
    await expect(read(patch)).rejects.toThrow(/the file ends there/);
    write("stack/main.tf", CRLF);
    await expect(read(patch)).rejects.toThrow(/line ends differ/);
  });

  test("when it changes files elsewhere", async () => {
    const patch = gitPatch({ "stack/main.tf": smaller(MAIN), "other/main.tf": smaller(MAIN) });
    await expect(read(patch)).rejects.toThrow(
      /changes .*other\/main\.tf, which is outside of the Terraform directory/,
    );
    const climbing = write(
      "d.patch",
      "--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
    );
    await expect(read(climbing)).rejects.toThrow(/does not belong here/);
  });

  test("when a link leads elsewhere", async () => {
    symlinkSync(at("other/main.tf"), at("stack/link.tf"));
    const patch = write("e.patch", renderPatch(new Map([["link.tf", MAIN]]), new Map([["link.tf", "x\n"]])));
    await expect(read(patch)).rejects.toThrow(/outside of the Terraform directory/);
  });

  test("when it renames, deletes or changes what is no text", async () => {
    git("init", "-q");
    write("stack/logo.png", "\0\u0001\u0002");
    git("add", ".");
    git("commit", "-qm", "a");
    git("mv", "stack/main.tf", "stack/web.tf");
    await expect(read(write("f.patch", git("diff", "HEAD")))).rejects.toThrow(
      /renames or copies .*--no-renames/,
    );
    git("reset", "-q", "--hard");
    git("rm", "-q", "stack/main.tf");
    await expect(read(write("f.patch", git("diff", "HEAD")))).rejects.toThrow(/deletes a?\/?stack\/main\.tf/);
    git("reset", "-q", "--hard");
    write("stack/logo.png", "\0\u0003");
    await expect(read(write("f.patch", git("diff", "HEAD")))).rejects.toThrow(/binary file/);
    await expect(read(write("f.patch", git("diff", "HEAD", "--binary")))).rejects.toThrow(/binary file/);
  });

  test.each([
    ["", /is empty/],
    ["hello\n", /no unified diff/],
    ["@@ -1 +1 @@\n-a\n+b\n", /belongs to no file/],
    ["--- a/stack/main.tf\n+++ b/stack/main.tf\n@@ -1,9 +1 @@\n-a\n", /is no unified diff/],
    ["\0\u0001", /is no text/],
  ])("when it is %j", async (text, message) => {
    await expect(read(write("g.patch", text))).rejects.toThrow(message);
  });

  test("when there is none", async () => {
    await expect(read(at("none.patch"))).rejects.toThrow(/cannot be read/);
  });
});

test("whatever two texts are, the patch from one to the other gives the other", () => {
  const line = fc.constantFrom("a", "b", "", "\r", "--- x", "+++ y", "@@ z", "\\ q", " a");
  const text = fc.tuple(fc.array(line, { maxLength: 12 }), fc.boolean()).map(([lines, hasEnd]) => {
    const joined = lines.join("\n");
    return hasEnd && joined !== "" ? `${joined}\n` : joined;
  });
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after);
      const patch = renderPatch(new Map([["f.tf", before]]), new Map([["f.tf", after]]));
      const hunks = parsePatch(patch)[0]?.hunks ?? [];
      expect(applyHunks(before, hunks)).toEqual({ kind: "applied", text: after });
    }),
    { numRuns: 2_000 },
  );
});
