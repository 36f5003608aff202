import { open } from "node:fs/promises";
import type { SchemaElement } from "hyparquet";
import { parquetMetadata } from "hyparquet/src/metadata.js";
import { checkThrift } from "./thrift-check.ts";

/** A column that is no list, map or struct. */
export interface FlatColumn {
  readonly element: SchemaElement;
  /** Which of a row group's chunks is its. */
  readonly chunk: number;
}

/** Where a column's values of one row group lie, as plain values that a thread can be told. */
export interface ChunkPlace {
  readonly offset: number;
  readonly bytes: number;
  readonly codec: string;
  readonly encodings: readonly string[];
}

/** Rows that lie together, and the chunks of their columns. */
export interface RowGroup {
  readonly rows: number;
  /** `undefined` for one that lies in another file or outside of this one, is encrypted, or does not say where it is. */
  readonly chunks: readonly (ChunkPlace | undefined)[];
}

/** What a Parquet file says of itself. */
export interface ParquetFooter {
  /** The top level of the schema, in its order; `undefined` for what is nested. */
  readonly columns: readonly { readonly name: string; readonly flat: FlatColumn | undefined }[];
  readonly groups: readonly RowGroup[];
}

/** More than the footer of a file of 50,000 row groups of eight columns; DuckDB reads a longer one. */
const FOOTER_BYTES_MAX = 64 * 1024 ** 2;

/** The footer's length and the magic number, at the file's end. */
const TAIL_BYTES = 8;

/** Reads the footer. Throws on what is none, in hyparquet's words. */
export async function readFooter(path: string): Promise<ParquetFooter> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const readAt = async (length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.subarray(0, bytesRead);
    };
    if (size < TAIL_BYTES) throw new Error("the file is too short");
    const length = (await readAt(TAIL_BYTES)).readUInt32LE(0) + TAIL_BYTES;
    if (length > Math.min(size, FOOTER_BYTES_MAX)) throw new Error(`its footer cannot have ${length} bytes`);
    const footer = await readAt(length);
    checkThrift(footer.subarray(0, -TAIL_BYTES), 0);
    return footerOf(parquetMetadata(footer, { geoparquet: false }), size);
  } finally {
    await handle.close();
  }
}

function footerOf({ schema, row_groups }: ReturnType<typeof parquetMetadata>, size: number): ParquetFooter {
  const groups = row_groups.map(({ num_rows, columns }) => ({
    rows: Number(num_rows),
    chunks: columns.map((column) => placeOf(column, size)),
  }));
  return { columns: topLevel(schema), groups };
}

function placeOf(
  column: ReturnType<typeof parquetMetadata>["row_groups"][number]["columns"][number],
  size: number,
): ChunkPlace | undefined {
  const data = column.meta_data;
  const isElsewhere = (column.file_path ?? "") !== "" || column.crypto_metadata !== undefined;
  if (data === undefined || isElsewhere) return undefined;
  const dictionary = Number(data.dictionary_page_offset ?? 0);
  const first = Number(data.data_page_offset);
  // Some writers give 0 where there is no dictionary.
  const offset = dictionary > 0 ? Math.min(dictionary, first) : first;
  const bytes = Number(data.total_compressed_size);
  // Before there is room made for it.
  if (!(offset >= 0 && bytes >= 0 && offset + bytes <= size)) return undefined;
  return { offset, bytes, codec: data.codec, encodings: data.encodings };
}

/** The schema is a tree in depth-first order; its leaves are the chunks of a row group. */
function topLevel(schema: readonly SchemaElement[]): ParquetFooter["columns"] {
  const columns: { name: string; flat: FlatColumn | undefined }[] = [];
  let at = 1;
  let chunk = 0;
  const skip = (): void => {
    const element = schema[at++];
    if (element === undefined) throw new Error("its schema ends early");
    const children = element.num_children ?? 0;
    if (children === 0) chunk += 1;
    for (let child = 0; child < children; child++) skip();
  };
  while (at < schema.length) {
    const element = schema[at];
    if (element === undefined) break;
    const isFlat = (element.num_children ?? 0) === 0 && element.repetition_type !== "REPEATED";
    columns.push({ name: element.name, flat: isFlat ? { element, chunk } : undefined });
    skip();
  }
  return columns;
}
