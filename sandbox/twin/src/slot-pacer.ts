/** How slots share a thread. Times are microseconds. */
export interface Pace {
  readonly slots: number;
  /** Cores that one slot may burn, over 0 and at most 1. */
  readonly slotCores: number;
  /** Burned in one go; the thread is deaf to its connections for so long. */
  readonly quantumUs: number;
  /** So much wall time a slot may burn ahead, and then it rests until half of it is left. */
  readonly leadUs: number;
  /** A slot that comes too late may make up for so much wall time; what is beyond is lost, as on a stalled machine. */
  readonly catchUpUs: number;
}

/** What to do next. Times are absolute. */
export type Step =
  | { readonly kind: "burn"; readonly slot: number; readonly us: number }
  | { readonly kind: "finish"; readonly slot: number }
  /** Until a task ends, which is worth being exact; otherwise until a slot has rested, which is not. */
  | { readonly kind: "sleep"; readonly untilUs: number; readonly isExact: boolean }
  | { readonly kind: "idle" };

interface Slot {
  isBusy: boolean;
  isResting: boolean;
  /** From here on it was entitled to CPU; moved on when it fell too far behind. */
  sinceUs: number;
  workUs: number;
  doneUs: number;
  /** The number of its last turn. */
  turn: number;
}

/** What is due at times so near to each other is due at once: more than rounding does to a year of microseconds. */
const TIE_US = 1e-2;
/** Less work than this is none. */
const CRUMB_US = 1e-6;
/** Timers may wake a resting slot so much too early without its going back to rest. */
const EARLY_US = 1000;

/**
 * Decides when which slot burns. A slot is a core of the modelled machine, slowed down to `slotCores` of a core here: what
 * takes `w` of CPU takes it `w ÷ slotCores` of time. What a slot has burned is paid for until `since + burned ÷ slotCores`;
 * its task ends when all is burned and that time has come. What a slot burns next is due when that will be paid for, and the
 * one whose is due first goes first: earliest deadline first, which keeps all deadlines, up to the quantum that a thread is
 * in, as long as the slots together want no more than their thread has (Liu and Layland, 1973). A slot may burn some
 * milliseconds ahead: each time that a thread goes to sleep costs as much as 30 µs of work.
 *
 * Pure: knows no clock and burns nothing.
 */
export class SlotPacer {
  readonly #pace: Pace;
  readonly #slots: Slot[];
  #busy = 0;
  #turns = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#slots = Array.from({ length: pace.slots }, () => ({
      isBusy: false,
      isResting: false,
      sinceUs: Number.NEGATIVE_INFINITY,
      workUs: 0,
      doneUs: 0,
      turn: 0,
    }));
  }

  get hasFreeSlot(): boolean {
    return this.#busy < this.#slots.length;
  }

  /**
   * Puts a task into a free slot and returns it. `readySinceUs` is since when the task waits: a slot that was told late of
   * its next task starts it as if it had been told in time.
   */
  start(workUs: number, readySinceUs: number, nowUs: number): number {
    let index = -1;
    for (let i = 0; i < this.#slots.length; i += 1) {
      const slot = this.#slots[i];
      const best = this.#slots[index];
      if (slot && !slot.isBusy && (best === undefined || slot.sinceUs < best.sinceUs)) index = i;
    }
    const slot = this.#slots[index];
    if (!slot) throw new Error("start needs a free slot");
    slot.isBusy = true;
    slot.isResting = false;
    slot.sinceUs = Math.max(readySinceUs, slot.sinceUs, nowUs - this.#pace.catchUpUs);
    slot.workUs = workUs;
    slot.doneUs = 0;
    this.#busy += 1;
    return index;
  }

  next(nowUs: number): Step {
    if (this.#busy === 0) return { kind: "idle" };
    let chosen = -1;
    let chosenDueUs = Number.POSITIVE_INFINITY;
    let restedUs = Number.POSITIVE_INFINITY;
    let endUs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#slots.length; i += 1) {
      const slot = this.#slots[i];
      if (!slot?.isBusy) continue;
      const paidUs = this.#paidUntil(slot, nowUs);
      if (leftOf(slot) === 0) {
        if (paidUs <= nowUs) return { kind: "finish", slot: i };
        endUs = Math.min(endUs, paidUs);
      } else if (this.#rests(slot, paidUs - nowUs)) {
        restedUs = Math.min(restedUs, paidUs - this.#pace.leadUs / 2);
      } else {
        const dueUs = paidUs + this.#goOf(slot) / this.#pace.slotCores;
        if (!this.#isBefore(i, dueUs, chosen, chosenDueUs)) continue;
        chosen = i;
        chosenDueUs = dueUs;
      }
    }
    const slot = this.#slots[chosen];
    if (!slot) return { kind: "sleep", untilUs: Math.min(restedUs, endUs), isExact: endUs <= restedUs };
    this.#turns += 1;
    slot.turn = this.#turns;
    return { kind: "burn", slot: chosen, us: this.#goOf(slot) };
  }

  /** The slot has burned what `next` said. */
  burned(index: number, us: number): void {
    const slot = this.#slots[index];
    if (slot) slot.doneUs += us;
  }

  /** The task is over; the slot is free since the moment at which the task was to end. */
  finish(index: number): void {
    const slot = this.#slots[index];
    if (!slot?.isBusy) return;
    slot.isBusy = false;
    slot.sinceUs += slot.workUs / this.#pace.slotCores;
    this.#busy -= 1;
  }

  /** What a slot burns when it is its turn. */
  #goOf(slot: Slot): number {
    return Math.min(this.#pace.quantumUs, leftOf(slot));
  }

  /** Until when a slot has burned what it is entitled to. Who is too late is forgiven what it cannot make up for. */
  #paidUntil(slot: Slot, nowUs: number): number {
    const paidUs = slot.sinceUs + slot.doneUs / this.#pace.slotCores;
    const lostUs = nowUs - this.#pace.catchUpUs - paidUs;
    if (lostUs <= 0 || leftOf(slot) === 0) return paidUs;
    slot.sinceUs += lostUs;
    return paidUs + lostUs;
  }

  #rests(slot: Slot, leadUs: number): boolean {
    if (leadUs >= this.#pace.leadUs) slot.isResting = true;
    else if (leadUs <= this.#pace.leadUs / 2 + EARLY_US) slot.isResting = false;
    return slot.isResting;
  }

  #isBefore(index: number, dueUs: number, other: number, otherDueUs: number): boolean {
    if (Math.abs(dueUs - otherDueUs) > TIE_US) return dueUs < otherDueUs;
    return (this.#slots[index]?.turn ?? 0) < (this.#slots[other]?.turn ?? 0);
  }
}

function leftOf(slot: Slot): number {
  const leftUs = slot.workUs - slot.doneUs;
  return leftUs > CRUMB_US ? leftUs : 0;
}
