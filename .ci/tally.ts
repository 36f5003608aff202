/** Adds the counts of the tests, the checks and the chaos and prints `N passed, N failed` as the last line; fails when anything did. */
import { existsSync, readFileSync } from "node:fs";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
}

/** The part of Vitest's JSON report that is counted. */
interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const NOTHING_RAN: Counts = { passed: 0, failed: 1 };

function readTests(file: string): Counts {
  if (!existsSync(file)) return NOTHING_RAN;
  const report = JSON.parse(readFileSync(file, "utf8")) as TestReport;
  // A file that fails to load, or whose hook fails, has no failed test, and must count all the same.
  const failedFiles = report.testResults.filter(
    (result) =>
      result.status === "failed" && !result.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  const failed = report.numFailedTests + failedFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests,
  };
}

function readChecks(file: string): Counts {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Counts) : NOTHING_RAN;
}

const [testsFile = "", checksFile = "", chaosFile = "", leftBehindFile = ""] = process.argv.slice(2);
const counts = [
  readTests(testsFile),
  readChecks(checksFile),
  readChecks(chaosFile),
  // Only there when there was an engine in which something could be left behind.
  ...(existsSync(leftBehindFile) ? [readChecks(leftBehindFile)] : []),
];
const total = (count: (each: Counts) => number) => counts.reduce((sum, each) => sum + count(each), 0);
const failed = total((each) => each.failed);
const skipped = total((each) => each.skipped ?? 0);
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${total((each) => each.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
