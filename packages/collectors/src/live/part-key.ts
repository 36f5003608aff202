import { createHash } from "node:crypto";

/** A collection takes 300, and a round adds some of its own. */
const KEY_CHARS_MAX = 280;
const DIGEST_CHARS = 12;

/**
 * The key of a part from names that may hold anything and be of any length, an ARN, an address or a path: what a key must not hold
 * is replaced, and what then could be another's is told apart by a digest.
 */
export function partKey(...segments: readonly string[]): string {
  const given = segments.join("/");
  const key = given.replaceAll(/[^\w./:@-]/g, "_");
  if (key === given && key.length <= KEY_CHARS_MAX) return key;
  const digest = createHash("sha256").update(given).digest("hex").slice(0, DIGEST_CHARS);
  return `${key.slice(0, KEY_CHARS_MAX - DIGEST_CHARS - 1)}-${digest}`;
}
