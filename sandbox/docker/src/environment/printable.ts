/** Control characters, those of the C1 set and of bidirectional text: they could make a terminal show something else. */
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;
const LINE_CHARACTERS_MAX = 500;
const FRAME_HEADER_BYTES = 8;

/** Text of untrusted programs for people: what a terminal would obey is shown as "\u001b". */
export function printable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .split("\n")
    .map((line) => (line.length > LINE_CHARACTERS_MAX ? `${line.slice(0, LINE_CHARACTERS_MAX)}…` : line))
    .join("\n");
}

/** The text of an engine's log: frames of one byte for the stream, three of nothing, four for the length, then the text. */
export function unframedLog(log: Buffer): string {
  const parts: Buffer[] = [];
  for (let offset = 0; offset + FRAME_HEADER_BYTES <= log.length; ) {
    const length = log.readUInt32BE(offset + 4);
    parts.push(log.subarray(offset + FRAME_HEADER_BYTES, offset + FRAME_HEADER_BYTES + length));
    offset += FRAME_HEADER_BYTES + length;
  }
  return Buffer.concat(parts).toString("utf8");
}
