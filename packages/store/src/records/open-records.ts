import { join } from "node:path";
import type { Kysely } from "kysely";
import { type CampaignStore, campaignStore, type CampaignStoreOptions } from "../campaigns/campaign-store.ts";
import { type InputFileStore, inputFileStore } from "../campaigns/input-file-store.ts";
import type { BillingStore } from "../ledger/billing-store.ts";
import { postgresBillingStore } from "../ledger/postgres-billing-store.ts";
import { postgresTenantStore } from "../tenants/postgres-tenant-store.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import { type UsageStore, usageStore } from "../tenants/usage-store.ts";
import { askDatabase } from "./ask-database.ts";
import { openDatabase } from "./database.ts";
import { embeddedServer, type ServerConnection } from "./embedded/embedded-server.ts";
import { type RecordStore, recordStore } from "./record-store.ts";
import type { Tables } from "./tables.ts";

/** Where a PostgreSQL is, as node-postgres takes it. */
export type DatabaseConnection = ServerConnection | { readonly connectionString: string };

/** What is kept in PostgreSQL. */
export interface RecordStores {
  readonly records: RecordStore;
  readonly campaigns: CampaignStore;
  readonly inputFiles: InputFileStore;
  readonly billing: BillingStore;
  readonly tenants: TenantStore;
  readonly usage: UsageStore;
  /** The database that they are in, for others that keep something there; the embedded one runs until all is closed. */
  connection(): Promise<DatabaseConnection>;
  /** A UUID that this database has from its beginning and keeps: names what it has on servers that several databases share. */
  installationId(): Promise<string>;
}

/** Stores whose server starts with their first use. */
export interface OpenRecordStores extends RecordStores {
  close(): Promise<void>;
}

/** Where they are, and what may differ between their users. */
export interface RecordStoreOptions extends CampaignStoreOptions {
  /** Of the whole store; the embedded server's is in it. */
  readonly directory: string;
  /** A PostgreSQL server in place of the embedded one. */
  readonly databaseUrl?: string;
  /** Whose the records of runs are; `default`, who is there from the beginning, without it. */
  readonly tenant?: string;
  readonly signal?: AbortSignal;
}

/** The migration makes it. */
const DEFAULT_TENANT = "default";

interface Running {
  readonly db: Kysely<Tables>;
  readonly connection: DatabaseConnection;
  leave(): Promise<void>;
}

/** Prepares the stores in PostgreSQL. Nothing is started or connected yet. Workers need no more than these. */
export function openRecordStores(options: RecordStoreOptions): OpenRecordStores {
  const { directory, databaseUrl, signal } = options;
  let running: Promise<Running> | undefined;
  const start = async (): Promise<Running> => {
    if (databaseUrl !== undefined) {
      return {
        db: await openDatabase(databaseUrl),
        connection: { connectionString: databaseUrl },
        leave: () => Promise.resolve(),
      };
    }
    const server = await embeddedServer(join(directory, "postgres"), signal);
    try {
      return {
        db: await openDatabase(server.connection),
        connection: server.connection,
        leave: () => server.leave(),
      };
    } catch (cause) {
      await server.leave();
      throw cause;
    }
  };
  const use = async (): Promise<Running> => {
    running ??= start();
    try {
      return await running;
    } catch (cause) {
      // The next call may find the server back.
      running = undefined;
      throw cause;
    }
  };
  const open = async (): Promise<Kysely<Tables>> => (await use()).db;
  const ask = askDatabase(open, "the database of the records");
  return {
    records: recordStore(open, options.tenant ?? DEFAULT_TENANT),
    campaigns: campaignStore(open, options),
    inputFiles: inputFileStore(open),
    billing: postgresBillingStore(open),
    tenants: postgresTenantStore(open),
    usage: usageStore(ask),
    connection: async () => (await use()).connection,
    installationId: async () =>
      (await ask((db) => db.selectFrom("installation").select("id").executeTakeFirstOrThrow())).id,
    close: async () => {
      const ended = await running?.catch(() => undefined);
      running = undefined;
      try {
        await ended?.db.destroy();
      } finally {
        await ended?.leave();
      }
    },
  };
}
