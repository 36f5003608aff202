/** The typed arrays that columns are made of. */
export type ColumnArray = Float64Array | Uint32Array | Uint16Array;

/** Rows a column has room for at first; it doubles from there. */
const ROWS_AT_FIRST = 4096;

/** A typed array that grows at its end. */
export class GrowingColumn<T extends ColumnArray> {
  private array: T;
  private readonly create: (length: number) => T;
  private rows = 0;

  constructor(create: (length: number) => T) {
    this.create = create;
    this.array = create(ROWS_AT_FIRST);
  }

  get length(): number {
    return this.rows;
  }

  push(value: number): void {
    if (this.rows === this.array.length) {
      const grown = this.create(this.rows * 2);
      grown.set(this.array);
      this.array = grown;
    }
    this.array[this.rows] = value;
    this.rows += 1;
  }

  at(row: number): number {
    return this.array[row] ?? Number.NaN;
  }

  /** The rows in another order; rows that are not named are left out. */
  gathered(order: Uint32Array): T {
    return gather(this.array, order, this.create);
  }
}

/** The values at the rows named by `order`, in that order. */
export function gather<T extends ColumnArray>(
  source: T,
  order: Uint32Array,
  create: (length: number) => T,
): T {
  const result = create(order.length);
  for (let row = 0; row < order.length; row += 1) result[row] = source[order[row] ?? 0] ?? 0;
  return result;
}

/** The order that sorts times, ties as they are. Already sorted times are only looked at once. */
export function orderByTime(length: number, timeAt: (row: number) => number): Uint32Array {
  const order = new Uint32Array(length);
  let isSorted = true;
  for (let row = 0; row < length; row += 1) {
    order[row] = row;
    if (row > 0 && timeAt(row) < timeAt(row - 1)) isSorted = false;
  }
  return isSorted ? order : order.sort((a, b) => timeAt(a) - timeAt(b) || a - b);
}
