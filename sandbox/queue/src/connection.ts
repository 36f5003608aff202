import type { ConnectionOptions, IQueueBackend, withBackend } from "bullmq";

/** How BullMQ is to treat tickets that a worker holds. */
export interface LockTimes {
  /** A ticket whose worker was not heard of for so long goes to another. */
  readonly lockMs: number;
  /** How often such tickets are looked for. */
  readonly stalledCheckMs: number;
}

/** One connection to the queue's server, for any number of queues. It reconnects by itself. */
export interface QueueConnection {
  /** "Redis" or "PostgreSQL", for messages. */
  readonly name: string;
  /** The beginning of every key in Redis, "apex-1b4e28ba". */
  readonly prefix: string;
  readonly bull: ReturnType<typeof withBackend<IQueueBackend, ConnectionOptions>>;
  close(): Promise<void>;
}

/** BullMQ's options of every queue and worker. The records bound how often a run is tried, so a ticket may stall any number of times. */
export function bullOptions(times: LockTimes, prefix: string) {
  return {
    // Every queue goes over the one connection.
    connection: {},
    prefix,
    lockDuration: times.lockMs,
    stalledInterval: times.stalledCheckMs,
    maxStalledCount: 1_000_000,
    // Nobody reads BullMQ's own events here.
    streams: { events: { maxLen: 100 } },
  };
}
