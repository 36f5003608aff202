/** A checker that exits 0 whatever it reads is worse than none: each is run once on a planted violation. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
let folder: string;

beforeEach(() => {
  // Inside the repository, so that the checkers find its configuration and packages; ignored by git.
  mkdirSync(path.join(ROOT, ".apex"), { recursive: true });
  folder = mkdtempSync(path.join(ROOT, ".apex", "planted-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function check(
  command: string,
  args: readonly string[],
  cwd = folder,
): { status: number | null; output: string } {
  const result = spawnSync(path.join(ROOT, "node_modules/.bin", command), args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

function plantTsconfig(base: string): string {
  return plant("tsconfig.json", JSON.stringify({ extends: `../../${base}`, include: ["*.ts"], exclude: [] }));
}

test("types: a wrong type is found", () => {
  plant("a.ts", "export const a: number = 'text';\n");
  expect(check("tsc", ["-p", plantTsconfig("tsconfig.json")]).output).toContain("TS2322");
});

test.each([
  ["the network", "export const a = fetch;"],
  ["the process", "export const a = process.env;"],
  ["timers", "export const a = setTimeout;"],
  ["files", 'export { readFileSync } from "node:fs";'],
  ["the console", "console.log(1);\nexport {};"],
])("purity: pure code cannot reach %s", (_name, text) => {
  plant("a.ts", text);
  const result = check("tsc", ["-p", plantTsconfig("tsconfig.pure.json")]);
  expect(result.output).toMatch(/a\.ts.*error TS(2304|2307|2584|2580|2591)/);
});

test.each([
  [
    "a floating promise",
    "export async function a() {}\nexport function b() { a(); }\n",
    "no-floating-promises",
  ],
  ["a default export", "export default function a() {}\n", "no-default-export"],
  ["an any", "export const a = (b: any) => b;\n", "no-explicit-any"],
  [
    "a function of 80 lines",
    `export function a() {\n${"  console.log(1);\n".repeat(80)}}\n`,
    "max-lines-per-function",
  ],
])("lint: %s is found", (_name, text, rule) => {
  plant("a.ts", text);
  plantTsconfig("tsconfig.json");
  const result = check("oxlint", ["--config", path.join(ROOT, ".oxlintrc.json"), "--no-ignore", "a.ts"]);
  expect(result.output).toContain(rule);
  expect(result.status).not.toBe(0);
});

test("format: code that is not formatted is found", () => {
  const result = spawnSync(
    path.join(ROOT, "node_modules/.bin/biome"),
    ["format", "--stdin-file-path=packages/core/src/a.ts"],
    { cwd: ROOT, encoding: "utf8", input: "const  a=1" },
  );
  expect(result.stdout).toBe("const a = 1;\n");
});

test("boundaries: a pure package that depends on an adapter is found", () => {
  plant("package.json", JSON.stringify({ name: "planted", packageManager: "pnpm@12.21.0", private: true }));
  plant("pnpm-workspace.yaml", "packages:\n  - packages/*\n");
  plant("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
  copyFileSync(path.join(ROOT, "turbo.json"), path.join(folder, "turbo.json"));
  for (const [name, tag, dependencies] of [
    ["one", "pure", { two: "workspace:*" }],
    ["two", "adapter", {}],
  ] as const) {
    plant(`packages/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", dependencies }));
    plant(`packages/${name}/turbo.json`, JSON.stringify({ extends: ["//"], tags: [tag] }));
    plant(`packages/${name}/index.ts`, name === "one" ? 'import "two";\n' : "export {};\n");
  }
  spawnSync("git", ["init", "-q"], { cwd: folder });
  const result = check("turbo", ["boundaries"]);
  expect(result.output).toMatch(/pure|allow/);
  expect(result.status).not.toBe(0);
});
