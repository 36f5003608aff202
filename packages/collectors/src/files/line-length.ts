import { createReadStream } from "node:fs";

const NEWLINE = 0x0a;

/** Half of DuckDB's read buffer: a line that does not fit into the buffer is lost without a word. */
export const LINE_BYTES_MAX = 16 * 1024 ** 2;

/** The number, from 1, of the first line of a file that is longer than `bytesMax`; `undefined` when there is none. */
export async function firstOverlongLine(
  path: string,
  bytesMax = LINE_BYTES_MAX,
): Promise<number | undefined> {
  let line = 1;
  let length = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (length + end - start > bytesMax) return line;
      line += 1;
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    if (length > bytesMax) return line;
  }
  return undefined;
}
