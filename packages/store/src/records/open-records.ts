import type { Kysely } from "kysely";
import { openDatabase } from "./database.ts";
import { type EmbeddedServer, embeddedServer } from "./embedded/embedded-server.ts";
import { type RecordStore, recordStore } from "./record-store.ts";
import type { Tables } from "./tables.ts";

/** Records whose server starts with their first use. */
export interface OpenRecords {
  readonly records: RecordStore;
  close(): Promise<void>;
}

interface Running {
  readonly db: Kysely<Tables>;
  readonly server: EmbeddedServer | undefined;
}

/** Prepares the records in `folder`, or those at `databaseUrl`. Nothing is started or connected yet. */
export function openRecords(
  folder: string,
  databaseUrl: string | undefined,
  signal?: AbortSignal,
): OpenRecords {
  let running: Promise<Running> | undefined;
  const start = async (): Promise<Running> => {
    if (databaseUrl !== undefined) return { db: await openDatabase(databaseUrl), server: undefined };
    const server = await embeddedServer(folder, signal);
    try {
      return { db: await openDatabase(server.connection), server };
    } catch (cause) {
      await server.leave();
      throw cause;
    }
  };
  return {
    records: recordStore(async () => {
      running ??= start();
      try {
        return (await running).db;
      } catch (cause) {
        // The next call may find the server back.
        running = undefined;
        throw cause;
      }
    }),
    close: async () => {
      const ended = await running?.catch(() => undefined);
      running = undefined;
      try {
        await ended?.db.destroy();
      } finally {
        await ended?.server?.leave();
      }
    },
  };
}
