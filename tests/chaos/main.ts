/**
 * `pnpm test:chaos`: campaigns go through while workers, PostgreSQL, Redis and disks fail, on both backends; at the end nothing is lost,
 * doubled or left. APEX_CHAOS_SEED repeats a run, APEX_CHAOS_RUNS makes it longer, APEX_CHAOS_KEEP=1 keeps its files, and
 * APEX_CHAOS_DOCKER=1 (as root) starts an engine of its own and kills that too.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isDockerOff, seededRng } from "@apex/core";
import { type DockerEngine, ensureBaseImage, findDocker, openDocker } from "@apex/sandbox-docker";
import { type DockerServer, startDocker } from "./docker-server.ts";
import { hasRedis } from "./redis-server.ts";
import { playRound, type RoundOutcome, type RoundSettings } from "./round.ts";
import { chaosScenario } from "./scenario.ts";
import { mountSmallDisk } from "./small-disk.ts";
import { DOUBLED_RUNS, EXACT_CHARGES, type Finding, findingsOf } from "./verdict.ts";

const RUNS = 200;
const CONTROL_RUNS = 16;
const CONTROL_FAULTS_MS = 25_000;
/** Some are back before anybody has missed them, some long after another has done their runs. */
const FROZEN_LEASES = { least: 0.6, most: 2.4 };
/** Shorter than many a run. */
const CONTROL_LEASE_MS = 1_500;
/** Whoever is frozen so long has lost its runs to another in any case. */
const CONTROL_FROZEN_LEASES = { least: 2.6, most: 3.2 };
const WORKERS = 4;
const LEASE_MS = 4_000;
const PROBLEMS_SHOWN = 12;
const FAULTS_MAX_MS = { least: 45_000, perRun: 1_200 };
const SETTLE_MAX_MS = 120_000;
/** Whatever hangs ends the test, and fails it. */
const ALL_MAX_MS = { least: 600_000, perRun: 2_000 };

const startedMs = performance.now();

function say(line: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds}  ${line}\n`);
}

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`${name} is ${JSON.stringify(text)} and must be a whole number`);
  return Number(text);
}

function summaryOf(
  name: string,
  { evidence, faults, seconds, bookkeepersKilled }: RoundOutcome,
): readonly string[] {
  const { books, executions } = evidence;
  const ended = (ending: string) => books.attempts.filter((attempt) => attempt.ending === ending).length;
  const state = (of: string) => books.runs.filter((run) => run.state === of).length;
  const count = (event: string) => executions.filter((each) => each.event === event).length;
  return [
    `${name}: ${seconds.toFixed(0)} s`,
    `  runs        ${state("done")} done, ${state("dead")} dead, ${state("cancelled")} cancelled`,
    `  attempts    ${["verdict", "stopped", "failed", "released", "crashed"].map((kind) => `${ended(kind)} ${kind}`).join(", ")}`,
    `  containers  ${count("provisioned")}`,
    `  readings    ${books.readings.length}`,
    `  charges     ${books.charges.length} on ${books.invoices.length} invoices; ${bookkeepersKilled} bookkeepers killed`,
    `  faults      ${Object.entries(faults)
      .map(([kind, times]) => `${times} ${kind}`)
      .join(", ")}`,
  ];
}

function report(name: string, findings: readonly Finding[]): void {
  for (const { check, problems } of findings) {
    process.stdout.write(`${problems.length === 0 ? "passed" : "FAILED"}  ${name}: ${check}\n`);
    for (const problem of problems.slice(0, PROBLEMS_SHOWN)) process.stdout.write(`          ${problem}\n`);
    if (problems.length > PROBLEMS_SHOWN)
      process.stdout.write(`          and ${problems.length - PROBLEMS_SHOWN} more\n`);
  }
}

/** The control's workers have no guard: it passes when the checks find what that did. */
function controlFindings(outcome: RoundOutcome): readonly Finding[] {
  const found = new Map(findingsOf(outcome, 0).map(({ check, problems }) => [check, problems.length]));
  return [DOUBLED_RUNS, EXACT_CHARGES].map((check) => ({
    check: `without the guard, "${check}" fails`,
    problems: (found.get(check) ?? 0) > 0 ? [] : ["It held: this test would not find a doubled run."],
  }));
}

/** What is played, and in which engine. */
interface Play {
  readonly engine: DockerEngine;
  /** Where the engine is the test's own. */
  readonly docker?: DockerServer;
  readonly seed: number;
  readonly runs: number;
}

async function playAll(folder: string, options: Play): Promise<readonly Finding[]> {
  const { seed, runs } = options;
  const { engine, docker } = options;
  const image = await ensureBaseImage(engine, { cacheDirectory: path.join(folder, "images") });
  const temporary = path.join(folder, "tmp");
  const disk = mountSmallDisk(temporary);
  // Records of runs lie there: those of this test are nobody else's to reap.
  process.env["TMPDIR"] = temporary;
  const common = {
    engine,
    image,
    say,
    workers: WORKERS,
    leaseMs: LEASE_MS,
    frozenLeases: FROZEN_LEASES,
    settleMaxMs: SETTLE_MAX_MS,
  };
  const settings = (name: string, index: number, count: number): RoundSettings => ({
    ...common,
    name,
    seed: seed + index,
    scenario: chaosScenario(seededRng(seed + index), count),
    backend: name === "Redis" ? "redis" : "postgres",
    isGuarded: true,
    faultsMaxMs: FAULTS_MAX_MS.least + count * FAULTS_MAX_MS.perRun,
    folder: path.join(folder, name.toLowerCase().replaceAll(" ", "-")),
    ...(docker === undefined ? {} : { docker }),
    ...(disk === undefined ? {} : { disk }),
  });
  const backends = hasRedis() ? ["PostgreSQL", "Redis"] : ["PostgreSQL"];
  if (backends.length === 1) say("there is no redis-server on this machine: all runs are on PostgreSQL");
  const findings: Finding[] = [];
  const summaries: string[] = [];
  const play = async (round: RoundSettings, judge: (outcome: RoundOutcome) => readonly Finding[]) => {
    say(`${round.name}: ${round.scenario.ordered.length} runs, seed ${round.seed}`);
    const outcome = await playRound(round);
    const found = judge(outcome);
    report(round.name, found);
    findings.push(...found);
    summaries.push(...summaryOf(round.name, outcome));
  };
  try {
    for (const [index, name] of backends.entries()) {
      const count = Math.ceil(runs / backends.length);
      await play(settings(name, index, count), (outcome) => findingsOf(outcome, count));
    }
    const control = settings("negative control", backends.length, CONTROL_RUNS);
    await play(
      {
        ...control,
        isGuarded: false,
        leaseMs: CONTROL_LEASE_MS,
        frozenLeases: CONTROL_FROZEN_LEASES,
        kinds: ["freeze-worker"],
        faultsMaxMs: CONTROL_FAULTS_MS,
      },
      controlFindings,
    );
  } finally {
    disk?.unmount();
  }
  process.stdout.write(`\n${summaries.join("\n")}\n\n`);
  return findings;
}

const { values } = parseArgs({ options: { summary: { type: "string" } } });
const seed = wholeNumber("APEX_CHAOS_SEED", Math.floor(Math.random() * 1e9));
const runs = wholeNumber("APEX_CHAOS_RUNS", RUNS);
const repeat = `APEX_CHAOS_SEED=${seed} APEX_CHAOS_RUNS=${runs} pnpm test:chaos`;

function conclude(counts: {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
}): void {
  if (values.summary !== undefined) {
    mkdirSync(path.dirname(values.summary), { recursive: true });
    writeFileSync(values.summary, JSON.stringify(counts));
  }
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

/** In the machine's engine, or in one of the test's own, which may be killed. */
async function playWith(engine: DockerEngine, folder: string): Promise<readonly Finding[]> {
  if (process.env["APEX_CHAOS_DOCKER"] !== "1") return playAll(folder, { engine, seed, runs });
  const docker = await startDocker(path.join(folder, "docker"));
  say("Docker is killed too: all runs are in an engine of the test's own");
  try {
    return await playAll(folder, { engine: await openDocker({ host: docker.host }), docker, seed, runs });
  } finally {
    await docker.stop();
  }
}

async function main(): Promise<void> {
  const search = await findDocker();
  if (search.kind === "absent") {
    const isRequired = process.env["APEX_REQUIRE_DOCKER"] === "1" && !isDockerOff(process.env);
    say(`no chaos without a Docker engine: ${search.reason.message}`);
    return conclude(isRequired ? { passed: 0, failed: 1 } : { passed: 0, failed: 0, skipped: 1 });
  }
  const folder = mkdtempSync(path.join(tmpdir(), "apex-chaos-"));
  // PostgreSQL's own user has to get through.
  chmodSync(folder, 0o711);
  say(`seed ${seed}, ${runs} runs, files in ${folder}; to repeat: ${repeat}`);
  let findings: readonly Finding[];
  try {
    findings = await playWith(search.engine, folder);
  } catch (error) {
    process.stdout.write(
      `FAILED  the test itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    findings = [{ check: "the test itself", problems: [String(error)] }];
  }
  const failed = findings.filter(({ problems }) => problems.length > 0).length;
  const keep = process.env["APEX_CHAOS_KEEP"] === "1" || failed > 0;
  if (!keep) rmSync(folder, { recursive: true, force: true });
  say(`seed ${seed}: ${findings.length - failed} checks passed, ${failed} failed`);
  if (failed > 0) say(`to repeat: ${repeat}; logs of all processes are in ${folder}`);
  conclude({ passed: findings.length - failed, failed });
}

setTimeout(
  () => {
    say(`this takes too long; to repeat: ${repeat}`);
    process.exit(1);
  },
  ALL_MAX_MS.least + runs * ALL_MAX_MS.perRun,
).unref();
await main();
