/** A moto server of a test's own, into which whole series can be put. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../chaos/free-port.ts";

/** Python has to load moto; on a busy machine that takes its time. */
const START_MS_MAX = 60_000;

/** Points of five minutes from `start` (epoch seconds). */
export interface SeriesToPut {
  /** The account of every test's credentials, unless another is named. */
  readonly account?: string;
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly start: number;
  readonly values: readonly number[];
}

export interface MotoServer extends AsyncDisposable {
  readonly url: string;
  put(series: readonly SeriesToPut[]): Promise<void>;
}

/** Whether this machine's Python has moto (`pip install "moto[server]"`). */
export function hasMoto(): boolean {
  return spawnSync("python3", ["-c", "import moto.server"], { stdio: "ignore" }).status === 0;
}

export async function startMoto(): Promise<MotoServer> {
  const port = await freePort();
  const script = path.join(import.meta.dirname, "moto-server.py");
  const child = spawn("python3", [script, String(port)], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const server: MotoServer = {
    url: `http://127.0.0.1:${port}`,
    put: (series) => put(child, series),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${server.url}/moto-api/data.json`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return server;
    await sleep(100);
  }
  await server[Symbol.asyncDispose]();
  throw new Error("moto did not start");
}

async function put(
  child: ChildProcessByStdio<Writable, Readable, null>,
  series: readonly SeriesToPut[],
): Promise<void> {
  const lines = createInterface({ input: child.stdout });
  let taken = 0;
  const all = new Promise<void>((resolve, reject) => {
    lines.on("line", () => {
      taken += 1;
      if (taken === series.length) resolve();
    });
    child.once("exit", () => reject(new Error("moto ended")));
  });
  for (const one of series) child.stdin.write(`${JSON.stringify(one)}\n`);
  await all;
  lines.close();
}
