/** Adds the tests' and the checks' counts and prints `N passed, N failed` as the last line; fails when anything did. */
import { existsSync, readFileSync } from "node:fs";

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const NOTHING_RAN: Counts = { passed: 0, failed: 1 };

function readTests(file: string): Counts {
  if (!existsSync(file)) return NOTHING_RAN;
  const report = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const passed = Number(report["numPassedTests"]);
  const failedTests = Number(report["numFailedTests"]);
  // A suite that fails to load has no failed test, and must count all the same.
  const failed = failedTests === 0 && report["success"] !== true ? 1 : failedTests;
  return { passed, failed };
}

function readChecks(file: string): Counts {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Counts) : NOTHING_RAN;
}

const [testsFile = "", checksFile = ""] = process.argv.slice(2);
const counts = [readTests(testsFile), readChecks(checksFile)];
const passed = counts.reduce((total, count) => total + count.passed, 0);
const failed = counts.reduce((total, count) => total + count.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
