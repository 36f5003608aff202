import { editDistance, isJsonObject, type JsonObject, type JsonPath, type JsonValue } from "@apex/core";
import { mergeQuantities, scopeOf, type UsageEntry, type UsageScope } from "./usage-entry.ts";

/** A usage file that was read. */
export interface UsageFile {
  readonly entries: readonly UsageEntry[];
  /** Whole sentences on what it says and nobody understands. */
  readonly warnings: readonly string[];
}

/** A usage file, or what is wrong with it. */
export type ParsedUsageFile =
  | { readonly kind: "ok"; readonly file: UsageFile }
  | { readonly kind: "mistakes"; readonly mistakes: readonly string[] };

/** Tells where a value stands: "line 3, column 5"; `undefined` where that is not known. */
export type UsagePlace = (path: JsonPath) => string | undefined;

/** Files of companies have hundreds. */
const ENTRIES_MAX = 20_000;
const KEYS_MAX = 500;
const DEPTH_MAX = 8;
const MISTAKES_MAX = 20;
const NAME_LENGTH_MAX = 2000;
const SHOWN_LENGTH_MAX = 80;

/** Of one name in both the second one's entry counts. */
const SECTIONS = ["resource_type_default_usage", "resource_usage"] as const;

const TOP_KEYS = ["version", ...SECTIONS];

/** The only version there is. */
const VERSION = "0.1";

/** Keys whose values are words. */
const WORDS =
  /^(operating_system|region|sku|architecture|name|reserved_instance_\w+|\w+_(type|tier|term|class|option|limit|enabled|mode|model|location|zone))$/;

/** YAML 1.1, which Infracost reads, lets underscores stand between digits. */
const NUMBER = /^\+?\d[\d_]*(\.[\d_]+)?([eE][+-]?\d+)?$/;

function shown(value: JsonValue): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}

/** Collects what is wrong, each with its place. */
class UsageReader {
  readonly mistakes: string[] = [];
  readonly warnings: string[] = [];
  private readonly place: UsagePlace;

  constructor(place: UsagePlace) {
    this.place = place;
  }

  private at(path: JsonPath, text: string): string {
    const where = this.place(path);
    return where === undefined ? text : `${where}: ${text}`;
  }

  mistake(path: JsonPath, text: string): void {
    this.mistakes.push(this.at(path, text));
  }

  warning(path: JsonPath, text: string): void {
    this.warnings.push(this.at(path, text));
  }

  /** A map with what `<<` merges into it. */
  private merged(value: JsonObject, path: JsonPath): JsonObject {
    const { "<<": merge, ...own } = value;
    if (merge === undefined) return value;
    const sources = Array.isArray(merge) ? (merge as JsonValue[]) : [merge];
    if (!sources.every((source) => isJsonObject(source))) {
      this.mistake([...path, "<<"], "only a map can be merged into another");
      return own;
    }
    return [own, ...(sources as JsonObject[])].reduceRight((under, over) => mergeQuantities(under, over), {});
  }

  private quantity(value: JsonValue, path: JsonPath): JsonValue | undefined {
    const key = String(path.at(-1));
    if (value === null) return undefined;
    if (isJsonObject(value)) return this.quantities(value, path);
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
    if (typeof value === "string" && NUMBER.test(value.trim())) return value.trim().replaceAll("_", "");
    if (WORDS.test(key) && (typeof value === "string" || typeof value === "boolean")) return value;
    const wanted = WORDS.test(key) ? "a word" : "a number of zero or more";
    this.mistake(path, `${key} must be ${wanted}, not ${shown(value)}`);
    return undefined;
  }

  quantities(given: JsonObject, path: JsonPath): JsonObject {
    if (path.length > DEPTH_MAX) {
      this.mistake(path, `nested deeper than ${DEPTH_MAX} levels`);
      return {};
    }
    const entries = Object.entries(this.merged(given, path));
    if (entries.length > KEYS_MAX) this.mistake(path, `more than ${KEYS_MAX} keys`);
    const found = entries.slice(0, KEYS_MAX).flatMap(([key, value]) => {
      const quantity = this.quantity(value, [...path, key]);
      return quantity === undefined ? [] : [[key, quantity] as const];
    });
    return Object.fromEntries(found);
  }

  private scope(name: string, path: JsonPath): UsageScope | undefined {
    const scope = name.length > NAME_LENGTH_MAX ? undefined : scopeOf(name);
    if (scope === undefined) {
      const advice = 'write addresses as the plan does: module.a["x"].aws_lambda_function.b';
      this.warning(path, `${shown(name)} can be no resource's address: ${advice}`);
    }
    return scope;
  }

  section(key: string, value: JsonValue | undefined): readonly UsageEntry[] {
    if (value === undefined || value === null) return [];
    if (!isJsonObject(value)) {
      this.mistake([key], `${key} must be a map of names to quantities`);
      return [];
    }
    const named = Object.entries(this.merged(value, [key]));
    if (named.length > ENTRIES_MAX) this.mistake([key], `more than ${ENTRIES_MAX} entries`);
    return named.slice(0, ENTRIES_MAX).flatMap(([name, each]): UsageEntry[] => {
      const path = [key, name];
      const scope = this.scope(name, path);
      if (scope === undefined || each === null) return [];
      if (isJsonObject(each)) return [{ scope, name, quantities: this.quantities(each, path) }];
      this.mistake(path, `${shown(name)} must have a map of quantities, not ${shown(each)}`);
      return [];
    });
  }
}

/** Slips are few: of long names, which differ by whole words, one edit in four would be another name. */
const SLIPS_MAX = 3;

/** The name of a list that a slip made another of; `undefined` when none is near. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  if (name.length > SHOWN_LENGTH_MAX) return undefined;
  const ranked = [...names]
    .filter((each) => Math.abs(each.length - name.length) <= SLIPS_MAX)
    .map((each) => ({ each, distance: editDistance(name, each) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.min(SLIPS_MAX, name.length / 4) ? best.each : undefined;
}

/**
 * Reads what an `infracost-usage.yml` says (version 0.1: `resource_type_default_usage` by resource type, `resource_usage` by address, in
 * which `*` stands for any text), given as plain values. `place` tells where in the file a value stands.
 */
export function parseUsageFile(value: unknown, place: UsagePlace = () => undefined): ParsedUsageFile {
  const reader = new UsageReader(place);
  const root = (value ?? {}) as JsonValue;
  if (!isJsonObject(root)) {
    return { kind: "mistakes", mistakes: ["a usage file is a map with version and resource_usage"] };
  }
  for (const key of Object.keys(root).filter((each) => !TOP_KEYS.includes(each))) {
    const nearest = nearestName(key, TOP_KEYS);
    const advice = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    reader.warning([key], `${shown(key)} says nothing in a usage file${advice}`);
  }
  const { version = null } = root;
  if (version !== VERSION && version !== Number(VERSION)) {
    reader.mistake(["version"], `version must be ${VERSION}, not ${shown(version)}`);
  }
  const entries = SECTIONS.flatMap((key) => reader.section(key, root[key]));
  const { mistakes, warnings } = reader;
  if (mistakes.length === 0) return { kind: "ok", file: { entries, warnings } };
  const more = mistakes.length - MISTAKES_MAX;
  return {
    kind: "mistakes",
    mistakes: [...mistakes.slice(0, MISTAKES_MAX), ...(more > 0 ? [`and ${more} more`] : [])],
  };
}
