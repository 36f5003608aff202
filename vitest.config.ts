import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{packages,sandbox,generators,workloads}/*/src/**/*.test.ts",
      "tests/**/*.test.ts",
      "examples/**/*.test.ts",
      "infra/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    benchmark: {
      include: ["{packages,sandbox,generators,workloads}/*/src/**/*.bench.ts", "tests/bench/**/*.bench.ts"],
    },
  },
});
