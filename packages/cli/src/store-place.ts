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
