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

/** Waits until a service accepts connections and, where a path is given, answers it with 2xx. Throws the signal's reason. */
export async function untilReady(readiness: Readiness): Promise<ReadinessEnd> {
  const endMs = monotonicMs() + readiness.timeoutMs;
  let checkedMs = monotonicMs();
  for (let tries = 0; ; tries++) {
    const leftMs = Math.max(1, Math.ceil(endMs - monotonicMs()));
    const probe = readiness.path === undefined ? connects : answers;
    const why = await probe(readiness, leftMs);
    readiness.signal.throwIfAborted();
    if (why === undefined) return { kind: "ready" };
    if (monotonicMs() >= endMs)
      return (await readiness.isRunning()) ? { kind: "late", last: why } : { kind: "exited" };
    if (monotonicMs() - checkedMs > STATE_EVERY_MS) {
      if (!(await readiness.isRunning())) return { kind: "exited" };
      checkedMs = monotonicMs();
    }
    await pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
  }
}
