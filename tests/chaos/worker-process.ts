/** A worker of the chaos test: the real queue, records and sandbox, with probes as its runs. Told by its environment what it is to do. */
import { hostname } from "node:os";
import { openDocker, reap, sandboxHost } from "@apex/sandbox-docker";
import { openWorker } from "@apex/sandbox-queue";
import { openRecordStores } from "@apex/store";
import { carelessRecords } from "./careless-records.ts";
import { probeExecutor } from "./probe-executor.ts";

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const GIB = 1024 ** 3;
const databaseUrl = setting("DATABASE_URL");
const redisUrl = process.env["REDIS_URL"];
const leaseMs = Number(setting("APEX_CHAOS_LEASE_MS"));

const engine = await openDocker();
const host = await sandboxHost(engine);
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
    redisUrl === undefined ? { kind: "postgres", connection: databaseUrl } : { kind: "redis", url: redisUrl },
  records,
  executors: [
    probeExecutor({ host, image: setting("APEX_CHAOS_IMAGE"), logFile: setting("APEX_CHAOS_LOG") }),
  ],
  capacity: { cores: 2, memoryBytes: GIB, gpus: 0 },
  identity: { id: `${hostname()}/${process.pid}/${performance.timeOrigin}`, host: hostname() },
  reap: reapHere,
  onEvent: (event) => console.log(JSON.stringify({ ms: Math.round(performance.now()), ...event })),
  times: { lockMs: 3 * leaseMs, stalledCheckMs: leaseMs, sweepMs: leaseMs, patienceMs: 10_000 },
});
await worker.run(stop.signal);
await store.close();
