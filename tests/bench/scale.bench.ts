/**
 * `apex analyze` on collections of 1, 4 and 16 times a fleet, as a user starts it: time and memory of the whole process, and how
 * they grow. Sixteen times APEX_BENCH_INSTANCES=625 are 10,000 machines; with APEX_BENCH_DAYS=30 that is 172 million samples and,
 * at 1,000 rows of the bill for each machine, 10 million of those. Making that takes some minutes and 3 GiB of disk.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { type Measured, measuredChild } from "./measured-child.ts";

const BASE = Number(process.env["APEX_BENCH_INSTANCES"] ?? 4);
const DAYS = Number(process.env["APEX_BENCH_DAYS"] ?? 14);
const DECIMALS = process.env["APEX_BENCH_DECIMALS"] ?? "full";
const ROUNDS = Number(process.env["APEX_BENCH_ITERATIONS"] ?? 2);
const COST_ROWS_PER_INSTANCE = Number(process.env["APEX_BENCH_COST_ROWS"] ?? 1000);
const GROWTH = [1, 4, 16] as const;
const POINTS_PER_DAY = 288;
const TIMEOUT_MS = 3_600_000;

interface Printed {
  readonly resources: number;
  readonly recommendations: readonly unknown[];
}

/** What bringing the fleet in took: samples made up on the way, and the bill from a FOCUS export in Parquet. */
interface Made {
  readonly samplesMs: number;
  readonly billMs: number;
  readonly peakMib: number;
}

interface Row {
  readonly times: number;
  readonly instances: number;
  readonly costRows: number;
  readonly made: Made;
  readonly ms: number;
  readonly peakMib: number;
  readonly recommendations: number;
}

/** The best of the rounds, with how many recommendations there were. */
async function analysed(directory: string): Promise<Measured & { readonly recommendations: number }> {
  let best: Measured | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const args = ["analyze", "--from", directory, "--format", "json", "--quiet"];
    const measured = await measuredChild("packages/cli/src/main.ts", args, {
      peakFile: path.join(directory, "..", "peak"),
      env: { APEX_HOME: path.join(directory, "..", "home") },
    });
    if (best === undefined || measured.ms < best.ms) best = measured;
  }
  if (best === undefined) throw new Error("APEX_BENCH_ITERATIONS is 0");
  const { recommendations } = JSON.parse(best.stdout) as Printed;
  return { ...best, recommendations: recommendations.length };
}

test("apex analyze as a fleet grows", { timeout: TIMEOUT_MS }, async () => {
  const folder = await mkdtemp(path.join(process.env["APEX_BENCH_FOLDER"] ?? tmpdir(), "apex-scale-"));
  try {
    const rows: Row[] = [];
    for (const times of GROWTH) {
      const instances = BASE * times;
      const directory = path.join(folder, "collection");
      const costRows = instances * COST_ROWS_PER_INSTANCE;
      const making = await measuredChild(
        "tests/bench/scale-process.ts",
        [directory, ...[instances, DAYS, costRows].map(String), DECIMALS],
        { peakFile: path.join(folder, "peak") },
      );
      const made = { ...(JSON.parse(making.stdout) as Omit<Made, "peakMib">), peakMib: making.peakMib };
      const { ms, peakMib, recommendations } = await analysed(directory);
      rows.push({ times, instances, costRows, made, ms, peakMib, recommendations });
      await rm(directory, { recursive: true });
      expect(recommendations).toBeGreaterThan(0);
    }
    console.log(`apex analyze, ${DAYS} days of two metrics, ${DECIMALS} decimals, best of ${ROUNDS}`);
    console.table(
      rows.map(({ times, instances, costRows, made, ms, peakMib, recommendations }) => ({
        fleet: `${times}×`,
        instances,
        "million samples": ((instances * 2 * DAYS * POINTS_PER_DAY) / 1e6).toFixed(1),
        "bill rows": costRows,
        "samples in s": (made.samplesMs / 1000).toFixed(1),
        "bill in s": (made.billMs / 1000).toFixed(1),
        "collecting MiB": Math.round(made.peakMib),
        "analysed in s": (ms / 1000).toFixed(2),
        "times 1×": (ms / (rows[0]?.ms ?? ms)).toFixed(1),
        "peak MiB": Math.round(peakMib),
        recommendations,
      })),
    );
    console.log(
      `load average ${loadavg()
        .map((load) => load.toFixed(1))
        .join(" ")} on ${availableParallelism()} cores`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
