import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

const START_MAX_MS = 10_000;
const POLL_MS = 25;

/** Why tests that need Redis do not run here; `undefined` where they do. */
export function whyNoRedis(): string | undefined {
  const isThere = spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
  return isThere ? undefined : "there is no redis-server on the PATH: install the package redis-server";
}

/** A Redis of its own on a socket in a temporary folder, without persistence. */
export interface RedisServer extends AsyncDisposable {
  /** As a user would put it into REDIS_URL. */
  readonly url: string;
  /** Ends it as a power cut would; what it knew is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same place, empty. */
  start(): Promise<void>;
  flush(): Promise<void>;
}

export async function redisServer(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "apex-redis-"));
  const socket = join(folder, "s");
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder], {
      stdio: "ignore",
    });
    await answering(socket);
  };
  const kill = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: socket,
    kill,
    start,
    async flush() {
      const client = new Redis(socket);
      await client.flushall();
      client.disconnect();
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(socket: string): Promise<void> {
  const client = new Redis(socket, { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => undefined);
  try {
    for (let waitedMs = 0; waitedMs < START_MAX_MS; waitedMs += POLL_MS) {
      const answer = await client
        .connect()
        .then(() => client.ping())
        .catch(() => undefined);
      if (answer === "PONG") return;
      await sleep(POLL_MS);
    }
    throw new Error(`redis-server did not answer at ${socket} within ${START_MAX_MS} ms`);
  } finally {
    client.disconnect();
  }
}
