import { AdapterError, assert, type Endpoint, type ReplayFailure } from "@apex/core";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { InFlightRequest } from "./in-flight.ts";
import { monotonicMs } from "./monotonic-clock.ts";
import type { Traffic } from "./recorder.ts";

/** An attempt to connect that takes longer is given up and made again, for as long as a request wants it. */
const CONNECT_TIMEOUT_MS = 3_000;
/**
 * Idle connections are not used again after this: the common servers that close early do so after 5 s (Node's
 * `keepAliveTimeout`, Apache's `KeepAliveTimeout`), and a request written into a closing connection is lost.
 */
const IDLE_MAX_MS = 4_000;
/** So much before the server's own limit, or half of a short one, a connection is not used again. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
/** A server that announced to close gets so long, so that the port lingers on its side and not on ours. */
const CLOSING_MAX_MS = 250;

/** The queue is moved to its front when so many have left it. */
const COMPACTION_MIN = 1_024;

/** Errors of this machine, not of the service: they would be counted against the wrong side. */
const LOCAL_ERRORS: Readonly<Record<string, string>> = {
  EMFILE: "this process may not open more files: raise `ulimit -n` or lower the number of connections",
  ENFILE: "this machine may not open more files: raise fs.file-max or lower the number of connections",
  EADDRNOTAVAIL: "this machine has no local port left: lower the rate or let the service keep connections",
  ENOBUFS: "this machine has no buffers left for sockets",
  ENOMEM: "this machine has no memory left for sockets",
};

/** What becomes of the requests of a pool. */
export interface PoolOwner {
  readonly traffic: Traffic;
  onWritten(request: InFlightRequest): void;
  onAnswer(request: InFlightRequest, status: number): void;
  onFailure(request: InFlightRequest, failure: ReplayFailure): void;
  /** This machine cannot go on. */
  onBroken(error: AdapterError): void;
}

/**
 * The connections to one target. An idle one is reused last in, first out, so that as few as possible stay warm and the
 * others run out; requests that find none and may not open another wait in order.
 */
export class TargetPool implements ConnectionOwner {
  readonly target: Endpoint;
  readonly #connectionsMax: number;
  readonly #connections = new Set<Connection>();
  readonly #idle: Connection[] = [];
  /** In order, from `#firstWaiting`. */
  #waiting: InFlightRequest[] = [];
  #firstWaiting = 0;
  #connecting = 0;
  #attached: PoolOwner | undefined;

  constructor(target: Endpoint, connectionsMax: number) {
    this.target = target;
    this.#connectionsMax = connectionsMax;
  }

  get traffic(): Traffic {
    return this.#owner.traffic;
  }

  get #owner(): PoolOwner {
    assert(this.#attached !== undefined, "a pool opens nothing before it has an owner");
    return this.#attached;
  }

  /** Tells `owner` what happens from now on; only while no request is in the pool. */
  attach(owner: PoolOwner): void {
    this.#attached = owner;
  }

  dispatch(request: InFlightRequest): void {
    const connection = this.#takeIdle();
    if (connection !== undefined) return this.#write(connection, request);
    request.abandon = () => this.#dropSettled();
    this.#waiting.push(request);
    if (this.#connections.size >= this.#connectionsMax) this.#owner.traffic.waitedForConnection++;
    else this.#open();
  }

  /** Closes what has been idle, connecting or closing for too long. To be called now and then. */
  sweep(nowMs: number): void {
    for (const connection of this.#connections) {
      if (nowMs - connection.sinceMs > patienceMs(connection)) connection.destroy();
    }
  }

  close(): void {
    this.#waiting = [];
    this.#firstWaiting = 0;
    for (const connection of this.#connections) connection.destroy();
  }

  onOpen(connection: Connection): void {
    this.#connecting--;
    this.#owner.traffic.connectionsOpened++;
    this.#reuse(connection);
  }

  onRefused(_connection: Connection, error: NodeJS.ErrnoException): void {
    const advice = LOCAL_ERRORS[error.code ?? ""];
    if (advice !== undefined)
      return this.#owner.onBroken(new AdapterError("unavailable", `The replay stopped: ${advice}.`));
    const request = this.#nextWaiting();
    if (request !== undefined) this.#owner.onFailure(request, "refused");
  }

  onAnswer(connection: Connection, request: InFlightRequest, status: number): void {
    connection.sinceMs = monotonicMs();
    this.#owner.onAnswer(request, status);
    if (connection.state === "idle") this.#reuse(connection);
  }

  onFailure(_connection: Connection, request: InFlightRequest, failure: ReplayFailure): void {
    this.#owner.onFailure(request, failure);
  }

  onClosed(connection: Connection, wasConnecting: boolean): void {
    this.#connections.delete(connection);
    if (wasConnecting) this.#connecting--;
    const index = this.#idle.indexOf(connection);
    if (index !== -1) this.#idle.splice(index, 1);
    this.#dropSettled();
    if (this.#waiting.length - this.#firstWaiting > this.#connecting) this.#open();
  }

  #open(): void {
    if (this.#connections.size >= this.#connectionsMax) return;
    const connection = new Connection(this.target.host, this.target.port, this);
    connection.sinceMs = monotonicMs();
    this.#connections.add(connection);
    this.#connecting++;
  }

  #reuse(connection: Connection): void {
    const request = this.#nextWaiting();
    if (request !== undefined) return this.#write(connection, request);
    connection.sinceMs = monotonicMs();
    this.#idle.push(connection);
  }

  #write(connection: Connection, request: InFlightRequest): void {
    request.abandon = () => connection.destroy();
    request.isWritten = true;
    connection.send(request);
    this.#owner.onWritten(request);
  }

  #takeIdle(): Connection | undefined {
    const nowMs = monotonicMs();
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return undefined;
      if (connection.isUsable && nowMs - connection.sinceMs <= patienceMs(connection)) return connection;
      connection.destroy();
    }
  }

  #nextWaiting(): InFlightRequest | undefined {
    this.#dropSettled();
    const request = this.#waiting[this.#firstWaiting];
    if (request !== undefined) this.#firstWaiting++;
    return request;
  }

  /** Requests run out of time in order, so those that did stand first. */
  #dropSettled(): void {
    while (this.#waiting[this.#firstWaiting]?.isSettled === true) this.#firstWaiting++;
    if (this.#firstWaiting < COMPACTION_MIN || this.#firstWaiting * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#firstWaiting);
    this.#firstWaiting = 0;
  }
}

/** How long a connection may stay in its state. */
function patienceMs({ state, keepAliveTimeoutMs }: Connection): number {
  switch (state) {
    case "connecting":
      return CONNECT_TIMEOUT_MS;
    case "closing":
      return CLOSING_MAX_MS;
    case "idle":
      return keepAliveTimeoutMs === 0
        ? IDLE_MAX_MS
        : Math.min(IDLE_MAX_MS, Math.max(keepAliveTimeoutMs / 2, keepAliveTimeoutMs - KEEP_ALIVE_MARGIN_MS));
    default:
      return Number.POSITIVE_INFINITY;
  }
}
