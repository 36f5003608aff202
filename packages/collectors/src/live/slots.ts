/** Lets at most `size` pieces of work run at a time; the others wait in their order. */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(size: number) {
    this.free = size;
  }

  /** Waits for a slot; call what it returns once, when the work has ended. */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    return () => {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    };
  }
}

/** Runs `work` for all items, at most `size` at a time; the answers are in the order of the items. */
export async function inSlots<Item, Answer>(
  items: readonly Item[],
  size: number,
  work: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const slots = new Slots(size);
  return Promise.all(
    items.map(async (item) => {
      const release = await slots.take();
      try {
        return await work(item);
      } finally {
        release();
      }
    }),
  );
}
