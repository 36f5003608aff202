import { Lane, type LaneOptions } from "./lane.ts";

/** Timers fire up to about so late; what is nearer is slept through, deaf but to the point. */
const TIMER_LATENESS_MS = 1;
const TIMER_MIN_MS = 2 * TIMER_LATENESS_MS;

/**
 * A lane on the server's own thread, in turns with its connections: for machines of up to one core, where a second thread
 * would only take the quota away from the first.
 */
export class LoopLane {
  readonly lane: Lane;
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(options: LaneOptions) {
    this.lane = new Lane(options);
  }

  /** Something may have been queued. */
  wake(): void {
    if (this.#immediate) return;
    if (this.#timer && !this.lane.hasFreeSlot) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate = setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#immediate = undefined;
    this.#timer = undefined;
    const idleMs = this.lane.turn() / 1e3;
    if (idleMs === Number.POSITIVE_INFINITY) return;
    if (idleMs >= TIMER_MIN_MS) {
      this.#timer = setTimeout(this.#turn, Math.floor(idleMs - TIMER_LATENESS_MS));
      return;
    }
    if (idleMs > 0) Atomics.wait(this.#never, 0, 0, Math.min(idleMs, TIMER_LATENESS_MS));
    this.#immediate = setImmediate(this.#turn);
  };
}
