/**
 * What a small validation, ten replays of 6 s, spends on everything that is not replay: a real `apex validate` of the example
 * fleet's web-1, timed from outside. Takes over two minutes and a quiet machine, so only with `APEX_BENCH_LONG=1`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, runApex } from "../run-apex.ts";
import { middleOf, type Overhead, overheadFor, overheadOf } from "./validation-overhead.ts";

const IS_LONG = process.env["APEX_BENCH_LONG"] === "1";
const REASON = "set APEX_BENCH_LONG=1; it takes over two minutes";
const REPLAYS = 10;
/** The design's bound for ten replays of 6 s. */
const OVERHEAD_MS_MAX = 30_000;
/** Leaves 6 s for each of ten replays and the one of the peak, and none for a look beyond the recorded load. */
const MINUTES = "1.917";
const REPLAY_SECONDS = 6;
const TIMEOUT_MS = 300_000;
const ACME = path.join(ROOT, "examples/acme");
const VALIDATE = [
  "validate",
  "--terraform",
  path.join(ACME, "terraform"),
  "--state",
  path.join(ACME, "terraform.tfstate"),
  "--var-file",
  path.join(ACME, "terraform/envs/prod.tfvars"),
  "--metrics",
  path.join(ACME, "data/metrics/cloudwatch-ec2.json.gz"),
  "--workload",
  path.join(ACME, "data/logs/web-1-peak.log.gz"),
  "--patch",
  path.join(ACME, "patches/web-1.diff"),
  "--minutes",
  MINUTES,
  "--format",
  "json",
];
/** 0, or a verdict that is not a pass: the time is the same. */
const EXIT_CODES: readonly (number | null)[] = [0, 5, 6];

// Once: Vitest's default report counts what is skipped and does not say why.
if (!IS_LONG) console.warn(`the overhead of a validation is not measured: ${REASON}`);

interface Printed {
  readonly runId: string;
  readonly verdict: string;
  readonly workload: { readonly replaySeconds: number };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function printSplit(overhead: Overhead): void {
  const { wallMs, replays, replayedMs, overheadMs, betweenMs, steps } = overhead;
  const toldMs = steps.reduce((sum, { ms }) => sum + ms, 0);
  console.table(
    Object.fromEntries([
      ...steps.map(({ name, ms }) => [name, seconds(ms)]),
      ["start, verdict and printing: in no step", seconds(wallMs - toldMs)],
    ]),
  );
  console.log(
    `${seconds(wallMs)} in all, ${replays} replays of together ${seconds(replayedMs)}: overhead ${seconds(overheadMs)}; ` +
      `around each replay ${seconds(middleOf(betweenMs) ?? Number.NaN)}, at most ${seconds(Math.max(...betweenMs))}`,
  );
  const load = loadavg().map((average) => average.toFixed(1));
  console.log(`load average ${load.join(" ")} on ${availableParallelism()} cores`);
}

dockerDescribe("the cost of a validation", () => {
  let home: string;

  beforeAll(async () => {
    if (!IS_LONG) return;
    home = mkdtempSync(path.join(tmpdir(), "apex-bench-"));
    // Images are built once a machine; that is no part of a validation.
    const { code, stderr } = await runApex(home, ["sandbox", "images"]);
    if (code !== 0) throw new Error(`the images could not be built: ${stderr}`);
  }, TIMEOUT_MS);

  afterAll(() => {
    if (IS_LONG) rmSync(home, { recursive: true, force: true });
  });

  test.skipIf(!IS_LONG)(
    `all that is not replay, of ten replays of 6 s${IS_LONG ? "" : ` (skipped: ${REASON})`}`,
    async () => {
      const startedMs = performance.now();
      const { code, stdout, stderr } = await runApex(home, VALIDATE);
      const wallMs = performance.now() - startedMs;
      if (!EXIT_CODES.includes(code)) throw new Error(`apex validate ended with ${code}: ${stderr}`);
      const { runId, verdict, workload } = JSON.parse(stdout) as Printed;
      const journal = await readFile(path.join(home, "runs", `${runId}.jsonl`), "utf8");
      const overhead = overheadOf({ wallMs, journal, stderr });
      console.log(`${verdict}, replays of ${workload.replaySeconds} s`);
      printSplit(overhead);
      expect(workload.replaySeconds).toBe(REPLAY_SECONDS);
      expect(overheadFor(REPLAYS, overhead)).toBeLessThan(OVERHEAD_MS_MAX);
    },
    TIMEOUT_MS,
  );
});
