import {
  DEFAULT_SCHEMA,
  type PgPool,
  PostgresConnection,
  PostgresQueueBackend,
  runMigrations,
  withBackend,
} from "bullmq";
import pg from "pg";
import { bullOptions, type LockTimes, type QueueConnection } from "./connection.ts";
import { queueError } from "./errors.ts";

const NAME = "PostgreSQL (the queue)";
/** The schema is in the database of one installation. */
const PREFIX = "apex";
const CONNECTIONS_MAX = 4;
const CONNECT_MAX_MS = 10_000;
/** A server that is reached and says nothing for so long counts as away. */
const QUERY_MAX_MS = 15_000;

/** Where a PostgreSQL is: what DATABASE_URL holds, or its parts. */
export type PostgresServer =
  | string
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port?: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** Connects to PostgreSQL and brings BullMQ's schema to its newest version there. */
export async function connectPostgres(
  server: PostgresServer,
  times: LockTimes,
  onError: (cause: unknown) => void,
): Promise<QueueConnection> {
  const pool = new pg.Pool({
    ...(typeof server === "string" ? { connectionString: server } : server),
    options: `-c search_path=${DEFAULT_SCHEMA}`,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MAX_MS,
    query_timeout: QUERY_MAX_MS,
    keepAlive: true,
    application_name: "apex queue",
    allowExitOnIdle: true,
  });
  pool.on("error", onError);
  // The pool listens to idle clients only: without this a server that dies under a query would end our process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client, DEFAULT_SCHEMA);
    } finally {
      client.release();
    }
    // BullMQ writes the same shape down in its own words.
    const shared = pool as unknown as PgPool;
    const connection = new PostgresConnection(shared);
    const root = new PostgresQueueBackend(
      connection,
      "apex",
      { ...bullOptions(times, PREFIX), connection: shared },
      false,
    );
    await root.waitUntilReady();
    return {
      name: NAME,
      prefix: PREFIX,
      bull: withBackend((name) => root.forQueue(name)),
      close: () => pool.end(),
    };
  } catch (cause) {
    await pool.end();
    throw queueError(cause, NAME);
  }
}
