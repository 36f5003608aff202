import { StringDecoder } from "node:string_decoder";

/** A line of the engine's reports takes a few hundred characters. */
const LINE_CHARACTERS_MAX = 1024 * 1024;

/** The values of a stream with one JSON value a line; lines that are none are left out. Throws when a line does not end. */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<unknown> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of stream) {
    rest += typeof chunk === "string" ? chunk : decoder.write(chunk);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARACTERS_MAX) throw new Error("a line of the engine's report does not end");
    for (const line of lines) yield* parsed(line);
  }
  yield* parsed(rest + decoder.end());
}

function* parsed(line: string): Generator<unknown> {
  try {
    yield JSON.parse(line) as unknown;
  } catch {
    // Not for us.
  }
}
