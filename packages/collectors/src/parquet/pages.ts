import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { parquetHeader } from "hyparquet/src/column.js";
import { snappyUncompressor } from "hysnappy";
import { decodeHybrid, isAllOnes } from "./hybrid.ts";
import { checkThrift } from "./thrift-check.ts";

/** Values of a column that lie together. */
export interface DataPage {
  readonly encoding: string;
  /** How many rows it is of, nulls among them. */
  readonly rows: number;
  /** 1 where a row has a value; `undefined` where all have. */
  readonly present: Int32Array | undefined;
  /** How many rows have a value. */
  readonly values: number;
  /** The values alone, as they are encoded. */
  readonly bytes: Uint8Array;
}

/** What has to be known of a chunk besides its bytes. */
export interface PageFormat {
  readonly rows: number;
  readonly codec: string;
  /** Whether there may be nulls. */
  readonly isOptional: boolean;
}

/** Who gets the pages of a chunk, in their order. */
export interface PageVisitor {
  dictionary(bytes: Uint8Array, values: number): void;
  data(page: DataPage): void;
}

/** What {@link visitPages} unpacks. */
export const CODECS: ReadonlySet<string> = new Set(["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"]);

/** Writers make pages of a mebibyte, or of a row group; more is damage. */
const PAGE_BYTES_MAX = 256 * 1024 ** 2;

/**
 * Hands over the pages of a flat column's chunk, unpacked, until `rows` rows are there. Throws on anything that is not as it should be.
 */
export function visitPages(
  chunk: Uint8Array,
  { rows, codec, isOptional }: PageFormat,
  visitor: PageVisitor,
): void {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  let seen = 0;
  while (seen < rows) {
    checkThrift(chunk, reader.offset);
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: plain } = header;
    if (!(packed >= 0 && plain >= 0 && plain <= PAGE_BYTES_MAX && reader.offset + packed <= chunk.length)) {
      throw new Error("a page of a size that it cannot have");
    }
    const bytes = chunk.subarray(reader.offset, reader.offset + packed);
    reader.offset += packed;
    const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
    if (header.type === "DICTIONARY_PAGE" && dictionary !== undefined) {
      visitor.dictionary(unpack(bytes, codec, plain), dictionary.num_values);
      continue;
    }
    if (header.type === "INDEX_PAGE") continue;
    const count = v1?.num_values ?? v2?.num_values ?? 0;
    if (!(count > 0 && count <= rows - seen)) throw new Error("a page of more rows than there are");
    if (v1 !== undefined) {
      if (isOptional && v1.definition_level_encoding !== "RLE") throw new Error("levels in an old encoding");
      visitor.data(pageOfV1(unpack(bytes, codec, plain), { encoding: v1.encoding, rows: count, isOptional }));
    } else if (v2 !== undefined) {
      const levels = v2.definition_levels_byte_length;
      if (v2.repetition_levels_byte_length !== 0 || levels < 0 || levels > packed)
        throw new Error("nested levels");
      const rest = bytes.subarray(levels);
      const values = v2.is_compressed === false ? rest : unpack(rest, codec, plain - levels);
      visitor.data({
        encoding: v2.encoding,
        rows: count,
        ...presence(bytes.subarray(0, levels), count, isOptional),
        bytes: values,
      });
    }
    seen += count;
  }
}

function pageOfV1(
  bytes: Uint8Array,
  {
    encoding,
    rows,
    isOptional,
  }: { readonly encoding: string; readonly rows: number; readonly isOptional: boolean },
): DataPage {
  if (!isOptional) return { encoding, rows, present: undefined, values: rows, bytes };
  const levels = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (4 + levels > bytes.length) throw new Error("levels that end early");
  return {
    encoding,
    rows,
    ...presence(bytes.subarray(4, 4 + levels), rows, true),
    bytes: bytes.subarray(4 + levels),
  };
}

function presence(
  levels: Uint8Array,
  rows: number,
  isOptional: boolean,
): Pick<DataPage, "present" | "values"> {
  if (!isOptional || isAllOnes(levels, rows)) return { present: undefined, values: rows };
  const present = new Int32Array(rows);
  decodeHybrid(levels, 1, present, { at: 0, count: rows });
  let values = 0;
  for (const one of present) {
    if (one !== 0 && one !== 1) throw new Error("a level that a flat column has not");
    values += one;
  }
  return { present: values === rows ? undefined : present, values };
}

let snappy: ReturnType<typeof snappyUncompressor> | undefined;

function unpack(bytes: Uint8Array, codec: string, length: number): Uint8Array {
  if (length === 0) return new Uint8Array();
  const plain = unpacked(bytes, codec, length);
  if (plain.length !== length) throw new Error("a page that unpacks to another size than it says");
  return plain;
}

function unpacked(bytes: Uint8Array, codec: string, length: number): Uint8Array {
  // One buffer for all of it, with room to see that there is no more.
  const limit = { maxOutputLength: length, chunkSize: length + 64 };
  switch (codec) {
    case "UNCOMPRESSED":
      return bytes;
    case "ZSTD":
      return zstdDecompressSync(bytes, limit);
    case "GZIP":
      return gunzipSync(bytes, limit);
    case "BROTLI":
      return brotliDecompressSync(bytes, limit);
    case "SNAPPY":
      if (snappyLength(bytes) !== length) throw new Error("a page that unpacks to another size than it says");
      snappy ??= snappyUncompressor();
      return snappy(bytes, length);
    default:
      throw new Error(`the codec ${codec}`);
  }
}

/** What Snappy's first bytes say: hysnappy trusts whoever calls it. */
function snappyLength(bytes: Uint8Array): number {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return length;
}
