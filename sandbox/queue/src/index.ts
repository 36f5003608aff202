/**
 * Queues and workers: brings runs to machines that have room for them. Tickets wait in BullMQ, on Redis or PostgreSQL; what is
 * done, by whom and for how much is decided by the records alone. Not for: what a run does, which its executor knows.
 */
export type { QueueServer } from "./backend.ts";
export type { Capacity } from "./capacity.ts";
export type { IdleWaiting, OnEvent, WorkerEvent } from "./events.ts";
export type { PostgresServer } from "./postgres.ts";
export { type DeadLetter, openQueues, type Queues } from "./queues.ts";
export { openWorker, type QueueWorker, type WorkerOptions, type WorkerTimes } from "./worker.ts";
