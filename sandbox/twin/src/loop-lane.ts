import { processCpuUs } from "./clocks.ts";
import { Lane, type LaneOptions } from "./lane.ts";

/** Timers count whole milliseconds. */
const TIMER_STEP_MS = 1;
/** Deaf to the connections at most so long at a time. */
const DEAF_MS_MAX = 1;

/**
 * A lane on the server's own thread, in turns with its connections: for machines of up to one core, where a second thread
 * would only take the quota away from the first.
 */
export class LoopLane {
  readonly lane: Lane;
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(options: Omit<LaneOptions, "clockUs">) {
    // All that the program does is for the requests, so all of it counts.
    this.lane = new Lane({ ...options, clockUs: processCpuUs });
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
    const { us, isExact } = this.lane.turn();
    if (us === Number.POSITIVE_INFINITY) return;
    const restMs = us / 1e3;
    if (restMs > (isExact ? TIMER_STEP_MS : 0)) {
      this.#timer = setTimeout(this.#turn, Math.max(TIMER_STEP_MS, Math.floor(restMs)));
      return;
    }
    // Shorter than any timer: asleep all the same, deaf but to the point.
    if (restMs > 0) Atomics.wait(this.#never, 0, 0, Math.min(restMs, DEAF_MS_MAX));
    this.#immediate = setImmediate(this.#turn);
  };
}
