/** How text from outside is shown to a model. */
export interface Framing {
  /** Not guessable by who wrote the configuration: without it, data could close its own frame. */
  readonly nonce: string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Characters of a text that a model is estimated to read as one token. Source: OpenAI, "What are tokens and how to count them?" */
const CHARACTERS_PER_TOKEN = 4;

/** An estimate, for bounds: what was used is told by the server. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** How many characters fit in so many tokens, by the same estimate. */
export function charactersOf(tokens: number): number {
  return tokens * CHARACTERS_PER_TOKEN;
}

/**
 * What a reader does not see or what moves what it sees: control characters but tab and line feed, soft hyphens, zero-width and
 * bidirectional marks, variation selectors, tags. Source: Unicode TR36 "Security Considerations" and the general categories Cc, Cf.
 */
export const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu;

/** A text with its invisible characters named, as `<U+200B>`: they may be the mistake, and they may hide one. */
function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(INVISIBLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `<U+${code}>`;
  });
}

/** At most `max` characters: the start and the end, and between them how much is left out. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor(max / 2);
  const left = text.length - 2 * half;
  return `${text.slice(0, half)}\n… ${left} characters left out …\n${text.slice(text.length - half)}`;
}

/** A word or a path from outside for use within our own sentences: one line, bounded. */
export function inLine(text: string, max = 200): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  return line.length <= max ? line : `${line.slice(0, max)}…`;
}

/**
 * Text from outside as data: redacted, with its invisible characters named, in a frame that only its maker can close. `label` is
 * ours; what it quotes is to be put {@link inLine} before.
 */
export function framed(label: string, text: string, { nonce, redact }: Framing): string {
  // Whoever knows the nonce of an earlier turn cannot use it here either.
  const content = visible(redact(text)).replaceAll(nonce, "<nonce>");
  const title = visible(redact(label))
    .replace(/["<>\n]/g, "'")
    .replaceAll(nonce, "");
  return `<data ${nonce} "${title}">\n${content.replace(/\n$/, "")}\n</data ${nonce}>`;
}
