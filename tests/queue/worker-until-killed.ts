/** A worker process that takes runs and never ends one: it is there to be killed. Its arguments are the world's, as JSON. */
import { hostname } from "node:os";
import { openWorker } from "@apex/sandbox-queue";
import { openRecordStores } from "@apex/store";
import type { DoomedWorld } from "./doomed-worker.ts";

const { databaseUrl, server, leaseMs, times, directory } = JSON.parse(process.argv[2] ?? "") as DoomedWorld;
const stores = openRecordStores({ directory, databaseUrl, leaseMs });
await openWorker({
  server,
  records: stores.campaigns,
  executors: [{ kind: "test", execute: () => new Promise(() => undefined) }],
  capacity: { cores: 2, memoryBytes: 64 * 1024 ** 3, gpus: 0 },
  identity: { id: `doomed/${process.pid}`, host: hostname() },
  reap: async () => undefined,
  onEvent: (event) => console.log(JSON.stringify(event)),
  times,
}).run(new AbortController().signal);
