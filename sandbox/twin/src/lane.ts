import { monotonicUs } from "./clocks.ts";
import { CpuBurner } from "./cpu-burner.ts";
import { SlotPacer } from "./slot-pacer.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Long enough that looking around costs little, short enough that no connection waits long: see the README. */
const QUANTUM_US = 500;
/** Far below the 100 ms over which the kernel enforces quotas. */
const LEAD_US = 8000;
/** Covers the lateness of timers; far less than a stall by quota. */
const CATCH_UP_US = 4000;

/** How long a lane has nothing to do: microseconds, 0 to infinity, and whether it matters when exactly they end. */
export interface Rest {
  readonly us: number;
  readonly isExact: boolean;
}

const AT_ONCE: Rest = { us: 0, isExact: true };
const FOR_EVER: Rest = { us: Number.POSITIVE_INFINITY, isExact: false };

/** What a lane is made of. */
export interface LaneOptions {
  readonly queue: WorkQueue;
  readonly slots: number;
  readonly slotCores: number;
  /** CPU time that is held to the work: see {@link CpuBurner}. */
  readonly clockUs: () => number;
  readonly onFinished: (ticket: number) => void;
}

/** One thread's slots: takes tasks from the queue, burns them at the slots' pace and tells who is done. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #pacer: SlotPacer;
  readonly #burner: CpuBurner;
  readonly #tickets: number[];

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#burner = new CpuBurner(options.clockUs);
    this.#pacer = new SlotPacer({
      ...options,
      quantumUs: QUANTUM_US,
      leadUs: LEAD_US,
      catchUpUs: CATCH_UP_US,
    });
    this.#tickets = Array.from({ length: options.slots }, () => 0);
  }

  get hasFreeSlot(): boolean {
    return this.#pacer.hasFreeSlot;
  }

  get burnedUs(): number {
    return this.#burner.burnedUs;
  }

  /** Burns one quantum or ends what is done. Returns for how long there is nothing to do then. */
  turn(): Rest {
    for (;;) {
      this.#fill();
      const nowUs = monotonicUs();
      const step = this.#pacer.next(nowUs);
      switch (step.kind) {
        case "burn":
          this.#burner.charge(this.#options.queue.takeSpent());
          this.#burner.burn(step.us);
          this.#pacer.burned(step.slot, step.us);
          return AT_ONCE;
        case "finish":
          this.#pacer.finish(step.slot);
          this.#options.queue.left();
          this.#options.onFinished(this.#tickets[step.slot] ?? 0);
          // Ends at the latest when no slot is busy and the queue, which only grows between turns, is empty.
          break;
        case "sleep":
          return { us: step.untilUs - nowUs, isExact: step.isExact };
        case "idle":
          return FOR_EVER;
      }
    }
  }

  #fill(): void {
    while (this.#pacer.hasFreeSlot) {
      const work = this.#options.queue.take();
      if (!work) return;
      const slot = this.#pacer.start(work.workUs, work.queuedUs, monotonicUs());
      this.#tickets[slot] = work.ticket;
    }
  }
}
