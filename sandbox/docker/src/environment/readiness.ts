import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { monotonicMs } from "../run/clock.ts";

/** Between two tries; short at first, because most services are there at once. */
const PAUSES_MS = [2, 3, 5, 10, 15, 25] as const;
/** How often the engine is asked whether the container still runs. */
const STATE_EVERY_MS = 200;

/** What is waited for. */
export interface Readiness {
  readonly host: string;
  readonly port: number;
  /** Absent: accepting a connection is enough. */
  readonly path?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether there is still something to wait for. */
  isRunning(): Promise<boolean>;
}

/** How the waiting ended; `last` is what the last try met. */
export type ReadinessEnd =
  | { readonly kind: "ready" }
  | { readonly kind: "exited" }
  | { readonly kind: "late"; readonly last: string };

function connects({ host, port, signal }: Readiness, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(timeoutMs, () => end("connecting took too long"));
    socket.once("connect", () => end(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function answers({ host, port, path, signal }: Readiness, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = request({ host, port, path, signal, agent: false, timeout: timeoutMs }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(status >= 200 && status < 300 ? undefined : `${path} answered ${status}`);
    });
    probe.once("timeout", () => probe.destroy(new Error(`${path} did not answer`)));
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.end();
  });
}

/** Aborts `over` once there is nothing more to wait for: connecting to a container that has ended fails after seconds only. */
async function watch(readiness: Readiness, over: AbortController): Promise<void> {
  while (!over.signal.aborted) {
    await pause(STATE_EVERY_MS, undefined, { signal: over.signal }).catch(() => {});
    if (!over.signal.aborted && !(await readiness.isRunning())) over.abort();
  }
}

async function probeUntil(readiness: Readiness, endMs: number): Promise<string | undefined> {
  const probe = readiness.path === undefined ? connects : answers;
  for (let tries = 0; ; tries++) {
    const why = await probe(readiness, Math.max(1, Math.ceil(endMs - monotonicMs())));
    if (why === undefined || readiness.signal.aborted || monotonicMs() >= endMs) return why;
    await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
  }
}

/** Waits until a service accepts connections and, where a path is given, answers it with 2xx. Throws the signal's reason. */
export async function untilReady(readiness: Readiness): Promise<ReadinessEnd> {
  const over = new AbortController();
  const signal = AbortSignal.any([readiness.signal, over.signal]);
  const watching = watch(readiness, over);
  try {
    const why = await probeUntil({ ...readiness, signal }, monotonicMs() + readiness.timeoutMs);
    readiness.signal.throwIfAborted();
    if (why === undefined) return { kind: "ready" };
    return over.signal.aborted || !(await readiness.isRunning())
      ? { kind: "exited" }
      : { kind: "late", last: why };
  } finally {
    over.abort();
    await watching;
  }
}
