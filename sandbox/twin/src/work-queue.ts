/** A task as a lane takes it. */
export interface QueuedWork {
  readonly ticket: number;
  readonly workUs: number;
  /** When it joined the queue, in the time of `monotonicUs`. */
  readonly queuedUs: number;
}

/** Ring positions, as 32-bit words. They run on and wrap, so that only their difference counts. */
const WORDS = { head: 0, tail: 1, wake: 2, inSlot: 3, inSlotMax: 4, spentUs: 5, count: 6 } as const;
const FIELDS_PER_ENTRY = 2;

/**
 * The queue before the slots: first in, first out, in shared memory, filled by the server's thread and emptied by any
 * number of lanes. A slot that ends a task takes the next one itself, so that none idles while something waits.
 */
export class WorkQueue {
  readonly memory: SharedArrayBuffer;
  /** Entries it can hold: a power of two. */
  readonly capacity: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #entries: Float64Array<SharedArrayBuffer>;

  private constructor(memory: SharedArrayBuffer, capacity: number) {
    const wordBytes = Math.ceil((WORDS.count * 4) / 8) * 8;
    this.memory = memory;
    this.capacity = capacity;
    this.#words = new Int32Array(memory, 0, WORDS.count);
    this.#entries = new Float64Array(memory, wordBytes, capacity * FIELDS_PER_ENTRY);
  }

  static create(capacity: number): WorkQueue {
    if (capacity < 1 || (capacity & (capacity - 1)) !== 0) throw new Error("capacity is a power of two");
    const bytes = Math.ceil((WORDS.count * 4) / 8) * 8 + capacity * FIELDS_PER_ENTRY * 8;
    return new WorkQueue(new SharedArrayBuffer(bytes), capacity);
  }

  /** The same queue in another thread. */
  static attach(memory: SharedArrayBuffer, capacity: number): WorkQueue {
    return new WorkQueue(memory, capacity);
  }

  /** Tasks that wait for a slot. */
  get length(): number {
    return (Atomics.load(this.#words, WORDS.tail) - Atomics.load(this.#words, WORDS.head)) | 0;
  }

  get inSlot(): number {
    return Atomics.load(this.#words, WORDS.inSlot);
  }

  /** The most tasks that were ever in a slot at once. */
  get inSlotMax(): number {
    return Atomics.load(this.#words, WORDS.inSlotMax);
  }

  resetMax(): void {
    Atomics.store(this.#words, WORDS.inSlotMax, this.inSlot);
  }

  /** Adds a task and returns its ticket, or `null` when the queue is full. One thread only may call it. */
  push(workUs: number, queuedUs: number): number | null {
    if (this.length >= this.capacity) return null;
    const tail = Atomics.load(this.#words, WORDS.tail);
    const at = this.#offset(tail);
    this.#entries[at] = workUs;
    this.#entries[at + 1] = queuedUs;
    Atomics.store(this.#words, WORDS.tail, (tail + 1) | 0);
    Atomics.add(this.#words, WORDS.wake, 1);
    Atomics.notify(this.#words, WORDS.wake, 1);
    return tail;
  }

  /** Takes the oldest task into a slot; undefined when there is none. */
  take(): QueuedWork | undefined {
    for (;;) {
      const head = Atomics.load(this.#words, WORDS.head);
      if (head === Atomics.load(this.#words, WORDS.tail)) return undefined;
      const at = this.#offset(head);
      const workUs = this.#entries[at] ?? 0;
      const queuedUs = this.#entries[at + 1] ?? 0;
      // Another lane may have been faster; and a place is written again only after its head has moved on.
      if (Atomics.compareExchange(this.#words, WORDS.head, head, (head + 1) | 0) !== head) continue;
      this.#entered();
      return { ticket: head, workUs, queuedUs };
    }
  }

  /** A task has left its slot. */
  left(): void {
    Atomics.sub(this.#words, WORDS.inSlot, 1);
  }

  /** The server has spent so much CPU, whole microseconds, on requests of this queue; whoever burns next takes it off. */
  addSpent(us: number): void {
    Atomics.add(this.#words, WORDS.spentUs, us);
  }

  /** What was added since the last call. */
  takeSpent(): number {
    return Atomics.exchange(this.#words, WORDS.spentUs, 0);
  }

  /** A number that changes with every push, for `sleep`: what is pushed after it was read cannot be slept through. */
  get pushes(): number {
    return Atomics.load(this.#words, WORDS.wake);
  }

  /** Puts the calling thread to sleep until something has been pushed since `pushes` or the time is over. */
  sleep(pushes: number, timeoutUs: number): void {
    Atomics.wait(this.#words, WORDS.wake, pushes, timeoutUs / 1e3);
  }

  #offset(position: number): number {
    return (position & (this.capacity - 1)) * FIELDS_PER_ENTRY;
  }

  #entered(): void {
    const inSlot = Atomics.add(this.#words, WORDS.inSlot, 1) + 1;
    for (;;) {
      const most = this.inSlotMax;
      if (inSlot <= most) return;
      Atomics.compareExchange(this.#words, WORDS.inSlotMax, most, inSlot);
    }
  }
}
