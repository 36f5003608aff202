import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isSameValue, type Value } from "./dynamic-value.ts";

const SHA1_HEX = /^[0-9a-f]{40}$/;

function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether a configured value says what the state already holds although the texts differ: the same JSON document
 * written otherwise (policies), or a long text of which the state keeps the SHA-1 (user data, before version 6 of the
 * provider for AWS). The real providers suppress these differences too.
 */
export function isEquivalentText(before: Value, config: Value): boolean {
  if (isSameValue(before, config)) return true;
  if (typeof before !== "string" || typeof config !== "string") return false;
  if (SHA1_HEX.test(before)) return createHash("sha1").update(config).digest("hex") === before;
  const stored = parseJson(before);
  return stored !== undefined && isDeepStrictEqual(stored, parseJson(config));
}
