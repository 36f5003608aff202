import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "@apex/core/node";
import { openClickHouse } from "./clickhouse/open-clickhouse.ts";
import { openCostStore, type StoredCosts } from "./costs/cost-store.ts";
import { openEngine } from "./duckdb/engine.ts";
import { isAlive } from "./files/process-alive.ts";
import { withWriteLock } from "./files/write-lock.ts";
import { openRecordStores, type RecordStores } from "./records/open-records.ts";
import { openSampleStore, samplesFolder, type StoredSamples } from "./samples/sample-store.ts";
import type { StoreContext } from "./store-context.ts";

/** Where a store lives, and what ends long work in it. */
export interface StoreOptions {
  /** Made when missing. Holds all files of the store. */
  readonly directory: string;
  /** A ClickHouse database for samples and bills, in place of files: "http://user:password@host:8123/database". */
  readonly clickHouseUrl?: string;
  /** A PostgreSQL server for the records, in place of the embedded one. */
  readonly databaseUrl?: string;
  /** Whose the records of runs are; `default`, who is there from the beginning, without it. */
  readonly tenant?: string;
  /** Interrupts what is running; the methods then reject with its reason. */
  readonly signal?: AbortSignal;
}

/** An open store. Samples and bills can be read while another process writes; writers wait for each other. */
export interface Store extends RecordStores {
  readonly samples: StoredSamples;
  readonly costs: StoredCosts;
  /** Ends all connections and, as its last user, the embedded PostgreSQL. */
  close(): Promise<void>;
}

const SPILL_PREFIX = "spill-";

/** Opens the store in a directory. PostgreSQL starts with the first use of the records, not here. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { directory, signal, clickHouseUrl } = options;
  signal?.throwIfAborted();
  await makeDirectory(directory, "set APEX_HOME, or name another directory");
  if (clickHouseUrl !== undefined) {
    const stores = await openClickHouse({
      url: clickHouseUrl,
      ...(signal === undefined ? {} : { signal }),
    });
    return withRecords(options, stores, () => stores.close());
  }
  await removeDeadSpills(directory);
  const engine = await openEngine(join(directory, `${SPILL_PREFIX}${process.pid}`), signal);
  const context: StoreContext = {
    engine,
    exclusively: (work) => withWriteLock(directory, signal, work),
    signal,
  };
  try {
    const samples = await openSampleStore(samplesFolder(directory), context);
    const costs = await openCostStore(join(directory, "costs"), context);
    return withRecords(options, { samples, costs }, async () => engine.close());
  } catch (cause) {
    engine.close();
    throw cause;
  }
}

function withRecords(
  options: StoreOptions,
  stores: Pick<Store, "samples" | "costs">,
  close: () => Promise<void>,
): Store {
  const opened = openRecordStores(options);
  const closeAll = async (): Promise<void> => {
    try {
      await opened.close();
    } finally {
      await close();
    }
  };
  let closing: Promise<void> | undefined;
  const { samples, costs } = stores;
  return {
    ...opened,
    samples,
    costs,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Removes what killed processes spilled. */
async function removeDeadSpills(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = name.startsWith(SPILL_PREFIX) ? Number(name.slice(SPILL_PREFIX.length)) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid))
      await rm(join(directory, name), { recursive: true, force: true });
  }
}
