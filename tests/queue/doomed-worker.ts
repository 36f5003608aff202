import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { QueueServer, WorkerEvent, WorkerTimes } from "@apex/sandbox-queue";
import { killed } from "../chaos/child-end.ts";

/** What a worker process needs to know of the world. */
export interface DoomedWorld {
  readonly databaseUrl: string;
  readonly server: QueueServer;
  readonly leaseMs: number;
  readonly times: Partial<WorkerTimes>;
  readonly cores: number;
  /** Whether its runs end, at once. */
  readonly doesEnd: boolean;
}

const WORKER = path.join(import.meta.dirname, "worker-until-killed.ts");
const SKEWED_CLOCK = path.join(import.meta.dirname, "../chaos/skewed-clock.ts");

/** Starts a worker process. */
export function doomedWorker(world: DoomedWorld, clockAheadMs = 0) {
  const preload = clockAheadMs === 0 ? [] : ["--import", SKEWED_CLOCK];
  return spawn(process.execPath, [...preload, WORKER, JSON.stringify(world)], {
    env: { ...process.env, APEX_CHAOS_SKEW_MS: String(clockAheadMs) },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Starts a worker process, waits until it has taken so many runs, and kills it as the kernel would. Its clock may be ahead. */
export async function killedWorker(world: DoomedWorld, runs: number, clockAheadMs = 0): Promise<void> {
  const child = doomedWorker(world, clockAheadMs);
  let taken = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as WorkerEvent;
    if (event.kind === "claimed") taken += 1;
    if (taken === runs) break;
  }
  await killed(child);
  if (taken < runs) throw new Error(`the worker ended by itself after ${taken} runs`);
}
