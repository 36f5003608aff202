/** A table of all combinations is small beside the rows that look into it. */
const ENTRIES_PER_ROW_MAX = 8;
const ENTRIES_ALWAYS = 65_536;
const UNKNOWN = -1;

let combined = new Int32Array();
let table = new Int32Array();

/** The codes of some rows, by column; those of column `n` are below `sizes[n]`. */
export interface CodedRows {
  readonly rows: number;
  readonly codes: readonly Int32Array[];
  readonly sizes: readonly number[];
}

/**
 * Writes into `out` for each row what `resolve` says of its combination of codes; it is asked once for each combination, with the
 * first row that has it.
 */
export function fillCombinations(coded: CodedRows, resolve: (row: number) => number, out: Int32Array): void {
  const { rows, sizes } = coded;
  const entries = combinations(sizes);
  if (entries > Math.max(ENTRIES_ALWAYS, rows * ENTRIES_PER_ROW_MAX)) {
    fillSparse(coded, resolve, out);
    return;
  }
  if (combined.length < rows) combined = new Int32Array(rows);
  if (table.length < entries) table = new Int32Array(entries);
  // Of the function's own: within the loops they are constants.
  const numbers = combined;
  const known = table;
  known.fill(UNKNOWN, 0, entries);
  combine(coded, numbers);
  for (let row = 0; row < rows; row++) {
    const number = numbers[row] as number;
    let found = known[number] as number;
    if (found === UNKNOWN) {
      found = resolve(row);
      known[number] = found;
    }
    out[row] = found;
  }
}

function combinations(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

function combine({ codes, sizes, rows }: CodedRows, numbers: Int32Array): void {
  const [first = new Int32Array()] = codes;
  numbers.set(first.subarray(0, rows));
  for (let column = 1; column < codes.length; column++) {
    const size = sizes[column] ?? 1;
    const more = codes[column] ?? first;
    for (let row = 0; row < rows; row++)
      numbers[row] = (numbers[row] as number) * size + (more[row] as number);
  }
}

function fillSparse(
  { codes, sizes, rows }: CodedRows,
  resolve: (row: number) => number,
  out: Int32Array,
): void {
  const known = new Map<number | string, number>();
  const isExact = combinations(sizes) <= Number.MAX_SAFE_INTEGER;
  for (let row = 0; row < rows; row++) {
    const number = isExact
      ? codes.reduce((sum, column, index) => sum * (sizes[index] ?? 1) + (column[row] ?? 0), 0)
      : codes.map((column) => column[row]).join(" ");
    const found = known.get(number) ?? resolve(row);
    known.set(number, found);
    out[row] = found;
  }
}
