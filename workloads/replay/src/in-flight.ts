import { assert } from "@apex/core";
import type { RequestBytes } from "./request-writer.ts";

/** A request that is neither answered nor given up. */
export interface InFlightRequest {
  /** Monotonic milliseconds: what all its times are measured from. */
  readonly intendedMs: number;
  readonly method: string;
  readonly bytes: RequestBytes;
  /** Whether a connection took it. From then on it is never sent again. */
  isWritten: boolean;
  isSettled: boolean;
  /** Gives up what carries or queues it, once it is settled. */
  abandon: (() => void) | undefined;
  /** Neighbours in send order; owned by {@link InFlight}. */
  older: InFlightRequest | undefined;
  newer: InFlightRequest | undefined;
}

/**
 * The requests in flight by intended send time. As all have the same time limit, the oldest is always the first to run out
 * of it: no timer per request.
 */
export class InFlight {
  #oldest: InFlightRequest | undefined;
  #newest: InFlightRequest | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): InFlightRequest | undefined {
    return this.#oldest;
  }

  add(request: InFlightRequest): void {
    request.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = request;
    else this.#newest.newer = request;
    this.#newest = request;
    this.#size++;
  }

  /** Takes a request out. */
  settle(request: InFlightRequest): void {
    assert(!request.isSettled, "a request ends once");
    request.isSettled = true;
    request.abandon = undefined;
    if (request.older === undefined) this.#oldest = request.newer;
    else request.older.newer = request.newer;
    if (request.newer === undefined) this.#newest = request.older;
    else request.newer.older = request.older;
    request.older = undefined;
    request.newer = undefined;
    this.#size--;
  }
}
