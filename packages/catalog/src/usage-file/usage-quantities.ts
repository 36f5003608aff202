import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";
import { RESOURCE_PRICERS } from "../terraform/resource-pricers.ts";
import type { UsageQuantities } from "../terraform/usage.ts";
import { nearestName, type UsageFile } from "./parse-usage-file.ts";
import { indexUsage, mergeQuantities, type UsageEntry } from "./usage-entry.ts";

/** A key of an entry that no price has read. */
export interface UnreadUsage {
  /** The name of the entry. */
  readonly entry: string;
  /** "standard.storage_gb" */
  readonly key: string;
  /** Why, as a whole sentence without a period. */
  readonly reason: string;
}

/** What became of a usage file. Type defaults, which a company keeps for all it has, are told apart from names of resources. */
export interface UsageReport {
  /** Names of entries that a price was counted by. */
  readonly used: readonly string[];
  /** Names under `resource_usage` that no resource of either side has. */
  readonly unmatched: readonly string[];
  /** Types under `resource_type_default_usage` of which there is no resource. */
  readonly unmatchedTypes: readonly string[];
  /** Quantities that no price has read. Zeros change nothing and are left out. */
  readonly unread: readonly UnreadUsage[];
}

/** The quantities of a usage file, and afterwards what was done with them. */
export interface RecordedUsage extends UsageQuantities {
  /** What became of the file in all that was priced with it so far. */
  report(): UsageReport;
}

/** What prices have asked an entry for. */
interface EntryRecord {
  readonly entry: UsageEntry;
  readonly types: Set<string>;
  readonly asked: Set<string>;
}

function recorded(value: JsonObject, path: string, note: (path: string) => void): JsonObject {
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  return new Proxy(value, {
    // Whether there is such a key is what everybody asks first.
    getOwnPropertyDescriptor(target, key) {
      if (typeof key === "string") note(at(key));
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    get(target, key) {
      const found = Reflect.get(target, key) as JsonValue | undefined;
      return typeof key === "string" && isJsonObject(found) ? recorded(found, at(key), note) : found;
    },
  });
}

/** The paths of what an entry tells. */
function toldKeys(value: JsonObject, path: readonly string[] = []): readonly string[] {
  return Object.entries(value).flatMap(([key, each]) => {
    if (isJsonObject(each)) return toldKeys(each, [...path, key]);
    return Number(each) === 0 ? [] : [[...path, key].join(".")];
  });
}

/** Keys of Infracost's that name another way to buy; prices here are on demand. */
const COMMITMENTS = /(^|\.)reserved_instance_\w+$/;

function reasonUnread(key: string, { entry, types, asked }: EntryRecord): string {
  const [type = ""] = types;
  if (COMMITMENTS.test(key)) return "it is ignored: prices are on demand, without commitments";
  if (!RESOURCE_PRICERS.has(type)) return `${type} has no price that depends on use`;
  const told = new Set(toldKeys(entry.quantities));
  const nearest = nearestName(
    key,
    [...asked].filter((each) => !told.has(each)),
  );
  return nearest === undefined
    ? `no price of ${type} reads it`
    : `no price of ${type} reads it; did you mean ${nearest}?`;
}

function unreadOf(record: EntryRecord): readonly UnreadUsage[] {
  if (record.types.size === 0) return [];
  return toldKeys(record.entry.quantities)
    .filter((key) => !record.asked.has(key))
    .map((key) => ({ entry: record.entry.name, key, reason: reasonUnread(key, record) }));
}

/**
 * The quantities of a usage file as prices read them: of a resource's own entry, else of the wildcard that says most, else of its
 * type, key by key. Keeps what is asked for, so that nothing that the file says is passed over in silence.
 */
export function usageQuantities(file: UsageFile): RecordedUsage {
  const index = indexUsage(file.entries);
  const records = new Map(
    file.entries.map((entry): [UsageEntry, EntryRecord] => [
      entry,
      { entry, types: new Set(), asked: new Set() },
    ]),
  );
  return {
    of: (resource) => {
      const entries = index.matching(resource);
      if (entries.length === 0) return undefined;
      const matched = entries.flatMap((entry) => records.get(entry) ?? []);
      for (const { types } of matched) types.add(resource.type);
      const merged = entries.map(({ quantities }) => quantities).reduce(mergeQuantities);
      return recorded(merged, "", (path) => {
        for (const { asked } of matched) asked.add(path);
      });
    },
    report: () => {
      const all = [...records.values()];
      const isUsed = ({ entry, asked }: EntryRecord) =>
        toldKeys(entry.quantities).some((key) => asked.has(key));
      const unmatched = all.filter(({ types }) => types.size === 0).map(({ entry }) => entry);
      return {
        used: all.filter(isUsed).map(({ entry }) => entry.name),
        unmatched: unmatched.filter(({ scope }) => scope !== "type").map(({ name }) => name),
        unmatchedTypes: unmatched.filter(({ scope }) => scope === "type").map(({ name }) => name),
        unread: all.flatMap(unreadOf),
      };
    },
  };
}
