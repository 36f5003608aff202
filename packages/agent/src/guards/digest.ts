import { canonicalJson } from "@apex/core";

/** Characters of a digest: 128 bits, far more than is needed to tell the resources of a plan apart. */
const DIGEST_LENGTH = 32;

/** SHA-256's round constants are the first 32 bits of the fractions of the cube roots of the first 64 primes. Source: FIPS 180-4. */
const CONSTANTS = [...fractions(64, Math.cbrt)];

const START = [...fractions(8, Math.sqrt)];

function* fractions(count: number, root: (prime: number) => number): Generator<number> {
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) isPrime = false;
    }
    if (!isPrime) continue;
    found++;
    yield Math.floor((root(candidate) % 1) * 2 ** 32);
  }
}

/** UTF-8 of a text; a surrogate that stands alone is U+FFFD. */
function bytesOf(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return bytes;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function schedule(block: readonly number[]): number[] {
  const words = [...block];
  for (let at = 16; at < 64; at++) {
    const [w15 = 0, w2 = 0] = [words[at - 15], words[at - 2]];
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words.push(((words[at - 16] ?? 0) + s0 + (words[at - 7] ?? 0) + s1) | 0);
  }
  return words;
}

function compress(state: readonly number[], block: readonly number[]): number[] {
  const words = schedule(block);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + s1 + choice + (CONSTANTS[at] ?? 0) + (words[at] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, at) => (word + (state[at] ?? 0)) | 0);
}

/** SHA-256 of a text's UTF-8 in hexadecimal digits. Source: FIPS 180-4. Pure code has no `node:crypto`. */
export function sha256(text: string): string {
  const bytes = bytesOf(text);
  const bits = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (const word of [Math.floor(bits / 2 ** 32), bits]) {
    bytes.push((word >>> 24) & 255, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
  }
  let state: readonly number[] = START.map((word) => word | 0);
  for (let at = 0; at < bytes.length; at += 64) {
    const block = Array.from({ length: 16 }, (_, index) => {
      const [first = 0, second = 0, third = 0, fourth = 0] = bytes.slice(at + index * 4, at + index * 4 + 4);
      return (first << 24) | (second << 16) | (third << 8) | fourth;
    });
    state = compress(state, block);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** What tells equal values from others without telling what they are: independent of the order of keys. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, DIGEST_LENGTH);
}
