import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { QueuedRun } from "@apex/core";
import { type Job, UnrecoverableError, type Worker } from "bullmq";
import { bullOptions, type LockTimes, type QueueConnection } from "./connection.ts";
import { isNotOurs } from "./errors.ts";
import type { Health } from "./health.ts";
import { CAMPAIGNS, type CampaignTicket, runsQueue } from "./tickets.ts";

/** A ticket that could not be put away is tried again so often. After that its lock runs out and another worker gets it. */
const PUT_AWAY_TRIES = 4;
const PUT_AWAY_PAUSE_MS = 250;
/** A tenant that has had nothing for so long is looked at again when it has. */
const IDLE_MS = 10 * 60_000;

/**
 * A run's ticket in this worker's hands. What is done with it never throws: a ticket that is somebody else's by now, or whose
 * server is away, comes up again, and the records then say what is left to do.
 */
export interface Ticket {
  readonly run: QueuedRun;
  /** Keeps it from others until the returned function is called. */
  hold(): () => void;
  /** Comes up again after so long. */
  later(ms: number): Promise<void>;
  /** Comes up again at once. */
  giveBack(): Promise<void>;
  /** Needed no more. */
  done(): Promise<void>;
  /** Put to those that failed for good. */
  dead(reason: string): Promise<void>;
}

/** Takes tickets out of the queues. Methods throw what the queue's server throws. */
export interface Taking {
  /** The next ticket of a tenant, by priority. */
  take(tenant: string): Promise<Ticket | undefined>;
  /** Takes the ticket of a campaign whose runs' tickets are all gone. */
  takeCampaign(): Promise<CampaignTicket | undefined>;
  /** Lets go of the queues of tenants that had nothing to do for long: each costs a look at its stalled tickets now and then. */
  closeIdle(): Promise<void>;
  close(): Promise<void>;
}

export function takingFrom(connection: QueueConnection, times: LockTimes, health: Health): Taking {
  const workers = new Map<string, Worker>();
  const lastUsed = new Map<string, number>();
  const workerOf = (queue: string): Worker => {
    lastUsed.set(queue, performance.now());
    const known = workers.get(queue);
    if (known !== undefined) return known;
    const options = { ...bullOptions(times, connection.prefix), autorun: false };
    const worker = new connection.bull.Worker(queue, null, options) as unknown as Worker;
    worker.on("error", (cause) => health.failed(cause));
    workers.set(queue, worker);
    // Tickets of workers that died come back by this.
    void worker.startStalledCheckTimer();
    return worker;
  };
  const next = async <Data>(queue: string, token: string): Promise<Job<Data> | undefined> => {
    const job: Job<Data> | undefined = await workerOf(queue).getNextJob(token, { block: false });
    health.fine();
    return job;
  };
  return {
    async take(tenant) {
      const token = randomUUID();
      const job = await next<QueuedRun>(runsQueue(tenant), token);
      if (job === undefined) return undefined;
      // While one of its tickets is held the queue is in use.
      const use = (): void => void lastUsed.set(runsQueue(tenant), performance.now());
      return ticketOf(job, { token, lockMs: times.lockMs, use });
    },
    async takeCampaign() {
      const token = randomUUID();
      const job = await next<CampaignTicket>(CAMPAIGNS, token);
      if (job === undefined) return undefined;
      // Runs may have been put back in the meantime.
      if (await job.moveToWaitingChildren(token)) return undefined;
      await putAway(() => job.moveToCompleted(null, token, false));
      return job.data;
    },
    async closeIdle() {
      for (const [queue, worker] of workers) {
        if (performance.now() - (lastUsed.get(queue) ?? 0) < IDLE_MS) continue;
        workers.delete(queue);
        lastUsed.delete(queue);
        await worker.close(true);
      }
    },
    async close() {
      await Promise.all([...workers.values()].map((worker) => worker.close(true)));
    },
  };
}

interface TicketLock {
  readonly token: string;
  readonly lockMs: number;
  readonly use: () => void;
}

function ticketOf(job: Job<QueuedRun>, { token, lockMs, use }: TicketLock): Ticket {
  return {
    run: job.data,
    hold() {
      const timer = setInterval(() => {
        use();
        // A lock that is lost costs nothing but a second delivery.
        job.extendLock(token, lockMs).catch(() => undefined);
      }, lockMs / 3);
      return () => clearInterval(timer);
    },
    later: (ms) => putAway(() => job.moveToDelayed(Date.now() + ms, token)),
    giveBack: () => putAway(() => job.moveToWait(token)),
    done: () => putAway(() => job.moveToCompleted(null, token, false)),
    dead: (reason) => putAway(() => job.moveToFailed(new UnrecoverableError(reason), token, false)),
  };
}

async function putAway(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; tries <= PUT_AWAY_TRIES; tries++) {
    try {
      await work();
      return;
    } catch (cause) {
      if (isNotOurs(cause)) return;
      await sleep(PUT_AWAY_PAUSE_MS * tries, undefined, { ref: false });
    }
  }
}
