/** A worker of the chaos test: the real queue, records and sandbox, with probes as its runs. Told by its environment what it is to do. */
import { hostname } from "node:os";
import type { SandboxHost } from "@apex/core";
import { type DockerEngine, openDocker, reap, sandboxHost } from "@apex/sandbox-docker";
import { openWorker } from "@apex/sandbox-queue";
import { openRecordStores } from "@apex/store";
import { carelessRecords } from "./careless-records.ts";
import { patiently } from "./customer.ts";
import { probeExecutor } from "./probe-executor.ts";

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const ENGINE_MAX_MS = 90_000;
const GIB = 1024 ** 3;
const databaseUrl = setting("DATABASE_URL");
const redisUrl = process.env["REDIS_URL"];
const leaseMs = Number(setting("APEX_CHAOS_LEASE_MS"));

async function openHost(): Promise<{ readonly engine: DockerEngine; readonly host: SandboxHost }> {
  const engine = await openDocker();
  return { engine, host: await sandboxHost(engine) };
}

// A service manager would start a worker again that finds no engine: this one waits for it.
const { engine, host } = await patiently(openHost, ENGINE_MAX_MS);
const store = openRecordStores({ directory: setting("APEX_HOME"), databaseUrl, leaseMs });
const isGuarded = process.env["APEX_CHAOS_UNGUARDED"] !== "1";
const records = isGuarded ? store.campaigns : carelessRecords(store.campaigns, databaseUrl);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());

async function reapHere(): Promise<void> {
  await reap(engine, {
    dryRun: false,
    now: Date.now(),
    keep: ({ runId, ...reading }) => store.campaigns.keepReading(runId, reading),
  });
}

const worker = openWorker({
  server:
    redisUrl === undefined
      ? { kind: "postgres", connection: databaseUrl }
      : { kind: "redis", url: redisUrl, installation: () => store.installationId() },
  records,
  executors: [
    probeExecutor({ host, image: setting("APEX_CHAOS_IMAGE"), logFile: setting("APEX_CHAOS_LOG") }),
  ],
  capacity: { cores: 2, memoryBytes: GIB, gpus: 0 },
  identity: { id: `${hostname()}/${process.pid}/${performance.timeOrigin}`, host: hostname() },
  reap: reapHere,
  onEvent: (event) => console.log(JSON.stringify({ ms: Math.round(performance.now()), ...event })),
  times: { lockMs: leaseMs, stalledCheckMs: leaseMs / 2, sweepMs: leaseMs, patienceMs: 10_000 },
});
process.send?.("ready");
await worker.run(stop.signal);
await store.close();
