import type { Report } from "@apex/report";
import { openStore } from "@apex/store";

/** Where runs are recorded: the store's own PostgreSQL, or a server. */
export interface RunRecords {
  readonly storeDirectory: string;
  readonly databaseUrl?: string;
}

/** Keeps a run in the records, for later runs to look back on. Throws the store's AdapterErrors. */
export async function recordRun(where: RunRecords, report: Report, signal: AbortSignal): Promise<void> {
  const store = await openStore({
    directory: where.storeDirectory,
    ...(where.databaseUrl === undefined ? {} : { databaseUrl: where.databaseUrl }),
    signal,
  });
  try {
    await store.records.recordRun(report);
  } finally {
    await store.close();
  }
}
