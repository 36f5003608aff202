import type { PageFormat } from "../../../parquet/pages.ts";
import { TextColumn } from "../../../parquet/text-column.ts";
import { EPOCH_MS_MIN, epochMsOf, parseTimestamp } from "../../timestamp.ts";

/** Instants to the fraction of a second never come back: of so many none is worth its memory. */
const TEXTS_KEPT_MAX = 500_000;

/** Seconds or milliseconds, as text. */
const NUMBER = /^\d+(?:\.\d+)?$/;

/**
 * A column of instants that are texts, each of which is parsed once. Throws on a text that is neither an ISO instant nor a number, and on one
 * of another age: DuckDB knows more ways to write an instant, and what to say of others.
 */
export class TextTimes {
  private column = new TextColumn("BYTE_ARRAY");
  private codes = new Int32Array();
  /** By the texts' numbers in the file; NaN for no text. */
  private instants: number[] = [];
  private zoneless: boolean[] = [];

  /** Reads a chunk into `out` from `at` on: epoch milliseconds, NaN for no text. */
  read(chunk: Uint8Array, format: PageFormat, out: Float64Array, at: number): void {
    if (this.instants.length > TEXTS_KEPT_MAX) this.forget();
    const { rows } = format;
    if (this.codes.length < rows) this.codes = new Int32Array(rows);
    const { codes, column } = this;
    column.read(chunk, format, codes, 0);
    for (let id = this.instants.length; id < column.interner.size; id++) this.parse(column.interner.text(id));
    for (let row = 0; row < rows; row++) {
      out[at + row] = this.instants[column.wideOf(codes[row] ?? -1)] ?? Number.NaN;
    }
  }

  /** Of the chunk that was read last, whether a row's text names no zone. */
  isZoneless(row: number): boolean {
    return this.zoneless[this.column.wideOf(this.codes[row] ?? -1)] ?? false;
  }

  /** Whether any text names no zone. */
  get hasZoneless(): boolean {
    return this.zoneless.includes(true);
  }

  private forget(): void {
    this.column = new TextColumn("BYTE_ARRAY");
    this.instants = [];
    this.zoneless = [];
  }

  private parse(written: string): void {
    const text = written.trim();
    const parsed = parseTimestamp(text);
    const number = parsed?.epochMs ?? (NUMBER.test(text) ? Number(text) : Number.NaN);
    // Between the first and the last instant that samples have, milliseconds stay what they are.
    const epochMs = epochMsOf(parsed !== undefined && number < EPOCH_MS_MIN ? Number.NaN : number);
    if (epochMs === undefined && text !== "") throw new Error("an instant in other words");
    this.instants.push(epochMs ?? Number.NaN);
    this.zoneless.push(parsed?.zoneAssumed === true);
  }
}
