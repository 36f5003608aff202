import { monotonicUs } from "./clocks.ts";
import { CpuBurner } from "./cpu-burner.ts";
import { SlotPacer } from "./slot-pacer.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Long enough that looking around costs little, short enough that no connection waits long: see the README. */
const QUANTUM_US = 500;
/** Covers the lateness of timers; far below the 100 ms for which the kernel stalls who exceeds its quota. */
const CATCH_UP_US = 4000;

/** What a lane is made of. */
export interface LaneOptions {
  readonly queue: WorkQueue;
  readonly slots: number;
  readonly slotCores: number;
  readonly onFinished: (ticket: number) => void;
}

/** One thread's slots: takes tasks from the queue, burns them at the slots' pace and tells who is done. */
export class Lane {
  /** CPU that a request costs beside its work; holds its slot like work. */
  overheadUs = 0;
  readonly #options: LaneOptions;
  readonly #pacer: SlotPacer;
  readonly #burner = new CpuBurner();
  readonly #tickets: number[];

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#pacer = new SlotPacer({ ...options, quantumUs: QUANTUM_US, catchUpUs: CATCH_UP_US });
    this.#tickets = Array.from({ length: options.slots }, () => 0);
  }

  get hasFreeSlot(): boolean {
    return this.#pacer.hasFreeSlot;
  }

  get burnedUs(): number {
    return this.#burner.burnedUs;
  }

  /** Burns one quantum or ends what is done. Returns for how long there is nothing to do, in µs: 0 to infinity. */
  turn(): number {
    for (;;) {
      this.#fill();
      const nowUs = monotonicUs();
      const step = this.#pacer.next(nowUs);
      switch (step.kind) {
        case "burn":
          this.#burner.burn(step.us);
          this.#pacer.burned(step.slot, step.us);
          return 0;
        case "finish":
          this.#pacer.finish(step.slot);
          this.#options.queue.left();
          this.#options.onFinished(this.#tickets[step.slot] ?? 0);
          // Ends at the latest when no slot is busy and the queue, which only grows between turns, is empty.
          break;
        case "sleep":
          return step.untilUs - nowUs;
        case "idle":
          return Number.POSITIVE_INFINITY;
      }
    }
  }

  #fill(): void {
    while (this.#pacer.hasFreeSlot) {
      const work = this.#options.queue.take();
      if (!work) return;
      const slot = this.#pacer.start(work.workUs, this.overheadUs, work.queuedUs, monotonicUs());
      this.#tickets[slot] = work.ticket;
    }
  }
}
