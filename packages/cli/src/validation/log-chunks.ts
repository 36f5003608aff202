import { createReadStream, type ReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";

/** How a log is read. */
export interface LogChunkOptions {
  /** Told how many more bytes of the file, compressed or not, have been read. */
  readonly onBytes?: (count: number) => void;
  readonly signal?: AbortSignal;
}

const HEAD_BYTES = 6;

/** What a file starts with, and what it then is: it would be read as a log of one unreadable line. */
const OTHER_CONTAINERS = [
  { magic: [0x42, 0x5a, 0x68], name: "bzip2", tool: "bunzip2" },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], name: "xz", tool: "unxz" },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: "Zstandard", tool: "unzstd" },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: "a zip archive", tool: "unzip" },
] as const;
const GZIP = [0x1f, 0x8b] as const;
const UTF16 = [
  { magic: [0xff, 0xfe], encoding: "utf-16le" },
  { magic: [0xfe, 0xff], encoding: "utf-16be" },
] as const;

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}

/**
 * The text of a log on disk in chunks: gzip where the content says so, whatever the name; broken UTF-8 replaced. Constant
 * memory. Throws a CommandError for a file that cannot be read, with what to do.
 */
export async function* logChunks(file: string, options: LogChunkOptions = {}): AsyncGenerator<string> {
  const { signal, onBytes } = options;
  const head = await headOf(file);
  const other = OTHER_CONTAINERS.find(({ magic }) => startsWith(head, magic));
  if (other !== undefined)
    throw unreadable(file, `is ${other.name}; unpack it with ${other.tool} first, or give gzip`);
  const isGzip = startsWith(head, GZIP);
  const stream = createReadStream(file, signal === undefined ? {} : { signal });
  const counted = pipeline(stream, counter(onBytes), ignoreError);
  const bytes = isGzip ? pipeline(counted, createGunzip(), ignoreError) : counted;
  const decoder = new TextDecoder(UTF16.find(({ magic }) => startsWith(head, magic))?.encoding ?? "utf-8");
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>)
      yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    signal?.throwIfAborted();
    throw streamError(file, cause);
  } finally {
    await closed(stream);
  }
}

/** Whoever reads the last stream is told of errors; `pipeline` wants somebody to tell all the same. */
function ignoreError(): void {}

function counter(onBytes: LogChunkOptions["onBytes"]): Transform {
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      onBytes?.(chunk.byteLength);
      done(null, chunk);
    },
  });
}

/** A reader that stops early must not leave the file open. */
async function closed(stream: ReadStream): Promise<void> {
  if (stream.closed) return;
  const ended = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  stream.destroy();
  await ended;
}

async function headOf(file: string): Promise<Uint8Array> {
  try {
    // A directory can be opened, and a pipe would lose what is looked at.
    const found = await stat(file);
    if (found.isDirectory())
      throw unreadable(file, "is a directory; name the files in it, for example with a pattern");
    if (!found.isFile()) throw unreadable(file, "is no regular file; write its content to one first");
    const handle = await open(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw streamError(file, cause);
  }
}

function streamError(file: string, cause: unknown): Error {
  if (cause instanceof CommandError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return unreadable(file, "does not exist", cause);
    case "EACCES":
    case "EPERM":
      return unreadable(file, "cannot be read: permission denied", cause);
    case "Z_BUF_ERROR":
      return unreadable(
        file,
        "is gzip that ends in its middle: fetch it again, or wait until it is written",
        cause,
      );
    case "Z_DATA_ERROR":
      return unreadable(file, `is damaged gzip (${message}): fetch it again`, cause);
    default:
      return unreadable(file, `cannot be read: ${message}`, cause);
  }
}

function unreadable(file: string, what: string, cause?: unknown): CommandError {
  return new CommandError(EXIT_CODES.badInput, `--workload: ${file} ${what}`, { cause });
}
