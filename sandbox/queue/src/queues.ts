import type { QueuedRun } from "@apex/core";
import { connect, type QueueServer } from "./backend.ts";
import { bullOptions, type LockTimes, type QueueConnection } from "./connection.ts";
import { isNotOurs, queueError } from "./errors.ts";
import { campaignFlow, DEAD_LETTERS_MAX, firstTicket, runsQueue, ticketId } from "./tickets.ts";
import { wakeWorkers } from "./wake.ts";

/** So many tickets are sent at a time. */
const BATCH = 200;
/** A run has at most so many tickets at a time. */
const TICKETS_MAX = 5;

/** A run that failed for good. */
export interface DeadLetter {
  readonly run: QueuedRun;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly failedAtMs: number;
}

/**
 * What tells the queues of runs. Each method throws an AdapterError (`unavailable`) when the server is away; nothing is lost then,
 * because every worker puts into the queues what the records know and they do not.
 */
export interface Queues {
  /** Twice is once. */
  enqueue(runs: readonly QueuedRun[]): Promise<void>;
  /** Takes runs out that nobody works on. */
  forget(tenant: string, runIds: readonly string[]): Promise<void>;
  /** Has a tenant's runs that wait for a time asked for now: after a campaign was resumed. */
  nudge(tenant: string): Promise<void>;
  /** The newest first, at most a thousand. */
  deadLetters(tenant: string): Promise<readonly DeadLetter[]>;
  close(): Promise<void>;
}

/** Those who only put in hold no tickets. */
const NO_LOCKS: LockTimes = { lockMs: 30_000, stalledCheckMs: 30_000 };

/** Opens the queues. Throws an AdapterError: `unavailable`, or `denied`. */
export async function openQueues(server: QueueServer): Promise<Queues> {
  // A lost connection shows in the next call.
  const connection = await connect(server, NO_LOCKS, () => undefined);
  const queues = queuesOn(connection);
  return {
    ...queues,
    close: async () => {
      await queues.close();
      await connection.close();
    },
  };
}

type RunQueue = ReturnType<typeof openRuns>;

function openRuns({ bull, prefix }: QueueConnection, tenant: string) {
  const queue = new bull.Queue<QueuedRun>(runsQueue(tenant), bullOptions(NO_LOCKS, prefix));
  // A lost connection shows in the next call.
  queue.on("error", () => undefined);
  return queue;
}

/** What becomes of a run's tickets: `queued` comes up next, `delayed` later, `held` when its worker is done or gone. */
export interface TicketState {
  readonly state: "queued" | "delayed" | "held";
  /** Of its last ticket. */
  readonly ordinal: number;
}

/** What the sweep needs beside. */
export interface SweptQueues extends Queues {
  /** Of a tenant's runs, by {@link ticketId}. */
  ticketStates(tenant: string): Promise<ReadonlyMap<string, TicketState>>;
  /** Has a run come up that has tickets which do not: a delay is ended, and beside one that is held another is queued. */
  bringUp(run: QueuedRun, known: TicketState): Promise<void>;
}

/** The queues on a connection that stays the caller's. */
export function queuesOn(connection: QueueConnection): SweptQueues {
  const opened = new Map<string, RunQueue>();
  const flows = new connection.bull.FlowProducer(bullOptions(NO_LOCKS, connection.prefix));
  flows.on("error", () => undefined);
  const queueOf = (tenant: string): RunQueue => {
    const known = opened.get(tenant);
    if (known !== undefined) return known;
    const queue = openRuns(connection, tenant);
    opened.set(tenant, queue);
    return queue;
  };
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw queueError(cause, connection.name);
    }
  };
  return {
    enqueue: (runs) =>
      asked(async () => {
        await readmit(runs, queueOf);
        for (const batch of batches(runs)) {
          const { tenant, campaignId } = batch[0] as QueuedRun;
          await flows.add(campaignFlow(batch, { tenant, campaignId }));
        }
        wakeWorkers();
      }),
    forget: (tenant, runIds) =>
      asked(async () => {
        for (let from = 0; from < runIds.length; from += BATCH) {
          await Promise.all(
            runIds.slice(from, from + BATCH).map((runId) => queueOf(tenant).remove(ticketId(runId))),
          );
        }
      }),
    nudge: (tenant) =>
      asked(async () => {
        await queueOf(tenant).promoteJobs({ count: BATCH });
        wakeWorkers();
      }),
    deadLetters: (tenant) =>
      asked(async () => {
        const failed = await queueOf(tenant).getFailed(0, DEAD_LETTERS_MAX - 1);
        return failed.map((job) => ({
          run: job.data,
          reason: job.failedReason,
          failedAtMs: job.finishedOn ?? job.timestamp,
        }));
      }),
    ticketStates: (tenant) => asked(() => statesIn(queueOf(tenant))),
    bringUp: (run, known) =>
      asked(async () => {
        const { tenant, campaignId, runId } = run;
        if (known.state === "delayed") await endDelays(queueOf(tenant), runId, known.ordinal);
        else if (known.ordinal < TICKETS_MAX)
          await flows.add(campaignFlow([run], { tenant, campaignId }, known.ordinal + 1));
        wakeWorkers();
      }),
    close: async () => {
      await Promise.all([...opened.values(), flows].map((one) => one.close()));
    },
  };
}

/** A run that is to be done again may still lie with those that failed, under the same id. */
async function readmit(runs: readonly QueuedRun[], queueOf: (tenant: string) => RunQueue): Promise<void> {
  for (const [tenant, own] of Map.groupBy(runs, (run) => run.tenant)) {
    const failed = new Set(await queueOf(tenant).getRanges(["failed"], 0, -1));
    const again = own.filter(({ runId }) => failed.has(ticketId(runId)));
    await Promise.all(again.map(({ runId }) => queueOf(tenant).remove(ticketId(runId))));
  }
}

async function endDelays(queue: RunQueue, runId: string, ordinals: number): Promise<void> {
  for (let ordinal = 1; ordinal <= ordinals; ordinal++) {
    const job = await queue.getJob(ticketId(runId, ordinal));
    try {
      await job?.promote();
    } catch (cause) {
      // It came up by itself.
      if (!isNotOurs(cause)) throw cause;
    }
  }
}

const QUEUED = ["queued", ["waiting", "prioritized"]] as const;
/**
 * From what keeps a run waiting longest to what brings it up next: of several tickets the last one here counts. What is queued is
 * asked first as well: a ticket that is taken between two questions would be seen in neither.
 */
const STATES = [QUEUED, ["held", ["active"]], ["delayed", ["delayed"]], QUEUED] as const;

async function statesIn(queue: RunQueue): Promise<ReadonlyMap<string, TicketState>> {
  const states = new Map<string, TicketState>();
  for (const [state, types] of STATES) {
    for (const id of await queue.getRanges([...types], 0, -1)) {
      const { first, ordinal } = firstTicket(id);
      states.set(first, { state, ordinal: Math.max(ordinal, states.get(first)?.ordinal ?? 1) });
    }
  }
  return states;
}

/** Runs by campaign, in pieces. */
function batches(runs: readonly QueuedRun[]): readonly (readonly QueuedRun[])[] {
  const byCampaign = Map.groupBy(runs, (run) => JSON.stringify([run.tenant, run.campaignId]));
  return [...byCampaign.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / BATCH) }, (_, index) =>
      own.slice(index * BATCH, (index + 1) * BATCH),
    ),
  );
}
