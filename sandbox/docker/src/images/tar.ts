import { createReadStream } from "node:fs";
import { AdapterError, assert } from "@apex/core";

/** One entry of an archive: its path without a leading slash, its permission bits, and where its bytes are. */
export type TarEntry =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "text"; readonly path: string; readonly mode: number; readonly content: Buffer }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: number;
      /** Where the bytes are read from when the archive is sent. */
      readonly source: string;
      readonly bytes: number;
    };

// Field offsets and lengths of POSIX ustar (IEEE Std 1003.1, pax "ustar Interchange Format").
const BLOCK_BYTES = 512;
const NAME = { at: 0, bytes: 100 };
const MODE_AT = 100;
const SIZE_AT = 124;
const CHECKSUM = { at: 148, bytes: 8 };
const TYPE_AT = 156;
const MAGIC_AT = 257;
const PREFIX = { at: 345, bytes: 155 };
const FILE_BYTES_MAX = 8 ** 11;

function contentBytes(entry: TarEntry): number {
  if (entry.kind === "directory") return 0;
  return entry.kind === "text" ? entry.content.length : entry.bytes;
}

function paddingBytes(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** A path in its two fields: the prefix ends where a slash stood. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= NAME.bytes) return { prefix: "", name: path };
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    const isNameShort = Buffer.byteLength(name) <= NAME.bytes;
    if (isNameShort && name !== "" && Buffer.byteLength(prefix) <= PREFIX.bytes) return { prefix, name };
  }
  throw new AdapterError("invalid", `the path ${path} is too long for an image; move it to a shorter one`);
}

function header(entry: TarEntry): Buffer {
  const bytes = contentBytes(entry);
  assert(bytes < FILE_BYTES_MAX, `${entry.path} is larger than an archive can say`);
  const block = Buffer.alloc(BLOCK_BYTES);
  const { prefix, name } = splitPath(entry.kind === "directory" ? `${entry.path}/` : entry.path);
  block.write(name, NAME.at);
  block.write(entry.mode.toString(8).padStart(7, "0"), MODE_AT);
  // Owner and group 0, and the epoch as the time of change: the same files make the same archive.
  for (const at of [108, 116]) block.write("0000000", at);
  block.write(bytes.toString(8).padStart(11, "0"), SIZE_AT);
  block.write("0".repeat(11), 136);
  block.write(entry.kind === "directory" ? "5" : "0", TYPE_AT);
  block.write("ustar\x0000", MAGIC_AT, "latin1");
  block.write(prefix, PREFIX.at);
  block.fill(" ", CHECKSUM.at, CHECKSUM.at + CHECKSUM.bytes);
  const checksum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\0 `, CHECKSUM.at, "latin1");
  return block;
}

async function* fileContent(entry: TarEntry & { readonly kind: "file" }): AsyncGenerator<Buffer> {
  let left = entry.bytes;
  for await (const chunk of createReadStream(entry.source, { highWaterMark: 1024 * 1024 })) {
    left -= (chunk as Buffer).length;
    if (left < 0) break;
    yield chunk as Buffer;
  }
  if (left !== 0) {
    throw new AdapterError("unavailable", `${entry.source} changed while it was read; try again`);
  }
}

/** The size of the archive of `entries`. */
export function tarBytes(entries: readonly TarEntry[]): number {
  const sizes = entries.map((entry) => {
    const bytes = contentBytes(entry);
    return BLOCK_BYTES + bytes + paddingBytes(bytes);
  });
  return sizes.reduce((total, bytes) => total + bytes, 2 * BLOCK_BYTES);
}

/**
 * A ustar archive as a stream of chunks: files are read as they are sent. Throws an AdapterError when a path does not fit
 * or a file changes on the way.
 */
export async function* tar(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield header(entry);
    if (entry.kind === "text") yield entry.content;
    if (entry.kind === "file") yield* fileContent(entry);
    yield Buffer.alloc(paddingBytes(contentBytes(entry)));
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}
