import { defineConfig } from "vitest/config";
import pureCode from "./tsconfig.pure.json" with { type: "json" };

/** Tests that measure time: other tests beside them would take the processor away and change what they see. */
const QUIET = ["{packages,sandbox}/*/src/**/*.quiet.test.ts", "tests/e2e/**/*.quiet.test.ts"];
/** Tests of containers, and of workers whose leases are over in a second: each has what a machine spares beside itself. */
const ALONE = [
  "{packages,sandbox}/*/src/**/*.docker.test.ts",
  "tests/**/*.docker.test.ts",
  "tests/queue/**/*.test.ts",
];
/** Tests of pure code: nothing that one leaves behind could meet the next, so they share a process, and start in half the time. */
const PURE = pureCode.include.map((folder) => `${folder}/**/*.test.ts`);
const BENCHES = ["{packages,sandbox,generators,workloads}/*/src/**/*.bench.ts", "tests/bench/**/*.bench.ts"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Vitest gives up after a second, in which a machine with other tests may not have begun.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: PURE,
          isolate: false,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: "tests",
          include: [
            "{packages,sandbox,generators,workloads}/*/src/**/*.test.ts",
            "tests/**/*.test.ts",
            "examples/**/*.test.ts",
            "infra/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...PURE, ...QUIET, ...ALONE],
          // Most wait for a database or for Terraform about as long as they work.
          maxWorkers: "100%",
          // Not 0: where there is one worker, Vitest runs files of group 0 after all others.
          sequence: { groupOrder: 1 },
          benchmark: { include: BENCHES },
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ALONE,
          sequence: { groupOrder: 2 },
          benchmark: { include: [] },
        },
      },
      {
        extends: true,
        test: {
          name: "quiet",
          include: QUIET,
          // One file at a time, after all other tests have ended.
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          benchmark: { include: [] },
        },
      },
    ],
  },
});
