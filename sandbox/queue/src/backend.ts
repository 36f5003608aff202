import type { LockTimes, QueueConnection } from "./connection.ts";
import { connectPostgres, type PostgresServer } from "./postgres.ts";
import { connectRedis } from "./redis.ts";

/** Where tickets wait. In PostgreSQL they have a schema of their own, "bullmq", in the database of the records. */
export type QueueServer =
  | {
      readonly kind: "redis";
      readonly url: string;
      /**
       * The id of the records' database, or what asks for it with each connection: that may be away as well. Several may share a Redis,
       * and tickets that are unknown to the records are thrown away.
       */
      readonly installation: string | (() => Promise<string>);
    }
  | { readonly kind: "postgres"; readonly connection: PostgresServer };

/**
 * Connects, and brings the schema there where it is needed. `onError` hears of lost connections.
 * Throws an AdapterError: `unavailable` where nothing answers, `denied` where it does and refuses.
 */
export function connect(
  server: QueueServer,
  times: LockTimes,
  onError: (cause: unknown) => void,
): Promise<QueueConnection> {
  return server.kind === "redis"
    ? connectRedis(server, times, onError)
    : connectPostgres(server.connection, times, onError);
}
