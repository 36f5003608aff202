/**
 * Makes every generated file again and fails when one of them changes: a generated file is never edited by hand,
 * and never older than what it is made from.
 */
import { execFileSync } from "node:child_process";

function dirtyFiles(): string {
  return execFileSync("git", ["status", "--porcelain"], { encoding: "utf8" });
}

const before = dirtyFiles();
execFileSync("turbo", ["run", "generate", "--force", "--output-logs=errors-only"], { stdio: "inherit" });
const after = dirtyFiles();
if (after !== before) {
  console.error(`generated files were not current; commit what \`pnpm generate\` makes:\n${after}`);
  process.exitCode = 1;
}
