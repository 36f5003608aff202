import path from "node:path";
import type { Io } from "./io.ts";

/** Where records are kept. */
export interface StorePlace {
  /** Absolute. */
  readonly directory: string;
  /** Absent: the store's own PostgreSQL in the directory. */
  readonly databaseUrl?: string;
}

/** The store of APEX_HOME, else `.apex` where the user stands, and of DATABASE_URL. Set to nothing is not set, as shells see it. */
export function storePlace({ cwd, env }: Pick<Io, "cwd" | "env">): StorePlace {
  const directory = path.resolve(cwd, env["APEX_HOME"] || ".apex");
  const databaseUrl = env["DATABASE_URL"];
  return databaseUrl ? { directory, databaseUrl } : { directory };
}

/** The ClickHouse of CLICKHOUSE_URL, which holds samples and bills of collections in place of their files. */
export function collectionServer({ env }: Pick<Io, "env">): { readonly clickHouseUrl?: string } {
  const url = env["CLICKHOUSE_URL"];
  return url ? { clickHouseUrl: url } : {};
}
