import { isJsonObject, type JsonObject, type JsonValue, parseAddress } from "@apex/core";

/** What an entry of a usage file is told for; where several match, later ones count before earlier ones. */
export type UsageScope = "type" | "wildcard" | "address";

/** An entry of a usage file: what the resources that it names are expected to use in a month. */
export interface UsageEntry {
  readonly scope: UsageScope;
  /** "aws_lambda_function", "module.a[*].aws_lambda_function.b", `aws_lambda_function.b["x"]`. */
  readonly name: string;
  /** Nested as in the file; numbers as they are written, without underscores. */
  readonly quantities: JsonObject;
}

/** Above every character that a name can have. */
const LAST = "\uffff";

/** Orders wildcard entries: where two begin alike, the one that says more comes first. */
function compareWildcards(a: UsageEntry, b: UsageEntry): number {
  const [left, right] = [a, b].map(({ name }) => name.replaceAll("*", LAST));
  if (left === right || left === undefined || right === undefined) return 0;
  return left < right ? -1 : 1;
}

/** Whether a name in which `*` stands for any text is that of an address; in time that grows with their lengths. */
function matchesWildcard(name: string, address: string): boolean {
  const parts = name.split("*");
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  if (address.length < first.length + last.length) return false;
  if (!address.startsWith(first) || !address.endsWith(last)) return false;
  const end = address.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = address.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/** Entries as they are looked up. */
export interface UsageIndex {
  /** Those that count for a resource: its type's, the first wildcard's and its own, in this order. */
  matching(resource: { readonly address: string; readonly type: string }): readonly UsageEntry[];
}

/** Makes entries ready to be looked up. */
export function indexUsage(entries: readonly UsageEntry[]): UsageIndex {
  const named = (scope: UsageScope) =>
    new Map(entries.filter((entry) => entry.scope === scope).map((entry) => [entry.name, entry]));
  const [types, addresses] = [named("type"), named("address")];
  const wildcards = [...named("wildcard").values()].sort(compareWildcards);
  return {
    matching: ({ address, type }) =>
      [
        types.get(type),
        wildcards.find(({ name }) => matchesWildcard(name, address)),
        addresses.get(address),
      ].filter((entry) => entry !== undefined),
  };
}

/** The scope of a name; `undefined` for one that can be no resource's. Types are taken in either section, as Infracost does. */
export function scopeOf(name: string): UsageScope | undefined {
  if (name.includes("*")) return "wildcard";
  if (/^[\w-]+$/.test(name)) return "type";
  return parseAddress(name) === undefined ? undefined : "address";
}

/** One map over another, key by key. */
export function mergeQuantities(under: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isJsonObject(below) && isJsonObject(value) ? mergeQuantities(below, value) : value);
  }
  return Object.fromEntries(merged);
}
