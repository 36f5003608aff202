/** Shorter values are words like any other once they are out of their place. */
const KNOWN_LENGTH_MIN = 6;
/** Letters alone are a word, unless there are more of them than words have. */
const LETTERS_MIN = 16;
/** Characters of a line of a secret that is told alone, as Terraform quotes lines. */
const LINE_MIN = 16;
/** Characters of what is certain of a secret within a longer text in base64. */
const BASE64_MIN = 8;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** UTF-8, one byte a number. */
function bytesOf(text: string): readonly number[] {
  const escaped = encodeURIComponent(text.toWellFormed()).matchAll(/%([0-9A-F]{2})|./g);
  return [...escaped].map(([character, hex]) =>
    hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}

/** The digits of base64 that a text has whatever stands before and after it, when it begins `shift` bytes after a group of three. */
function base64Within(text: string, shift: number): string {
  const bits = [...Array<number>(shift).fill(0), ...bytesOf(text)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(bits.length / 6);
  return Array.from(
    { length: Math.max(0, last - first) },
    (_, index) => DIGITS[Number.parseInt(bits.slice((first + index) * 6, (first + index + 1) * 6), 2)],
  ).join("");
}

/** A text as HCL and JSON write it, read: `\"` is `"`. */
function unescaped(text: string): string {
  return text.replace(/\\(n|t|r|.)/g, (_, mark: string) => ({ n: "\n", t: "\t", r: "\r" })[mark] ?? mark);
}

function isTelling(text: string): boolean {
  return text.trim().length >= KNOWN_LENGTH_MIN && (!/^[a-z]+$/i.test(text) || text.length >= LETTERS_MIN);
}

/**
 * How a secret may be written where nothing around it tells what it is: as it is, read, escaped for JSON or an address, within base64,
 * and line by line. None for what is too short or a word.
 */
export function spellingsOf(secret: string): ReadonlySet<string> {
  if (!isTelling(secret)) return new Set();
  // Of a text in a file it is not known whether its backslashes are its own.
  const read = [...new Set([secret, unescaped(secret)])];
  const lines = secret.split("\n").map((line) => line.trim());
  const written = read.flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
  ]);
  const encoded = read.flatMap((text) => [0, 1, 2].map((shift) => base64Within(text, shift)));
  return new Set([
    ...written.filter(isTelling),
    ...encoded.filter(({ length }) => length >= BASE64_MIN),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= LINE_MIN && isTelling(line)) : []),
  ]);
}
