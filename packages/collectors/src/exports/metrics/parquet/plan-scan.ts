import type { SchemaElement } from "hyparquet";
import type { ChunkPlace, FlatColumn, ParquetFooter, RowGroup } from "../../../parquet/footer.ts";
import { NUMBER_ENCODINGS, type NumberType } from "../../../parquet/number-column.ts";
import { CODECS } from "../../../parquet/pages.ts";
import { TEXT_ENCODINGS, type TextType, WHOLE_NUMBER_ENCODINGS } from "../../../parquet/text-column.ts";
import type { MetricColumns } from "../csv-columns.ts";

/** The columns that tell series apart, in the order in which a series is named. */
export const TEXT_ROLES = ["resourceId", "metric", "statistic", "unit", "part", "period"] as const;

/** How instants lie in the file: as an instant of a unit, as a number of seconds or milliseconds, or as a text of either. */
export type TimeKind = "milliseconds" | "microseconds" | "nanoseconds" | "number" | "text";

/** The chunks of one row group that are read; its rows count from `firstRow`. */
export interface GroupToScan {
  readonly firstRow: number;
  readonly rows: number;
  readonly texts: readonly ChunkPlace[];
  readonly time: ChunkPlace | undefined;
  readonly value: ChunkPlace;
}

/** A column of {@link TEXT_ROLES}. */
export interface TextToScan {
  readonly role: (typeof TEXT_ROLES)[number];
  readonly type: TextType;
  readonly isOptional: boolean;
}

/** All that a thread has to know to read its share, as plain values. */
export interface SampleScan {
  readonly path: string;
  readonly rows: number;
  /** Of {@link TEXT_ROLES} those that the file has. */
  readonly texts: readonly TextToScan[];
  /** `undefined` where times are not asked for. */
  readonly time:
    | { readonly type: NumberType; readonly kind: TimeKind; readonly isOptional: boolean }
    | undefined;
  readonly value: { readonly type: NumberType; readonly isOptional: boolean };
  /** Row groups that are sorted together, in the order of the file. */
  readonly batches: readonly (readonly GroupToScan[])[];
  /** The file is read so many times, each for its share of the resources, so that the share fits in memory. */
  readonly passes: number;
}

/** What is sorted together: enough that a series has some samples in it, few enough for a processor's cache to help. */
const BATCH_ROWS = 1_000_000;

/** A row group is decoded as a whole. Writers make them of 1,000 to a million rows. */
const GROUP_ROWS_MAX = 8_000_000;
const CHUNK_BYTES_MAX = 512 * 1024 ** 2;

/** Samples in memory at once; what a single resource has is never divided. */
const SAMPLES_BYTES_MAX = 1024 ** 3;

/** Of several passes the one before may still wait for the garbage collector, so that each has half of the room. */
function passesFor(bytes: number, bytesMax = SAMPLES_BYTES_MAX): number {
  return bytes <= bytesMax ? 1 : Math.ceil(bytes / (bytesMax / 2));
}

/**
 * How the samples of a Parquet file can be read without a string for each row; `undefined` where a column, an encoding or a codec is
 * one that only DuckDB reads.
 */
export function planScan(
  path: string,
  { columns, groups }: ParquetFooter,
  names: MetricColumns,
  { withTimes, bytesMax }: { readonly withTimes: boolean; readonly bytesMax?: number },
): SampleScan | undefined {
  const texts = TEXT_ROLES.flatMap((role) => {
    const index = names[role];
    return index === undefined ? [] : [{ role, column: columns[index]?.flat }];
  });
  const value = columns[names.value]?.flat;
  const time = columns[names.timestamp]?.flat;
  const valueType = value && plainNumber(value.element);
  const kind = time && timeKind(time.element);
  if (value === undefined || valueType === undefined || time === undefined || kind === undefined)
    return undefined;
  const described: { text: TextToScan; column: FlatColumn }[] = [];
  for (const { role, column } of texts) {
    const type = column && textType(column.element);
    if (column === undefined || type === undefined) return undefined;
    described.push({ text: { role, type, isOptional: isOptional(column) }, column });
  }
  const read = { texts: described.map(({ column }) => column), time: withTimes ? time : undefined, value };
  const scanned = groupsToScan(groups, read);
  if (scanned === undefined) return undefined;
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  return {
    path,
    rows,
    texts: described.map(({ text }) => text),
    time: withTimes
      ? { type: time.element.type as NumberType, kind, isOptional: isOptional(time) }
      : undefined,
    value: { type: valueType, isOptional: isOptional(value) },
    batches: batchesOf(scanned),
    passes: passesFor(rows * (withTimes ? 16 : 8), bytesMax),
  };
}

function isOptional({ element }: FlatColumn): boolean {
  return element.repetition_type === "OPTIONAL";
}

/** Whole numbers name parts and periods. */
function textType(element: SchemaElement): TextType | undefined {
  const { type, converted_type, logical_type } = element;
  if (type === "BYTE_ARRAY")
    return converted_type === "UTF8" || logical_type?.type === "STRING" ? type : undefined;
  const number = plainNumber(element);
  return number === "INT32" || number === "INT64" ? number : undefined;
}

/** The type of a column of plain numbers: no decimals, dates or unsigned ones. */
function plainNumber({ type, converted_type, logical_type }: SchemaElement): NumberType | undefined {
  if (type === "DOUBLE" || type === "FLOAT") return logical_type === undefined ? type : undefined;
  if (type !== "INT32" && type !== "INT64") return undefined;
  if (logical_type !== undefined)
    return logical_type.type === "INTEGER" && logical_type.isSigned ? type : undefined;
  return converted_type === undefined || /^INT_\d+$/.test(converted_type) ? type : undefined;
}

function timeKind(element: SchemaElement): TimeKind | undefined {
  if (plainNumber(element) !== undefined) return "number";
  if (textType(element) !== undefined) return "text";
  const { type, converted_type, logical_type } = element;
  if (type !== "INT64") return undefined;
  if (logical_type?.type === "TIMESTAMP") {
    if (logical_type.unit === "NANOS") return "nanoseconds";
    return logical_type.unit === "MICROS" ? "microseconds" : "milliseconds";
  }
  if (logical_type !== undefined) return undefined;
  if (converted_type === "TIMESTAMP_MICROS") return "microseconds";
  return converted_type === "TIMESTAMP_MILLIS" ? "milliseconds" : undefined;
}

function groupsToScan(
  groups: readonly RowGroup[],
  columns: {
    readonly texts: readonly FlatColumn[];
    readonly time: FlatColumn | undefined;
    readonly value: FlatColumn;
  },
): readonly GroupToScan[] | undefined {
  const scanned: GroupToScan[] = [];
  let firstRow = 0;
  for (const { rows, chunks } of groups) {
    if (!(rows >= 0 && rows <= GROUP_ROWS_MAX)) return undefined;
    const placeOf = (column: FlatColumn, encodings: ReadonlySet<string>): ChunkPlace | undefined => {
      const place = chunks[column.chunk];
      return place !== undefined && isReadable(place, encodings) ? place : undefined;
    };
    const texts = columns.texts.flatMap((column) => placeOf(column, encodingsOfTexts(column)) ?? []);
    const value = placeOf(columns.value, NUMBER_ENCODINGS);
    const time = columns.time && placeOf(columns.time, encodingsOfTimes(columns.time));
    const hasAll =
      texts.length === columns.texts.length && (time !== undefined || columns.time === undefined);
    if (value === undefined || !hasAll) return undefined;
    if (rows > 0) scanned.push({ firstRow, rows, texts, time, value });
    firstRow += rows;
  }
  return scanned;
}

function encodingsOfTexts({ element }: FlatColumn): ReadonlySet<string> {
  return element.type === "BYTE_ARRAY" ? TEXT_ENCODINGS : WHOLE_NUMBER_ENCODINGS;
}

function encodingsOfTimes(column: FlatColumn): ReadonlySet<string> {
  return timeKind(column.element) === "text" ? TEXT_ENCODINGS : NUMBER_ENCODINGS;
}

/** RLE and BIT_PACKED are told for the levels of every column. */
function isReadable({ codec, encodings, bytes }: ChunkPlace, known: ReadonlySet<string>): boolean {
  const isKnown = encodings.every((one) => known.has(one) || one === "RLE" || one === "BIT_PACKED");
  return CODECS.has(codec) && isKnown && bytes <= CHUNK_BYTES_MAX;
}

function batchesOf(groups: readonly GroupToScan[]): readonly (readonly GroupToScan[])[] {
  const batches: GroupToScan[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    if (rows + group.rows > BATCH_ROWS) {
      batches.push([]);
      rows = 0;
    }
    batches.at(-1)?.push(group);
    rows += group.rows;
  }
  return batches;
}
