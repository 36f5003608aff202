/**
 * A second opinion on an edited file: HashiCorp's own HCL parser (compiled to JavaScript as `hcl2-parser`) reads it
 * before and after. Apart from the package's main entry because it loads 4 MB of code.
 */
import { isJsonObject, type JsonPath, type JsonValue } from "@apex/core";
import hcl2 from "hcl2-parser";

/** One value that differs between two versions of a file; `undefined` where there is none. */
export interface ReadDifference {
  readonly path: JsonPath;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** What the second reader sees in an edit. Blocks are lists under their type and labels. */
export type SecondReading =
  | { readonly kind: "read"; readonly differences: readonly ReadDifference[] }
  | { readonly kind: "unreadable"; readonly version: "before" | "after" };

/** Reads HCL text as the second reader's JSON, `undefined` when it refuses the text. */
export function readWithSecondReader(text: string): JsonValue | undefined {
  const [value] = hcl2.parseToObject(text.replace(/^\uFEFF/, "")) as readonly [JsonValue, unknown];
  return value ?? undefined;
}

/** Differences listed before an edit counts as having changed everything. */
const DIFFERENCES_MAX = 1_000;

/** Compares two versions of one file as the second reader understands them. */
export function compareWithSecondReader(before: string, after: string): SecondReading {
  const old = readWithSecondReader(before);
  if (old === undefined) return { kind: "unreadable", version: "before" };
  const now = readWithSecondReader(after);
  if (now === undefined) return { kind: "unreadable", version: "after" };
  const differences: ReadDifference[] = [];
  compare(old, now, [], differences);
  return { kind: "read", differences };
}

function compare(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: JsonPath,
  found: ReadDifference[],
): void {
  if (found.length >= DIFFERENCES_MAX) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let at = 0; at < length; at++) compare(before[at], after[at], [...path, at], found);
  } else if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) compare(before[key], after[key], [...path, key], found);
  } else if (before !== after) {
    found.push({ path, before, after });
  }
}
