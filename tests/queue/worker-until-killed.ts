/** A worker process that takes runs, and ends them at once or never, until it is killed. Its argument is the world, as JSON. */
import { hostname } from "node:os";
import { openWorker } from "@apex/sandbox-queue";
import { openRecordStores } from "@apex/store";
import type { DoomedWorld } from "./doomed-worker.ts";

const { databaseUrl, server, leaseMs, times, cores, doesEnd } = JSON.parse(
  process.argv[2] ?? "",
) as DoomedWorld;
const PASSED = {
  ending: { kind: "verdict", verdict: "pass", isOurFault: false, result: "{}" },
} as const;
const stores = openRecordStores({ directory: "/nowhere", databaseUrl, leaseMs });
await openWorker({
  server,
  records: stores.campaigns,
  executors: [
    { kind: "test", execute: () => (doesEnd ? Promise.resolve(PASSED) : new Promise(() => undefined)) },
  ],
  capacity: { cores, memoryBytes: 64 * 1024 ** 3, gpus: 0 },
  identity: { id: `doomed/${process.pid}`, host: hostname() },
  reap: async () => undefined,
  onEvent: (event) => console.log(JSON.stringify(event)),
  times,
}).run(new AbortController().signal);
