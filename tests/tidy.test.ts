/**
 * Reads the repository and holds it to its own rules: each rule is a function with a planted violation, so that a rule
 * that cannot fire is itself found.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

type Rule = (file: SourceFile) => readonly string[];

const ROOT = path.resolve(import.meta.dirname, "..");
const TOP_LEVEL_FOLDERS = new Set([
  "packages",
  "sandbox",
  "generators",
  "workloads",
  "infra",
  "examples",
  "tests",
]);
const BINARY = /\.(gz|br|zst|parquet|wasm|png|bin)$/;

function trackedFiles(): readonly string[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return list.split("\0").filter((name) => name !== "" && existsSync(path.join(ROOT, name)));
}

function lineNumbers(file: SourceFile, pattern: RegExp, message: string): readonly string[] {
  return file.text
    .split("\n")
    .flatMap((line, index) => (pattern.test(line) ? [`${file.name}:${index + 1} ${message}`] : []));
}

const isCode = (name: string) => /\.(ts|tsx|mjs)$/.test(name) && !name.includes(".generated.");

// Assembled, so that this file does not break its own rules.
const LEFTOVER = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`);
const FOCUSED_TEST = new RegExp(`\\b(test|it|describe)\\.(only|skip|todo)\\(`);
const MODULE_MOCK = new RegExp(`\\bvi\\.(mock|doMock)\\(`);
const BANNED_FILE = /(^|\/)(types|utils|helpers|common|misc)\.ts$/;

const RULES: Readonly<Record<string, { readonly rule: Rule; readonly planted: SourceFile }>> = {
  "no left-over notes in code": {
    rule: (file) =>
      isCode(file.name) ? lineNumbers(file, LEFTOVER, "left-over note: do it or drop it") : [],
    planted: { name: "a.ts", text: `// ${"TO" + "DO"} later` },
  },
  "no focused or skipped test": {
    rule: (file) => (isCode(file.name) ? lineNumbers(file, FOCUSED_TEST, "focused or skipped test") : []),
    planted: { name: "a.test.ts", text: `test${".only"}("x", () => {})` },
  },
  "no mock of a module": {
    rule: (file) =>
      isCode(file.name) ? lineNumbers(file, MODULE_MOCK, "mock: use a fake behind the port") : [],
    planted: { name: "a.test.ts", text: `vi${".mock"}("./b.ts")` },
  },
  "files are named for what they hold": {
    rule: (file) => (BANNED_FILE.test(file.name) ? [`${file.name}: name the file for its main export`] : []),
    planted: { name: "packages/a/src/utils.ts", text: "" },
  },
  "file names are kebab-case": {
    rule: (file) =>
      isCode(file.name) && !/^[a-z0-9.-]+$/.test(path.basename(file.name))
        ? [`${file.name}: kebab-case`]
        : [],
    planted: { name: "packages/a/src/fooBar.ts", text: "" },
  },
  "Markdown has exactly one title": {
    rule: (file) => {
      if (!file.name.endsWith(".md")) return [];
      const titles = file.text.replace(/^```[\s\S]*?^```/gm, "").match(/^# /gm)?.length ?? 0;
      return titles === 1 ? [] : [`${file.name}: ${titles} titles`];
    },
    planted: { name: "README.md", text: "# One\n# Two\n" },
  },
  "only the agreed top-level folders": {
    rule: (file) => {
      const [top = "", below] = file.name.split("/");
      return below === undefined || top.startsWith(".") || TOP_LEVEL_FOLDERS.has(top)
        ? []
        : [`${file.name}: folder`];
    },
    planted: { name: "src/a.ts", text: "" },
  },
  "index files list what they export": {
    rule: (file) =>
      file.name.endsWith("/src/index.ts") ? lineNumbers(file, /^export \*/, "write the exports out") : [],
    planted: { name: "packages/a/src/index.ts", text: 'export * from "./b.ts";' },
  },
};

const files: readonly SourceFile[] = trackedFiles()
  .filter((name) => !BINARY.test(name))
  .map((name) => ({ name, text: readFileSync(path.join(ROOT, name), "utf8") }));

describe.each(Object.entries(RULES))("%s", (_name, { rule, planted }) => {
  test("holds", () => {
    expect(files.flatMap((file) => rule(file))).toEqual([]);
  });

  test("finds a planted violation", () => {
    expect(rule(planted)).not.toEqual([]);
  });
});

function packageFolders(): readonly string[] {
  return [
    ...new Set(
      files.flatMap(
        (file) => /^((?:packages|sandbox|generators|workloads)\/[^/]+)\//.exec(file.name)?.[1] ?? [],
      ),
    ),
  ];
}

test.each(packageFolders())("%s tells what it is for, and of which kind it is", (folder) => {
  expect(existsSync(path.join(ROOT, folder, "README.md"))).toBe(true);
  const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, "turbo.json"), "utf8")) as {
    tags: string[];
  };
  expect(["pure", "adapter", "app"]).toContain(manifest.tags[0]);
});

test("the purity check covers exactly the packages that are tagged pure", () => {
  const tagged = packageFolders().filter((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, "turbo.json"), "utf8")) as {
      tags: string[];
    };
    return manifest.tags.includes("pure");
  });
  const config = JSON.parse(readFileSync(path.join(ROOT, "tsconfig.pure.json"), "utf8")) as {
    include: string[];
  };
  expect(config.include.map((entry) => entry.replace(/\/src$/, "")).toSorted()).toEqual(tagged.toSorted());
});
