const CAPACITY_INITIAL = 1024;

/** A growing list of (timestamp, value) pairs without an object per pair. */
export class Points {
  private timestamps: Float64Array<ArrayBuffer>;
  private numbers: Float64Array<ArrayBuffer>;
  private count: number;

  /** Of pairs that are there already the arrays become its own. */
  constructor(timestampsMs?: Float64Array<ArrayBuffer>, values?: Float64Array<ArrayBuffer>) {
    this.timestamps = timestampsMs ?? new Float64Array(CAPACITY_INITIAL);
    this.numbers = values ?? new Float64Array(CAPACITY_INITIAL);
    this.count = values?.length ?? 0;
  }

  /** How many pairs there are. */
  get length(): number {
    return this.count;
  }

  /** Adds a pair at the end, in any order of time. */
  push(epochMs: number, value: number): void {
    if (this.count === this.timestamps.length) this.grow();
    this.timestamps[this.count] = epochMs;
    this.numbers[this.count] = value;
    this.count += 1;
  }

  /** The pairs so far, as views that the next {@link push} may outdate. */
  get timestampsMs(): Float64Array {
    return this.timestamps.subarray(0, this.count);
  }

  /** The values of {@link timestampsMs}. */
  get values(): Float64Array {
    return this.numbers.subarray(0, this.count);
  }

  private grow(): void {
    const timestamps = new Float64Array(Math.max(CAPACITY_INITIAL, this.count * 2));
    const numbers = new Float64Array(Math.max(CAPACITY_INITIAL, this.count * 2));
    timestamps.set(this.timestamps);
    numbers.set(this.numbers);
    this.timestamps = timestamps;
    this.numbers = numbers;
  }
}
