/**
 * Measures how often the judge errs, on real containers: pairs of equal services, and pairs whose candidate has 50–90 % of the CPU
 * or memory that the load needs. Each pair is a whole validation of 5 + 5 interleaved replays.
 *
 *   node tests/bench/judge-error-rates.ts FILE [--pairs 40] [--seconds 2] [--pairs-max 7] [--only equal|cpu|memory] [--table]
 *
 * Every finished pair is a line of JSON in FILE; started again with the same FILE it goes on where it stopped. `--pairs` is how
 * many of each kind. The table is the present judge's opinion of all the replays in FILE; `--table` only prints it. Needs root or
 * Docker's group, two cores that nobody else uses, and Terraform on the PATH (for the images, which are built when missing).
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { RunMeasurement, Verdict } from "@apex/core";
import { ensureImages, findDocker, sandboxHost } from "@apex/sandbox-docker";
import { clopperPearson } from "@apex/sandbox-engine";
import { openReplayer } from "@apex/workloads-replay";
import {
  type Grade,
  type JudgeCase,
  type JudgedCase,
  measureNeed,
  runCase,
  verdictOf,
  type Workbench,
} from "./judge-case.ts";

const TWIN_DIRECTORY = path.resolve(import.meta.dirname, "../../sandbox/twin/src");
const SHARES = [0.9, 0.8, 0.7, 0.6, 0.5] as const;
/** Pairs in a row that could not be run, after which the host or the engine is broken. */
const FAILURES_MAX = 3;
const UTILISATIONS = [0.45, 0.3, 0.55, 0.4] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: "string", default: "40" },
    seconds: { type: "string", default: "2" },
    "pairs-max": { type: "string", default: "7" },
    only: { type: "string", default: "" },
    table: { type: "boolean", default: false },
  },
});
const [file] = positionals;
if (file === undefined) {
  throw new Error(
    "usage: node tests/bench/judge-error-rates.ts FILE [--pairs 40] [--seconds 2] [--pairs-max 7] [--only equal|cpu|memory] [--table]",
  );
}

/** Equal pairs and too small ones take turns, so that a file that was cut short is balanced. */
function casesOf(pairs: number): readonly JudgeCase[] {
  return Array.from({ length: pairs }, (_, index) => {
    const share = SHARES[index % SHARES.length] ?? 0.5;
    const kind = Math.floor(index / SHARES.length) % 2 === 0 ? ("cpu" as const) : ("memory" as const);
    const utilisation = UTILISATIONS[index % UTILISATIONS.length] ?? 0.5;
    const number = String(index + 1).padStart(3, "0");
    const bad: Grade = { kind, share };
    return [
      {
        id: `equal-${number}`,
        grade: { kind: "equal" as const, share: 1 },
        utilisation,
        seed: 2 * index + 1,
      },
      { id: `${kind}-${share * 100}-${number}`, grade: bad, utilisation, seed: 2 * index + 2 },
    ];
  }).flat();
}

function readDone(): readonly JudgedCase[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as JudgedCase];
    } catch {
      console.error(`${file}:${index + 1} is cut off and will be done again`);
      return [];
    }
  });
}

function printTable(done: readonly JudgedCase[]): void {
  const percent = (share: number) => (100 * share).toFixed(1);
  console.log("\n| candidate | pairs | pass | fail | inconclusive | wrong, 95 % interval | unfit replays |");
  console.log("|---|--:|--:|--:|--:|--:|--:|");
  const groups = Map.groupBy(done, ({ grade }) =>
    grade.kind === "equal"
      ? "equal"
      : `${percent(grade.share).replace(".0", "")} % of the ${grade.kind.replace("cpu", "CPU")} needed`,
  );
  for (const [name, cases] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const kinds = cases.map(({ runs }) => verdictOf(runs).kind);
    const count = (kind: Verdict["kind"]) => kinds.filter((each) => each === kind).length;
    const wrong = count(name === "equal" ? "fail" : "pass");
    const { low, high } = clopperPearson(wrong, cases.length, 0.025);
    const runs = cases.flatMap((each) => each.runs);
    const unfit = runs.filter((run) => run.unfit.length > 0).length;
    console.log(
      `| ${name} | ${cases.length} | ${count("pass")} | ${count("fail")} | ${count("inconclusive")} | ${percent(wrong / cases.length)} % (${percent(low)}–${percent(high)}) | ${unfit} of ${runs.length} |`,
    );
  }
}

async function openBench(
  signal: AbortSignal,
): Promise<{ readonly bench: Workbench; close(): Promise<void> }> {
  const search = await findDocker();
  if (search.kind === "absent") throw search.reason;
  const cacheDirectory = path.join(tmpdir(), "apex-judge-error-rates");
  const recipe = { twinDirectory: TWIN_DIRECTORY, terraform: "terraform", cacheDirectory };
  const { twin: image } = await ensureImages(search.engine, recipe, { signal });
  const host = await sandboxHost(search.engine);
  if (host.facts.cpus < 2) throw new Error("two cores are needed: one for the sender, one for the service");
  const replayer = openReplayer();
  const onReplay = (run: RunMeasurement) =>
    process.stdout.write(run.unfit.length > 0 ? "x" : run.side === "baseline" ? "b" : "c");
  const replayMs = 1000 * Number(values.seconds);
  const bench = { host, replayer, image, replayMs, pairsMax: Number(values["pairs-max"]), signal, onReplay };
  return { bench, close: () => replayer.close() };
}

async function measure(file: string, cases: readonly JudgeCase[]): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("stopped; start again with the same file to go on")));
  const opened = await openBench(stop.signal);
  const { bench } = opened;
  const startedMs = performance.now();
  try {
    const need = await measureNeed(bench, `judge-need-${process.pid}`);
    const { cpuModel, cpus, kernel } = bench.host.facts;
    console.log(`${cpus} × ${cpuModel}, kernel ${kernel}, replays of ${values.seconds} s`);
    console.log(
      `${cases.length} pairs to do; a request needs ${(1e6 * need.cpuSecondsPerRequest).toFixed(0)} µs of CPU, the service ${(need.memoryBytes / 2 ** 20).toFixed(0)} MiB`,
    );
    let failures = 0;
    for (const [index, each] of cases.entries()) {
      process.stdout.write(`${each.id} `);
      try {
        const judged = await runCase(bench, each, need);
        appendFileSync(file, `${JSON.stringify(judged)}\n`);
        const leftMs = ((performance.now() - startedMs) / (index + 1)) * (cases.length - index - 1);
        const reason = verdictOf(judged.runs).reasons[0]?.summary ?? "";
        console.log(
          ` ${judged.kind} in ${judged.seconds.toFixed(0)} s, ${(leftMs / 60_000).toFixed(0)} min left: ${reason}`,
        );
        failures = 0;
      } catch (error) {
        failures += 1;
        if (stop.signal.aborted || failures >= FAILURES_MAX) throw error;
        console.log(` not done: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await opened.close();
  }
}

const wanted = casesOf(Number(values.pairs));
const known = new Set(readDone().map(({ id }) => id));
const open = values.table ? [] : wanted.filter(({ id }) => !known.has(id) && id.startsWith(values.only));
try {
  if (open.length > 0) await measure(file, open);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
printTable(readDone());
