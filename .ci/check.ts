/**
 * `npm run check`: every check of the repository, each by its own tool, with one line a check and its output on failure.
 * `--no-tests` leaves the tests out (for `.ci/run`, which has run them), `--benches` runs the benchmarks too, and
 * `--summary FILE` writes the counts as JSON.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const CHECKS: readonly Check[] = [
  { name: "format", command: "biome", args: ["format", "."] },
  { name: "types", command: "tsc", args: ["--noEmit", "-p", "tsconfig.json"] },
  { name: "purity", command: "tsc", args: ["--noEmit", "-p", "tsconfig.pure.json"] },
  { name: "lint", command: "oxlint", args: [] },
  { name: "boundaries", command: "turbo", args: ["boundaries"] },
  { name: "unused", command: "knip", args: [] },
  { name: "generated files current", command: "node", args: [".ci/generated.ts"] },
];
const TESTS: Check = { name: "tests", command: "vitest", args: ["run"] };
/** As small as they go, so that a benchmark that no longer runs is found before somebody needs its numbers: these are not kept. */
const BENCHES: Check = {
  name: "benches run",
  command: "vitest",
  args: ["bench", "--run"],
  env: { APEX_BENCH_INSTANCES: "20", APEX_BENCH_ITERATIONS: "1" },
};

function run(check: Check): boolean {
  const started = performance.now();
  const result = spawnSync(check.command, check.args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    // Whoever sets a size means it.
    env: { ...check.env, ...process.env },
  });
  const passed = result.status === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "passed" : "FAILED"}  ${check.name} (${seconds} s)`);
  if (!passed) console.log(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`);
  return passed;
}

const { values } = parseArgs({
  options: { "no-tests": { type: "boolean" }, benches: { type: "boolean" }, summary: { type: "string" } },
});
const results = [
  ...CHECKS,
  ...(values["no-tests"] === true ? [] : [TESTS]),
  ...(values.benches === true ? [BENCHES] : []),
].map(run);
const passed = results.filter(Boolean).length;
const failed = results.length - passed;
if (values.summary !== undefined) {
  mkdirSync(path.dirname(values.summary), { recursive: true });
  writeFileSync(values.summary, JSON.stringify({ passed, failed }));
}
console.log(failed === 0 ? `all ${passed} checks passed` : `${failed} of ${results.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
