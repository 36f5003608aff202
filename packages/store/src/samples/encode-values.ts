/**
 * Values as bytes: whole numbers of a decimal place (12.34 as 1234 hundredths) above their lowest one, in 1, 2 or 4 bytes
 * each, where every value comes back bit by bit; else float64. After ALP (Afroozeh, Kuffó, Boncz: "ALP: Adaptive Lossless
 * floating-Point Compression", SIGMOD 2023), without its exceptions: one block is all of one kind.
 */
export interface EncodedValues {
  /** Bytes of a value: 1, 2, 4, or 8 for float64; 0 where all are `base`. */
  readonly width: number;
  /** What is divided by 10 to this power. */
  readonly decimals: number;
  /** Added to each before the division. */
  readonly base: number;
  readonly bytes: Uint8Array;
}

/** Metrics are written with so many decimal places at most; computed averages have more, and no end. */
const DECIMALS_MAX = 6;

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const;

/** Writes values in the shortest way that gives back each one exactly, the sign of a zero too. */
export function encodeValues(values: Float64Array): EncodedValues {
  const first = values[0] ?? 0;
  if (isConstant(values, first)) return { width: 0, decimals: 0, base: first, bytes: new Uint8Array(0) };
  const scaled = scaledIntegers(values);
  if (scaled !== undefined) {
    const bytes = packed(scaled.integers, scaled.lowest, scaled.width);
    return { width: scaled.width, decimals: scaled.decimals, base: scaled.lowest, bytes };
  }
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { width: 8, decimals: 0, base: 0, bytes };
}

function isConstant(values: Float64Array, first: number): boolean {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (value !== first || (value === 0 && !Object.is(value, first))) return false;
  }
  return true;
}

interface Scaled {
  readonly integers: Float64Array;
  readonly decimals: number;
  readonly lowest: number;
  readonly width: number;
}

/** `undefined` where no number of decimal places gives back every value, or the numbers need more than four bytes. */
function scaledIntegers(values: Float64Array): Scaled | undefined {
  const integers = new Float64Array(values.length);
  let decimals = 0;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < values.length; ) {
    const value = values[index] ?? Number.NaN;
    const power = POWERS[decimals] ?? 1;
    const integer = Math.round(value * power);
    // A zero below zero has no integer.
    const isExact = integer / power === value && (integer !== 0 || Object.is(value, 0));
    if (isExact && Math.abs(integer) <= Number.MAX_SAFE_INTEGER) {
      integers[index] = integer;
      highest = Math.max(highest, integer);
      lowest = Math.min(lowest, integer);
      index++;
      continue;
    }
    if (decimals === DECIMALS_MAX) return undefined;
    decimals++;
    // What came before is counted in larger units: once more from the start.
    index = 0;
    highest = Number.NEGATIVE_INFINITY;
    lowest = Number.POSITIVE_INFINITY;
  }
  const width = widthOf(highest - lowest);
  return width === undefined ? undefined : { integers, decimals, lowest, width };
}

function widthOf(range: number): number | undefined {
  if (range < 2 ** 8) return 1;
  if (range < 2 ** 16) return 2;
  return range < 2 ** 32 ? 4 : undefined;
}

function packed(integers: Float64Array, lowest: number, width: number): Uint8Array {
  const above = arrayOf(width, new ArrayBuffer(integers.length * width), 0, integers.length);
  for (let index = 0; index < integers.length; index++) above[index] = (integers[index] ?? 0) - lowest;
  return new Uint8Array(above.buffer);
}

/** What tells the values of a block. */
export interface ValuesHead {
  readonly width: number;
  readonly decimals: number;
  readonly base: number;
  readonly points: number;
}

/**
 * Reads values back, as many as `values` has room for from point `from` on. `bytes` begins where an array of their width may
 * begin. Returns `false` when the bytes do not hold as many as the head says.
 */
export function decodeValues(
  head: ValuesHead,
  bytes: Uint8Array,
  from: number,
  values: Float64Array,
): boolean {
  const { width, base, points } = head;
  const power = POWERS[head.decimals];
  if (power === undefined || bytes.byteLength !== points * width || from + values.length > points)
    return false;
  if (width === 0) {
    values.fill(base);
    return true;
  }
  if (width === 8) {
    values.set(new Float64Array(bytes.buffer, bytes.byteOffset + from * 8, values.length));
    return true;
  }
  if (width !== 1 && width !== 2 && width !== 4) return false;
  const above = arrayOf(width, bytes.buffer, bytes.byteOffset + from * width, values.length);
  unpack(above, base, power, values);
  return true;
}

/** Two loops: most values have decimals or none, and a division that need not be is most of the time of this. */
function unpack(
  above: Uint8Array | Uint16Array | Uint32Array,
  base: number,
  power: number,
  values: Float64Array,
): void {
  const count = values.length;
  if (power === 1) for (let index = 0; index < count; index++) values[index] = base + (above[index] ?? 0);
  else for (let index = 0; index < count; index++) values[index] = (base + (above[index] ?? 0)) / power;
}

function arrayOf(
  width: number,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return new Uint8Array(buffer, offset, length);
  return width === 2 ? new Uint16Array(buffer, offset, length) : new Uint32Array(buffer, offset, length);
}
