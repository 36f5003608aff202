import { AdapterError } from "@apex/core";
import { createRedisBackend, withBackend } from "bullmq";
import { Redis } from "ioredis";
import type { QueueServer } from "./backend.ts";
import { bullOptions, type LockTimes, type QueueConnection } from "./connection.ts";
import { queueError } from "./errors.ts";

const NAME = "Redis (REDIS_URL)";
const CONNECT_MAX_MS = 10_000;
/** A server that is reached and says nothing for so long counts as away. */
const COMMAND_MAX_MS = 15_000;
const RECONNECT_MAX_MS = 2_000;

/** The length of the installation's part of every key. */
const INSTALLATION_LENGTH = 8;

/** Connects to Redis at a URL ("redis://host:6379/0", or the path of a socket). */
export async function connectRedis(
  { url, installation }: Extract<QueueServer, { readonly kind: "redis" }>,
  times: LockTimes,
  onError: (cause: unknown) => void,
): Promise<QueueConnection> {
  const client = clientOf(url);
  // Of a connection that is refused ioredis itself says only that it is closed.
  let lastError: unknown;
  client.on("error", (cause) => {
    lastError = cause;
    onError(cause);
  });
  try {
    await client.connect();
    const id = typeof installation === "string" ? installation : await installation();
    const prefix = `apex-${id.slice(0, INSTALLATION_LENGTH)}`;
    const options = { ...bullOptions(times, prefix), connection: client, skipVersionCheck: true };
    const root = createRedisBackend("apex", options);
    root.on("error", onError);
    await root.waitUntilReady();
    return {
      name: NAME,
      prefix,
      bull: withBackend((name) => root.forQueue(name)),
      close: async () => {
        await root.close();
        client.disconnect();
      },
    };
  } catch (cause) {
    client.disconnect();
    throw queueError(lastError ?? cause, NAME);
  }
}

/** Other text would be the path of a socket, and failures would show it: with the password that may be in it. */
const ADDRESS = /^(?:rediss?:\/\/[^#\s]*|\/.*)$/;

function clientOf(url: string): Redis {
  try {
    if (!ADDRESS.test(url)) throw new TypeError("no address");
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MAX_MS,
      commandTimeout: COMMAND_MAX_MS,
      // While the server is away a command fails at once: a worker has better things to do than to wait for a ticket.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempts) => Math.min(100 * attempts, RECONNECT_MAX_MS),
      connectionName: "apex",
    });
    // Every queue listens to the one connection.
    return client.setMaxListeners(0);
  } catch (cause) {
    const text = "REDIS_URL is no address of a Redis: write it as redis://:password@host:6379/0";
    throw new AdapterError("invalid", text, { cause });
  }
}
