/** For benchmarks of every package: how often they run. Apart from `index.ts`, which looks for a Docker engine when it is loaded. */

const ITERATIONS = process.env["APEX_BENCH_ITERATIONS"];

/**
 * For `.run()` of a benchmark. By default it runs for a second and 64 times at least, after a warm-up. `APEX_BENCH_ITERATIONS` runs
 * it so often and no more, without a warm-up: continuous integration, which keeps no figure, asks only whether it still runs.
 */
export const BENCH_RUNS =
  ITERATIONS === undefined ? {} : { iterations: Number(ITERATIONS), time: 0, warmup: false };
