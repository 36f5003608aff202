import type { TextColumn } from "../../../parquet/text-column.ts";

/** Why a row is of no series. */
export const SLOTS = { unusable: -2, ofAnotherPass: -3, withoutResource: -4, withoutMetric: -5 } as const;

/** Numbers the series of a thread's rows, which differ in any of their texts. */
export class SeriesSlots {
  private readonly columns: readonly TextColumn[];
  private readonly share: { readonly pass: number; readonly passes: number };
  /** A table for each column but the first: from what the columns before it are, and its text, to what they are together. */
  private readonly pairs: readonly PairNumbers[];
  /** From the combinations that the last of the tables numbers to slots; 0 for one that is not known yet, else its slot and 1. */
  private slots = new Int32Array(1024);
  /** The texts' numbers of each slot, one column after the other. */
  private readonly texts: number[] = [];
  private count = 0;

  constructor(columns: readonly TextColumn[], share: { readonly pass: number; readonly passes: number }) {
    this.columns = columns;
    this.share = share;
    this.pairs = columns.slice(1).map(() => new PairNumbers());
  }

  /** How many series there are. */
  get size(): number {
    return this.count;
  }

  /** The number of a row's series, or one of {@link SLOTS}. `codes` are the row group's, by column. */
  of(codes: readonly Int32Array[], row: number): number {
    const { columns, pairs } = this;
    let combination = 0;
    // Without an array for the row: it is asked for each series of each row group.
    for (let index = 0; index < columns.length; index++) {
      const wide = columns[index]?.wideOf(codes[index]?.[row] ?? -1) ?? -1;
      combination = index === 0 ? wide : (pairs[index - 1]?.of(combination, wide) ?? -1);
    }
    if (combination >= this.slots.length) this.grow(combination);
    const known = this.slots[combination] ?? 0;
    if (known !== 0) return known - 1;
    const slot = this.slotFor(columns.map((column, index) => column.wideOf(codes[index]?.[row] ?? -1)));
    this.slots[combination] = slot + 1;
    return slot;
  }

  /** The texts of each series, without spaces around them. */
  names(): string[][] {
    const { columns, texts } = this;
    return Array.from({ length: this.count }, (_, slot) =>
      columns.map((column, index) =>
        trimmed(column.interner.text(texts[slot * columns.length + index] ?? 0)),
      ),
    );
  }

  private grow(combination: number): void {
    const larger = new Int32Array((combination + 1) * 2);
    larger.set(this.slots);
    this.slots = larger;
  }

  private slotFor(wide: readonly number[]): number {
    const [resource, metric] = this.columns;
    const [resourceText = 0, metricText = 0] = wide;
    if (trimmed(resource?.interner.text(resourceText) ?? "") === "") return SLOTS.withoutResource;
    if (trimmed(metric?.interner.text(metricText) ?? "") === "") return SLOTS.withoutMetric;
    const { pass, passes } = this.share;
    if (passes > 1 && (resource?.interner.hash(resourceText) ?? 0) % passes !== pass)
      return SLOTS.ofAnotherPass;
    this.texts.push(...wide);
    return this.count++;
  }
}

/** Spaces alone, as DuckDB's trim. */
function trimmed(text: string): string {
  return text.replaceAll(/^ +| +$/g, "");
}

/** Numbers pairs of numbers from 0 on. */
class PairNumbers {
  private slots = new Int32Array(1024).fill(-1);
  private firsts = new Int32Array(1024);
  private seconds = new Int32Array(1024);
  private count = 0;

  of(first: number, second: number): number {
    const mask = this.slots.length - 1;
    let slot = pairHash(first, second) & mask;
    for (;;) {
      const number = this.slots[slot] ?? -1;
      if (number === -1) return this.add(first, second, slot);
      if (this.firsts[number] === first && this.seconds[number] === second) return number;
      slot = (slot + 1) & mask;
    }
  }

  private add(first: number, second: number, slot: number): number {
    const number = this.count++;
    this.firsts[number] = first;
    this.seconds[number] = second;
    this.slots[slot] = number;
    if (this.count * 2 > this.slots.length) this.grow();
    return number;
  }

  private grow(): void {
    const size = this.slots.length * 2;
    const [slots, firsts, seconds] = [
      new Int32Array(size).fill(-1),
      new Int32Array(size),
      new Int32Array(size),
    ];
    firsts.set(this.firsts);
    seconds.set(this.seconds);
    for (let number = 0; number < this.count; number++) {
      let slot = pairHash(firsts[number] ?? 0, seconds[number] ?? 0) & (size - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
      slots[slot] = number;
    }
    [this.slots, this.firsts, this.seconds] = [slots, firsts, seconds];
  }
}

/** Knuth's multiplicative hash, of both. */
function pairHash(first: number, second: number): number {
  const hash = Math.imul(Math.imul(first, 0x9e37_79b1) + second, 0x9e37_79b1);
  return hash ^ (hash >>> 15);
}
