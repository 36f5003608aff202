import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError, type RunExecutor, type RunRecords, type WorkerIdentity } from "@apex/core";
import { attempt } from "./attempt.ts";
import { connect, type QueueServer } from "./backend.ts";
import type { LockTimes, QueueConnection } from "./connection.ts";
import { type Capacity, roomOf } from "./capacity.ts";
import type { OnEvent } from "./events.ts";
import { type Health, healthOf } from "./health.ts";
import { hostRefusals } from "./host-refusals.ts";
import { idleness } from "./idleness.ts";
import { type Intake, intakeOf } from "./intake.ts";
import { queuesOn } from "./queues.ts";
import { endCampaigns, overdueAfter, type SweepOptions, sweep } from "./sweep.ts";
import { type Taking, takingFrom } from "./taking.ts";
import { type Waker, waker } from "./wake.ts";

const POLL_MIN_MS = 200;
const POLL_MAX_MS = 1_000;
/** A server that was away is back when nothing has failed for so long. */
const QUIET_MS = 2_000;
/** A run that could be done and whose ticket did not come up for so many times its lock gets a second one. */
const OVERDUE_LOCKS = 4;

/** How a worker keeps time. All have defaults for real use; tests are in more of a hurry. */
export interface WorkerTimes extends LockTimes {
  readonly sweepMs: number;
  /** How long smaller runs may go before a large one that waits for room. */
  readonly patienceMs: number;
}

const TIMES: WorkerTimes = { lockMs: 30_000, stalledCheckMs: 15_000, sweepMs: 15_000, patienceMs: 30_000 };

export interface WorkerOptions {
  readonly server: QueueServer;
  readonly records: RunRecords;
  /** One for each kind of run. */
  readonly executors: readonly RunExecutor[];
  readonly capacity: Capacity;
  readonly identity: WorkerIdentity;
  /** Removes what dead workers left on this host. Called at every sweep. */
  readonly reap: (signal: AbortSignal) => Promise<void>;
  readonly onEvent?: OnEvent;
  readonly times?: Partial<WorkerTimes>;
}

export interface QueueWorker {
  /**
   * Does runs until `signal` is aborted: then every attempt is aborted, given back and waited for.
   * A queue or database that goes away is waited for; only one that refuses access, or whose address is none, throws (AdapterError, `denied` or `invalid`).
   */
  run(signal: AbortSignal): Promise<void>;
}

/** A worker for this host. */
export function openWorker(options: WorkerOptions): QueueWorker {
  const times = { ...TIMES, ...options.times };
  const onEvent: OnEvent = options.onEvent ?? (() => undefined);
  return {
    async run(signal) {
      const queueHealth = healthOf("queue", onEvent, QUIET_MS);
      const connection = await connected(options.server, times, queueHealth, signal);
      if (connection === undefined) return;
      const wake = waker();
      signal.addEventListener("abort", wake.wake, { once: true });
      const queues = queuesOn(connection);
      try {
        await work({ ...options, times, onEvent, connection, queues, queueHealth, wake, signal });
      } finally {
        wake.close();
        signal.removeEventListener("abort", wake.wake);
        await queues.close();
        await connection.close();
      }
    },
  };
}

/** A worker that starts before its queue's server waits for it. */
async function connected(
  server: QueueServer,
  times: LockTimes,
  health: Health,
  signal: AbortSignal,
): Promise<QueueConnection | undefined> {
  while (!signal.aborted) {
    try {
      const connection = await connect(server, times, (cause) => health.failed(cause));
      health.fine();
      return connection;
    } catch (cause) {
      if (cause instanceof AdapterError && cause.kind !== "unavailable") throw cause;
      health.failed(cause);
      await sleep(health.pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

interface Running extends Required<Omit<WorkerOptions, "times" | "server">> {
  readonly times: WorkerTimes;
  readonly connection: QueueConnection;
  readonly queues: SweepOptions["queues"];
  readonly queueHealth: Health;
  readonly wake: Waker;
  readonly signal: AbortSignal;
}

async function work(running: Running): Promise<void> {
  const { connection, times, queueHealth, onEvent } = running;
  const recordsHealth = healthOf("records", onEvent, QUIET_MS);
  const taking = takingFrom(connection, times, queueHealth);
  const room = roomOf(running.capacity);
  const refusals = hostRefusals(onEvent);
  const intake = intakeOf({
    ...running,
    taking,
    refusals,
    room,
    patienceMs: times.patienceMs,
    recordsHealth,
  });
  const attempts = new Set<Promise<void>>();
  const start: Start = ({ claim, ticket }) => {
    const free = room.take(claim.reservation);
    const executor = running.executors.find(({ kind }) => kind === claim.kind);
    const done: Promise<void> = attempt({
      ...running,
      claim,
      ticket,
      executor,
      health: recordsHealth,
      stop: running.signal,
    })
      .then((ending) => refusals.ended(ticket.run, ending))
      .catch((cause: unknown) => onEvent({ kind: "trouble", what: "an attempt", message: String(cause) }))
      .finally(() => {
        free();
        attempts.delete(done);
        running.wake.wake();
      });
    attempts.add(done);
  };
  const sweeping = sweepNowAndThen({ ...running, recordsHealth, taking });
  try {
    await takeUntilStopped({ ...running, recordsHealth, taking, intake, attempts, start });
  } finally {
    await Promise.all([intake.close(), ...attempts]);
    await sweeping;
    await taking.close();
  }
}

type Start = (found: Extract<Awaited<ReturnType<Intake["next"]>>, { readonly kind: "claimed" }>) => void;

async function takeUntilStopped(
  running: Running & {
    readonly recordsHealth: Health;
    readonly taking: Taking;
    readonly intake: Intake;
    readonly attempts: ReadonlySet<Promise<void>>;
    readonly start: Start;
  },
): Promise<void> {
  const { signal, intake, wake, attempts, queueHealth, recordsHealth } = running;
  const idle = idleness({ ...running, obstacleTo: intake.obstacleTo });
  let pauseMs = POLL_MIN_MS;
  while (!signal.aborted) {
    const found = await intake.next();
    if (found.kind === "claimed" || found.kind === "look-again") {
      pauseMs = POLL_MIN_MS;
      if (found.kind === "look-again") continue;
      idle.busy();
      running.start(found);
      continue;
    }
    if (found.kind === "nothing") {
      await finishCampaigns(running);
      if (attempts.size === 0) await idle.look(found.isAnyoneWaiting);
    }
    await wake.sleep(Math.max(pauseMs, queueHealth.pauseMs, recordsHealth.pauseMs));
    pauseMs = Math.min(pauseMs * 1.5, POLL_MAX_MS);
  }
}

/** Campaigns whose runs' tickets are all gone need not wait for the sweep. */
async function finishCampaigns(
  running: Pick<Running, "records" | "onEvent" | "queueHealth"> & {
    readonly recordsHealth: Health;
    readonly taking: Taking;
  },
): Promise<void> {
  try {
    while ((await running.taking.takeCampaign()) !== undefined) await endCampaigns(running);
  } catch (cause) {
    running.queueHealth.failed(cause);
  }
}

/** At the start, and then about every `sweepMs`; many workers that start together do not sweep together for long. */
async function sweepNowAndThen(
  running: Running & { readonly recordsHealth: Health; readonly taking: Taking },
): Promise<void> {
  const { signal, times } = running;
  const overdue = overdueAfter(OVERDUE_LOCKS * times.lockMs);
  while (!signal.aborted) {
    await sweep({ ...running, overdue });
    await running.taking.closeIdle();
    await sleep(times.sweepMs * (0.7 + Math.random() * 0.6), undefined, { signal }).catch(() => undefined);
  }
}
