/** Longest shape shown, and how much of a line is looked at for it. */
const SHAPE_CHARS_MAX = 160;

/** Words that formats themselves write; no secret is one of them. */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    "GET HEAD POST PUT PATCH DELETE OPTIONS HTTP http https ws wss grpcs Z T UTC GMT null true false " +
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec " +
    "time timestamp msec request method path status bytes duration uri url httpRequest requestMethod requestUrl " +
    "latency usage created Fields Version date"
  ).split(" "),
);

/**
 * What a line looks like, without what it says: digits become 9, words that are not a format's own become `~`. Lines in
 * no known format may hold anything anywhere, so that only what is known to be harmless is shown.
 */
export function lineShape(line: string): string {
  const shape = line
    .slice(0, SHAPE_CHARS_MAX)
    .replaceAll(/[^\x20-\x7e]+/g, "~")
    .replaceAll(/[A-Za-z]+/g, (word) => (VOCABULARY.has(word) ? word : "~"))
    .replaceAll(/\d/g, "9")
    .replaceAll(/~[~9]*/g, "~");
  return line.length > SHAPE_CHARS_MAX ? `${shape}…` : shape;
}
