import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { ByteInterner } from "./byte-interner.ts";
import { decodeHybrid } from "./hybrid.ts";
import { type DataPage, type PageFormat, type PageVisitor, visitPages } from "./pages.ts";

/** Encodings that {@link TextColumn} reads. */
export const TEXT_ENCODINGS: ReadonlySet<string> = new Set([
  "PLAIN",
  "PLAIN_DICTIONARY",
  "RLE_DICTIONARY",
  "DELTA_LENGTH_BYTE_ARRAY",
]);

/** Encodings of whole numbers that {@link TextColumn} reads. */
export const WHOLE_NUMBER_ENCODINGS: ReadonlySet<string> = new Set([
  "PLAIN",
  "PLAIN_DICTIONARY",
  "RLE_DICTIONARY",
]);

/** Whole numbers are read as the text that they are written as. */
export type TextType = "BYTE_ARRAY" | "INT32" | "INT64";

/**
 * A column of texts, read as numbers: of each row the number that its text has in the row group, and of each of those the one
 * that it has in the whole file. Nulls are the empty text.
 */
export class TextColumn {
  private readonly type: TextType;
  readonly interner = new ByteInterner();
  /** From a row group's numbers to the file's. */
  private wide = new Int32Array(1024);
  private localCount = 0;
  /** From the file's numbers to the row group's, where a page is not encoded by a dictionary; -1 where it has none. */
  private local = new Int32Array();
  private knowsLocal = false;

  constructor(type: TextType) {
    this.type = type;
  }

  /** How many numbers the row group has that was read last. */
  get locals(): number {
    return this.localCount;
  }

  /** The file's number of one of the row group's. */
  wideOf(local: number): number {
    return this.wide[local] ?? -1;
  }

  /** Reads a chunk into `out` from `at` on. */
  read(chunk: Uint8Array, format: PageFormat, out: Int32Array, at: number): void {
    this.localCount = 0;
    this.knowsLocal = false;
    let position = at;
    let dictionarySize = 0;
    const visitor: PageVisitor = {
      dictionary: (bytes, values) => {
        if (this.localCount > 0) throw new Error("a second dictionary");
        this.addDictionary(bytes, values);
        dictionarySize = this.localCount;
      },
      data: (page) => {
        if (page.encoding === "PLAIN") this.readPlain(page, out, position);
        else if (page.encoding === "DELTA_LENGTH_BYTE_ARRAY") this.readLengths(page, out, position);
        else this.readCodes(page, { out, at: position, dictionarySize });
        position += page.rows;
      },
    };
    visitPages(chunk, format, visitor);
  }

  private addDictionary(bytes: Uint8Array, values: number): void {
    this.eachPlain(bytes, values, (wide) => this.append(wide));
  }

  /** The file's number of each text of a plain page. */
  private eachPlain(bytes: Uint8Array, values: number, visit: (wide: number, index: number) => void): void {
    if (this.type !== "BYTE_ARRAY") {
      this.eachWholeNumber(bytes, values, visit);
      return;
    }
    let from = 0;
    for (let index = 0; index < values; index++) {
      const end = endOfText(bytes, from);
      visit(this.interner.idOf(bytes, from + 4, end), index);
      from = end;
    }
  }

  private eachWholeNumber(
    bytes: Uint8Array,
    values: number,
    visit: (wide: number, index: number) => void,
  ): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isShort = this.type === "INT32";
    if (values * (isShort ? 4 : 8) > bytes.length) throw new Error("numbers that end early");
    for (let index = 0; index < values; index++) {
      const number = isShort ? view.getInt32(index * 4, true) : view.getBigInt64(index * 8, true);
      const text = Buffer.from(String(number));
      visit(this.interner.idOf(text, 0, text.length), index);
    }
  }

  private readCodes(
    { bytes, encoding, rows, present, values }: DataPage,
    {
      out,
      at,
      dictionarySize,
    }: { readonly out: Int32Array; readonly at: number; readonly dictionarySize: number },
  ): void {
    if (!TEXT_ENCODINGS.has(encoding)) throw new Error(`the encoding ${encoding}`);
    if (values > 0) {
      const width = bytes[0] ?? 0;
      decodeHybrid(bytes.subarray(1), width, out, { at, count: values });
      for (let index = at; index < at + values; index++) {
        // Without a sign: a number of 32 bits is none of the dictionary either.
        if ((out[index] ?? 0) >>> 0 >= dictionarySize)
          throw new Error("a text that the dictionary does not have");
      }
    }
    if (present !== undefined) this.spread(out, { at, rows, values, present });
  }

  private readPlain({ bytes, rows, present, values }: DataPage, out: Int32Array, at: number): void {
    this.eachPlain(bytes, values, (wide, index) => {
      out[at + index] = this.localOf(wide);
    });
    if (present !== undefined) this.spread(out, { at, rows, values, present });
  }

  /** All lengths first, then all texts. */
  private readLengths({ bytes, rows, present, values }: DataPage, out: Int32Array, at: number): void {
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    const lengths = new Int32Array(values);
    if (values > 0) deltaBinaryUnpack(reader, values, lengths);
    let from = reader.offset;
    for (let index = 0; index < values; index++) {
      const length = lengths[index] ?? 0;
      if (length < 0 || from + length > bytes.length) throw new Error("a text that ends early");
      out[at + index] = this.localOf(this.interner.idOf(bytes, from, from + length));
      from += length;
    }
    if (present !== undefined) this.spread(out, { at, rows, values, present });
  }

  /** Moves what lies together to the rows that have it, from the end, so that nothing is overwritten that is still needed. */
  private spread(
    out: Int32Array,
    { at, rows, values, present }: Pick<DataPage, "rows" | "values"> & { at: number; present: Int32Array },
  ): void {
    const empty = this.localOf(this.interner.idOf(new Uint8Array(), 0, 0));
    let taken = at + values;
    for (let row = rows - 1; row >= 0; row--)
      out[at + row] = present[row] === 1 ? (out[--taken] ?? 0) : empty;
  }

  private localOf(wide: number): number {
    if (!this.knowsLocal) {
      this.local.fill(-1);
      for (let local = 0; local < this.localCount; local++) this.keepLocal(this.wideOf(local), local);
      this.knowsLocal = true;
    }
    const known = wide < this.local.length ? (this.local[wide] ?? -1) : -1;
    if (known >= 0) return known;
    const local = this.append(wide);
    this.keepLocal(wide, local);
    return local;
  }

  private keepLocal(wide: number, local: number): void {
    if (wide >= this.local.length) {
      const larger = new Int32Array(Math.max(1024, this.interner.size, wide + 1) * 2).fill(-1);
      larger.set(this.local);
      this.local = larger;
    }
    this.local[wide] = local;
  }

  private append(wide: number): number {
    if (this.localCount === this.wide.length) {
      const larger = new Int32Array(this.localCount * 2);
      larger.set(this.wide);
      this.wide = larger;
    }
    this.wide[this.localCount] = wide;
    return this.localCount++;
  }
}

/** Texts are a length of four bytes and their bytes. */
function endOfText(bytes: Uint8Array, from: number): number {
  const length =
    (bytes[from] ?? 0) |
    ((bytes[from + 1] ?? 0) << 8) |
    ((bytes[from + 2] ?? 0) << 16) |
    ((bytes[from + 3] ?? 0) << 24);
  const end = from + 4 + length;
  if (length < 0 || end > bytes.length) throw new Error("a text that ends early");
  return end;
}
