/** Worker processes that are started, killed, frozen and started anew. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endWithUs } from "./at-exit.ts";
import { ended, killed } from "./child-end.ts";

const WORKER = path.join(import.meta.dirname, "worker-process.ts");
const SKEWED_CLOCK = path.join(import.meta.dirname, "skewed-clock.ts");
const SHUT_DOWN_MAX_MS = 60_000;
/** A busy machine takes its time. What fails here shows otherwise. */
const READY_MAX_MS = 30_000;

/** How a worker is started. */
export interface WorkerSettings {
  readonly env: Readonly<Record<string, string>>;
  /** Logs and homes. */
  readonly folder: string;
}

interface PooledWorker {
  readonly name: string;
  readonly child: ChildProcess;
  /** Ended by the test, which is no finding. */
  isExpectedToEnd: boolean;
  isFrozen: boolean;
}

/** The workers of one round. */
export interface WorkerPool {
  /** Names of those that run and are not frozen. */
  awake(): readonly string[];
  awakeNameOf(pid: number): string | undefined;
  /** Returns its name once it is ready, or cannot be. `skewMs`: how wrong its clock is. */
  start(skewMs?: number): Promise<string>;
  kill(name: string): Promise<void>;
  /** Asks it to end in good order. */
  shutDown(name: string): Promise<void>;
  /** Stops its processor time, as a paused virtual machine would, and lets it go on after so long, from where it was. */
  freeze(name: string, ms: number): Promise<void>;
  /** Kills all that are left. Returns once they are gone. */
  close(): Promise<void>;
  /** Whole sentences: workers that ended though nobody ended them. */
  readonly ownEnds: readonly string[];
}

/** Nobody is killed before there was something to kill: on a busy machine nothing else would ever happen. */
async function readyOrGone(child: ChildProcess): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    child.once("message", () => resolve());
  });
  await Promise.race([ready, ended(child), sleep(READY_MAX_MS, undefined, { ref: false })]);
}

/** An empty pool. */
export function workerPool(settings: WorkerSettings): WorkerPool {
  const workers = new Map<string, PooledWorker>();
  const ownEnds: string[] = [];
  let started = 0;

  async function endOf(name: string, signal: NodeJS.Signals): Promise<void> {
    const worker = workers.get(name);
    if (worker === undefined) return;
    worker.isExpectedToEnd = true;
    await killed(worker.child, signal);
  }

  return {
    ownEnds,
    awake: () => [...workers.values()].filter(({ isFrozen }) => !isFrozen).map(({ name }) => name),
    awakeNameOf: (pid) =>
      [...workers.values()].find(({ child, isFrozen }) => child.pid === pid && !isFrozen)?.name,
    async start(skewMs = 0) {
      const name = `worker-${++started}`;
      const home = path.join(settings.folder, name);
      await mkdir(home, { recursive: true });
      const log = openSync(path.join(settings.folder, `${name}.log`), "a");
      const preload = skewMs === 0 ? [] : ["--import", SKEWED_CLOCK];
      const child = spawn(process.execPath, [...preload, WORKER], {
        env: { ...process.env, ...settings.env, APEX_HOME: home, APEX_CHAOS_SKEW_MS: String(skewMs) },
        stdio: ["ignore", log, log, "ipc"],
      });
      closeSync(log);
      endWithUs(child);
      const worker = { name, child, isExpectedToEnd: false, isFrozen: false };
      workers.set(name, worker);
      child.once("exit", (code, signal) => {
        workers.delete(name);
        if (!worker.isExpectedToEnd)
          ownEnds.push(`${name} ended by itself with ${signal ?? code}: see ${name}.log.`);
      });
      await readyOrGone(child);
      return name;
    },
    kill: (name) => endOf(name, "SIGKILL"),
    async shutDown(name) {
      const { child } = workers.get(name) ?? {};
      const inTime = await Promise.race([
        endOf(name, "SIGTERM").then(() => true),
        sleep(SHUT_DOWN_MAX_MS, false, { ref: false }),
      ]);
      if (inTime) return;
      ownEnds.push(`${name} does not end within ${SHUT_DOWN_MAX_MS / 1000} s of being asked to.`);
      child?.kill("SIGKILL");
    },
    async freeze(name, ms) {
      const worker = workers.get(name);
      if (worker === undefined) return;
      worker.isFrozen = true;
      worker.child.kill("SIGSTOP");
      await sleep(ms);
      worker.child.kill("SIGCONT");
      worker.isFrozen = false;
    },
    async close() {
      await Promise.all([...workers.keys()].map((name) => endOf(name, "SIGKILL")));
    },
  };
}
