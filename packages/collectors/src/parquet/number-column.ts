import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { byteStreamSplit } from "hyparquet/src/encoding.js";
import { decodeHybrid } from "./hybrid.ts";
import { type DataPage, type PageFormat, visitPages } from "./pages.ts";
import { VARINT_BYTES_MAX } from "./thrift-check.ts";

/** How a column's numbers lie in the file. */
export type NumberType = "DOUBLE" | "FLOAT" | "INT32" | "INT64";

/** What becomes of them: as they are, or nanoseconds as the milliseconds before them, to the last digit. */
export type NumberReading = "as-is" | "nanoseconds";

/** Encodings that {@link NumberColumn} reads. */
export const NUMBER_ENCODINGS: ReadonlySet<string> = new Set([
  "PLAIN",
  "PLAIN_DICTIONARY",
  "RLE_DICTIONARY",
  "BYTE_STREAM_SPLIT",
  "DELTA_BINARY_PACKED",
]);

const WIDTHS: Readonly<Record<NumberType, number>> = { DOUBLE: 8, FLOAT: 4, INT32: 4, INT64: 8 };

/** A column of numbers, read as doubles; nulls are NaN. */
export class NumberColumn {
  private readonly type: NumberType;
  private readonly reading: NumberReading;
  private codes = new Int32Array();

  constructor(type: NumberType, reading: NumberReading = "as-is") {
    this.type = type;
    this.reading = reading;
  }

  /** Reads a chunk into `out` from `at` on. */
  read(chunk: Uint8Array, format: PageFormat, out: Float64Array, at: number): void {
    let dictionary: Float64Array = new Float64Array();
    let position = at;
    visitPages(chunk, format, {
      dictionary: (bytes, values) => {
        if (values * WIDTHS[this.type] > bytes.length) throw new Error("a dictionary that ends early");
        dictionary = new Float64Array(values);
        this.widen(bytes, dictionary, 0, values);
      },
      data: (page) => {
        if (/DICTIONARY/.test(page.encoding)) this.readCodes(page, dictionary, out, position);
        else this.widen(this.plainBytes(page), out, position, page.values);
        if (page.present !== undefined) spread(out, position, { ...page, present: page.present });
        position += page.rows;
      },
    });
  }

  private readCodes(
    { bytes, values }: DataPage,
    dictionary: Float64Array,
    out: Float64Array,
    at: number,
  ): void {
    if (values === 0) return;
    if (this.codes.length < values) this.codes = new Int32Array(values);
    const { codes } = this;
    decodeHybrid(bytes.subarray(1), bytes[0] ?? 0, codes, { at: 0, count: values });
    const size = dictionary.length;
    for (let index = 0; index < values; index++) {
      const code = (codes[index] ?? 0) >>> 0;
      if (code >= size) throw new Error("a number that the dictionary does not have");
      out[at + index] = dictionary[code] ?? Number.NaN;
    }
  }

  /** The page's numbers one after the other, as they are in memory. */
  private plainBytes({ encoding, bytes, values }: DataPage): Uint8Array {
    const needed = values * WIDTHS[this.type];
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    if (values === 0 || encoding === "PLAIN") {
      if (bytes.length < needed) throw new Error("numbers that end early");
      return bytes.subarray(0, needed);
    }
    if (encoding === "BYTE_STREAM_SPLIT") {
      const split = byteStreamSplit(reader, values, this.type, undefined) as Float64Array;
      return new Uint8Array(split.buffer);
    }
    if (encoding !== "DELTA_BINARY_PACKED") throw new Error(`the encoding ${encoding}`);
    const isShort = this.type === "INT32";
    const numbers = isShort ? new Int32Array(values) : new BigInt64Array(values);
    const view = isShort ? reader.view : withBoundedVarints(reader.view);
    deltaBinaryUnpack({ view, offset: 0 }, values, numbers);
    return new Uint8Array(numbers.buffer);
  }

  /** As doubles: which of all numbers but large INT64 gives the very number. */
  private widen(bytes: Uint8Array, out: Float64Array, at: number, values: number): void {
    if (this.type === "DOUBLE") {
      new Uint8Array(out.buffer, out.byteOffset + at * 8, values * 8).set(bytes.subarray(0, values * 8));
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.type === "FLOAT") {
      for (let index = 0; index < values; index++) out[at + index] = view.getFloat32(index * 4, true);
    } else if (this.type === "INT32") {
      for (let index = 0; index < values; index++) out[at + index] = view.getInt32(index * 4, true);
    } else {
      const join = this.reading === "nanoseconds" ? millisecondsOf : integerOf;
      for (let index = 0; index < values; index++) {
        out[at + index] = join(view.getInt32(index * 8 + 4, true), view.getUint32(index * 8, true));
      }
    }
  }
}

/**
 * Of INT64, hyparquet reads by single bytes nothing but varints and widths below 128; a varint that does not end takes the square of
 * its length.
 */
function withBoundedVarints(view: DataView): DataView {
  let run = 0;
  view.getUint8 = (at) => {
    const byte = DataView.prototype.getUint8.call(view, at);
    run = byte < 0x80 ? 0 : run + 1;
    if (run >= VARINT_BYTES_MAX) throw new Error("a number of more than 64 bits");
    return byte;
  };
  return view;
}

function integerOf(high: number, low: number): number {
  return high * 2 ** 32 + low;
}

/** A million is 2^6 × 15,625: every number on the way is a whole one below 2^53. */
function millisecondsOf(high: number, low: number): number {
  const whole = Math.floor(high / 15_625);
  const rest = high - whole * 15_625;
  return whole * 2 ** 26 + Math.floor((rest * 2 ** 26 + (low >>> 6)) / 15_625);
}

/** Moves what lies together to the rows that have it, from the end, so that nothing is overwritten that is still needed. */
function spread(
  out: Float64Array,
  at: number,
  { rows, values, present }: Pick<DataPage, "rows" | "values"> & { readonly present: Int32Array },
): void {
  let taken = at + values;
  for (let row = rows - 1; row >= 0; row--) {
    out[at + row] = present[row] === 1 ? (out[--taken] ?? Number.NaN) : Number.NaN;
  }
}
