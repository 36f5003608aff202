import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A ClickHouse that ends with the test: the real engine, in a process of its own. */
export interface LocalClickHouse extends AsyncDisposable {
  /** Without a database. */
  readonly url: string;
}

/** Starts it; the engine's library alone takes a second to load. */
export async function startClickHouse(): Promise<LocalClickHouse> {
  const directory = await mkdtemp(join(tmpdir(), "apex-clickhouse-"));
  const script = fileURLToPath(new URL("chdb-server.ts", import.meta.url));
  const server = spawn(process.execPath, [script, directory], { stdio: ["pipe", "pipe", "inherit"] });
  const port = await firstLine(server);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const ended = once(server, "exit");
      server.stdin?.end();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function firstLine(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error("the engine's process has no output");
  for await (const line of createInterface(server.stdout)) return line;
  throw new Error("the engine's process ended before it listened");
}
