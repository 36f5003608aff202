import { createReadStream, createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

const RETURN = 0x0d;

/**
 * The path of a text whose lines all end with LF: the file itself, or a copy at `copyPath` when it has any CR. DuckDB
 * takes the first line end that it sees for the only one and silently loses rows that end otherwise.
 */
export async function withUnixLines(path: string, copyPath: string): Promise<string> {
  if (!(await containsReturn(path))) return path;
  await pipeline(createReadStream(path), returnsToNewlines(), createWriteStream(copyPath));
  return copyPath;
}

async function containsReturn(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (chunk.includes(RETURN)) return true;
  }
  return false;
}

function returnsToNewlines(): Transform {
  let endedWithReturn = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // latin1 maps bytes to characters one to one, whatever the text's encoding.
      const text = chunk.toString("latin1");
      const rest = endedWithReturn && text.startsWith("\n") ? text.slice(1) : text;
      endedWithReturn = text.endsWith("\r");
      done(null, Buffer.from(rest.replaceAll("\r\n", "\n").replaceAll("\r", "\n"), "latin1"));
    },
  });
}
