/** A Redis server of the test's own, that can be killed and comes back on the same port, with its data or without. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { openSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endWithUs } from "./at-exit.ts";
import { killed } from "./child-end.ts";
import { freePort } from "./free-port.ts";

const READY_MAX_MS = 30_000;

/** A server that the test may crash. */
export interface RedisServer {
  /** What workers get as REDIS_URL. */
  readonly url: string;
  crash(): Promise<void>;
  /** Returns once it answers. */
  start(): Promise<void>;
  /** What a server loses whose disk is lost: all. */
  loseData(): Promise<void>;
  flush(): void;
}

/** Whether this machine has the server's programs. */
export function hasRedis(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/** Starts it with its files in `folder`. What it acknowledged in the second before it is killed may be lost, as by default. */
export async function startRedis(folder: string): Promise<RedisServer> {
  const data = path.join(folder, "data");
  await mkdir(data, { recursive: true });
  const port = await freePort();
  const log = openSync(path.join(folder, "server.log"), "a");
  const ask = (...args: readonly string[]) =>
    execFileSync("redis-cli", ["-p", String(port), ...args], {
      encoding: "utf8",
      timeout: 5_000,
      stdio: "pipe",
    });
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = spawn(
        "redis-server",
        ["--bind", "127.0.0.1", "--port", String(port), "--dir", data, "--save", "", "--appendonly", "yes"],
        { stdio: ["ignore", log, log] },
      );
      endWithUs(child);
      for (const untilMs = Date.now() + READY_MAX_MS; Date.now() < untilMs; await sleep(50)) {
        try {
          if (ask("PING").trim() === "PONG") return;
        } catch {
          // Not yet.
        }
      }
      throw new Error(`Redis does not start; see ${path.join(folder, "server.log")}`);
    },
    crash: () => killed(child),
    loseData: () => rm(path.join(data, "appendonlydir"), { recursive: true, force: true }),
    flush: () => {
      ask("FLUSHALL");
    },
  };
  await server.start();
  return server;
}
