import { AdapterError } from "@apex/core";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { admitTenants } from "../tenants/admit-tenants.ts";
import type { ServerConnection } from "./embedded/embedded-server.ts";
import { migrate } from "./migrate.ts";
import { requireAddress } from "./require-address.ts";
import type { Tables } from "./tables.ts";

const CONNECTIONS_MAX = 4;
const CONNECT_MAX_MS = 10_000;
/** A process that was halted, or whose host is gone, lets go of its locks after so long; working ones are idle for milliseconds. */
const IDLE_IN_TRANSACTION_MAX_MS = 30_000;
/** Of the system, and of a server that starts, ends or has no connection left. */
const AWAY: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P03",
  "53300",
]);
/** Of PostgreSQL: a lock was waited for as long as the transaction wants. */
const LOCK_NOT_AVAILABLE = "55P03";

/** Connects, and migrates to the newest schema. The caller destroys it. */
export async function openDatabase(server: ServerConnection | string): Promise<Kysely<Tables>> {
  if (typeof server === "string") requireAddress(server);
  const pool = new pg.Pool({
    ...(typeof server === "string" ? { connectionString: server } : server),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MAX_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MAX_MS,
    keepAlive: true,
    application_name: "apex",
    // A store that nobody closed must not keep its process alive.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced by the pool; the next query tells if the server is gone.
  pool.on("error", () => undefined);
  // The pool listens to idle clients only: without this a server that dies under a query would end our process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db);
    await admitTenants(db);
    return db;
  } catch (cause) {
    await db.destroy();
    throw databaseError(cause, typeof server === "string" ? "DATABASE_URL" : "the embedded PostgreSQL");
  }
}

/** A database failure in the words and kinds that a caller can act on. Never shows the URL: it holds a password. */
export function databaseError(cause: unknown, where: string): AdapterError {
  const inner = cause instanceof AdapterError ? cause.cause : cause;
  const code = typeof inner === "object" && inner !== null && "code" in inner ? String(inner.code) : "";
  // An AggregateError of several addresses has an empty message of its own.
  const message = (inner instanceof Error && inner.message !== "" ? inner.message : code) || String(inner);
  if (code === LOCK_NOT_AVAILABLE) {
    return new AdapterError("unavailable", `${where} is busy with what others do; try again`, { cause });
  }
  if (
    AWAY.has(code) ||
    // What the driver says of a connection that breaks has no code.
    /timeout|connection terminated/i.test(message)
  ) {
    return new AdapterError("unavailable", `no connection to ${where}: ${message}`, { cause });
  }
  if (["28P01", "28000", "42501", "3D000"].includes(code)) {
    return new AdapterError("denied", `${where} refuses access: ${message}`, { cause });
  }
  if (code === "23503" && inner instanceof pg.DatabaseError && inner.constraint?.endsWith("_tenant_fkey")) {
    return new AdapterError("not-found", "there is no such tenant; create it first", { cause });
  }
  if (cause instanceof AdapterError) return cause;
  // What it says of data and statements it would say again.
  if (["22", "23", "42"].includes(code.slice(0, 2))) {
    return new AdapterError("invalid", `${where} refuses what it was asked: ${message}`, { cause });
  }
  return new AdapterError("unavailable", `${where} failed: ${message}`, { cause });
}
