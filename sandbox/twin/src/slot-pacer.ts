/** How slots share a thread. */
export interface Pace {
  readonly slots: number;
  /** Cores that one slot may burn, over 0 and at most 1. */
  readonly slotCores: number;
  /** Burned in one go; the thread is deaf to its connections for so long. */
  readonly quantumUs: number;
  /** A slot that comes too late may make up for so much wall time; what is beyond is lost, as on a stalled machine. */
  readonly catchUpUs: number;
}

/** What to do next. Times are absolute microseconds. */
export type Step =
  | { readonly kind: "burn"; readonly slot: number; readonly us: number }
  | { readonly kind: "finish"; readonly slot: number }
  | { readonly kind: "sleep"; readonly untilUs: number }
  | { readonly kind: "idle" };

interface Slot {
  isBusy: boolean;
  /** From here on it was entitled to CPU; moved on when it fell too far behind. */
  sinceUs: number;
  /** The whole task, the program's own cost included. */
  workUs: number;
  doneUs: number;
  /** The number of its last turn. */
  turn: number;
}

/** Slots that are due so near to each other are due at once: more than what rounding does to a time of a year, in microseconds. */
const TIE_US = 1e-2;

/**
 * Decides when which slot burns. A slot is a core of the modelled machine, slowed down to `slotCores` of a core here: what
 * takes `w` of CPU takes it `w ÷ slotCores` of time. It burns in quanta, each begun so late that it ends just when the slot
 * is entitled to it; the last one ends with the task. Among slots that are due, the one that is late the most goes first,
 * then the one whose last turn is the longest ago.
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
   * Puts a task into a free slot and returns it. `overheadUs` was spent already and counts as work; `readySinceUs` is
   * since when the task waits: a slot that was told late of its next task starts it as if it had been told in time.
   */
  start(workUs: number, overheadUs: number, readySinceUs: number, nowUs: number): number {
    let index = -1;
    for (let i = 0; i < this.#slots.length; i += 1) {
      const slot = this.#slots[i];
      const best = this.#slots[index];
      if (slot && !slot.isBusy && (best === undefined || slot.sinceUs < best.sinceUs)) index = i;
    }
    const slot = this.#slots[index];
    if (!slot) throw new Error("start needs a free slot");
    const freeSinceUs = slot.sinceUs;
    slot.isBusy = true;
    slot.sinceUs = Math.min(nowUs, Math.max(readySinceUs, freeSinceUs, nowUs - this.#pace.catchUpUs));
    slot.workUs = overheadUs + workUs;
    slot.doneUs = overheadUs;
    this.#busy += 1;
    return index;
  }

  next(nowUs: number): Step {
    if (this.#busy === 0) return { kind: "idle" };
    let chosen: Slot | undefined;
    let index = -1;
    let dueUs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#slots.length; i += 1) {
      const slot = this.#slots[i];
      if (!slot?.isBusy) continue;
      this.#forgive(slot, nowUs);
      const slotDueUs = this.#dueUs(slot);
      const isTie = chosen !== undefined && Math.abs(slotDueUs - dueUs) <= TIE_US;
      if (isTie ? slot.turn < (chosen?.turn ?? 0) : slotDueUs < dueUs) {
        chosen = slot;
        index = i;
        dueUs = slotDueUs;
      }
    }
    if (!chosen) return { kind: "idle" };
    if (dueUs > nowUs) return { kind: "sleep", untilUs: dueUs };
    this.#turns += 1;
    chosen.turn = this.#turns;
    const sliceUs = this.#sliceUs(chosen);
    return sliceUs > 0 ? { kind: "burn", slot: index, us: sliceUs } : { kind: "finish", slot: index };
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

  #sliceUs(slot: Slot): number {
    return Math.min(this.#pace.quantumUs, slot.workUs - slot.doneUs);
  }

  /** When the next quantum has to begin to end in time; after the last one, when the task ends. */
  #dueUs(slot: Slot): number {
    const sliceUs = this.#sliceUs(slot);
    return slot.sinceUs + (slot.doneUs + sliceUs) / this.#pace.slotCores - sliceUs;
  }

  #forgive(slot: Slot, nowUs: number): void {
    const lateUs = nowUs - this.#dueUs(slot);
    if (lateUs > this.#pace.catchUpUs) slot.sinceUs += lateUs - this.#pace.catchUpUs;
  }
}
