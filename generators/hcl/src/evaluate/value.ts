import type { JsonValue } from "@apex/core";
import { LEAVES_PER_ATTRIBUTE_MAX } from "../limits.ts";
import { originOf, type Site, stepped, through, type Trail } from "./trail.ts";

/** What Terraform calls a primitive value, null included. */
export type Scalar = string | number | boolean | null;

interface Traced {
  readonly trail: Trail;
  /** Values that had a say in this one without being it: conditions, keys, parts of a calculation. */
  readonly influences: readonly Value[];
}

export interface ScalarValue extends Traced {
  readonly kind: "scalar";
  readonly scalar: Scalar;
}

export interface ListValue extends Traced {
  readonly kind: "list";
  readonly isSet: boolean;
  readonly items: readonly Value[];
  /** What decides which items there are, without having a say in what they are. */
  readonly shape?: readonly Value[];
}

export interface ObjectValue extends Traced {
  readonly kind: "object";
  readonly entries: ReadonlyMap<string, Value>;
  /** What decides which keys there are, without having a say in their values. */
  readonly shape?: readonly Value[];
}

/** A value that the configuration alone does not tell, or an expression that Terraform would refuse. */
export interface UnknownValue extends Traced {
  readonly kind: "unknown";
  readonly reason: string;
  /** True when the expression fails in Terraform: `try` and `can` go on from it. */
  readonly isError: boolean;
  /** The key whose absence made it fail. */
  readonly missing?: Site;
}

/** A resource instance as other expressions see it: what its block sets is known, all else comes from the provider. */
export interface ResourceValue extends Traced {
  readonly kind: "resource";
  readonly address: string;
  readonly get: (name: string) => Value;
}

/** A Terraform value that remembers where it is written. */
export type Value = ScalarValue | ListValue | ObjectValue | UnknownValue | ResourceValue;

const NONE: readonly Value[] = [];

/** A scalar with its trail. */
export function scalar(value: Scalar, trail: Trail, influences: readonly Value[] = NONE): ScalarValue {
  return { kind: "scalar", scalar: value, trail, influences };
}

/** A scalar that a calculation made from `from`. */
export function computed(value: Scalar, what: string, from: readonly Value[]): ScalarValue {
  return scalar(value, { kind: "computed", what }, from);
}

/** A value that cannot be told. */
export function unknownValue(reason: string, from: readonly Value[] = NONE): UnknownValue {
  return {
    kind: "unknown",
    reason,
    isError: false,
    trail: { kind: "computed", what: reason },
    influences: from,
  };
}

/** An expression that Terraform refuses. */
export function failure(reason: string, from: readonly Value[] = NONE, missing?: Site): UnknownValue {
  return { ...unknownValue(reason, from), isError: true, ...(missing === undefined ? {} : { missing }) };
}

/** A list that an expression made; its items keep their trails. */
export function listOf(
  items: readonly Value[],
  influences: readonly Value[] = NONE,
  isSet = false,
): ListValue {
  return { kind: "list", isSet, items, trail: { kind: "collection" }, influences };
}

/** An object or map that an expression made; its entries keep their trails. */
export function objectOf(
  entries: ReadonlyMap<string, Value>,
  influences: readonly Value[] = NONE,
  trail: Trail = { kind: "collection" },
): ObjectValue {
  return { kind: "object", entries, trail, influences };
}

/** The collection with more that decides which elements it has. */
export function shaped<T extends ListValue | ObjectValue>(value: T, by: readonly Value[]): T {
  return by.length === 0 ? value : { ...value, shape: [...(value.shape ?? []), ...by] };
}

/** What decides which elements the given collections have. */
export function shapesOf(values: readonly Value[]): Value[] {
  return values.flatMap((value) =>
    value.kind === "list" || value.kind === "object" ? (value.shape ?? []) : [],
  );
}

/** What of a `count` or `for_each` decides which instances there are: of a map its keys, not its values. */
export function decidingKeys(repeated: Value): Value {
  return repeated.kind === "object" ? { ...repeated, entries: new Map() } : repeated;
}

/** The value with one more step on the outside of its trail. */
export function withStep<T extends Value>(
  value: T,
  step: { readonly label?: string; readonly site?: Site },
): T {
  return { ...value, trail: stepped(value.trail, step) };
}

/** The value with more that had a say in it. */
export function influenced<T extends Value>(value: T, by: readonly Value[]): T {
  const added = by.filter((other) => other !== value);
  return added.length === 0 ? value : { ...value, influences: [...value.influences, ...added] };
}

/** A container's child as seen through the container. */
function reached(container: Value, child: Value): Value {
  const trail = through(container.trail, child.trail);
  const influences =
    container.influences.length === 0 ? child.influences : [...child.influences, ...container.influences];
  return trail === child.trail && influences === child.influences ? child : { ...child, trail, influences };
}

/** The items of a list, each with the list's own way behind it. */
export function itemsOf(list: ListValue): readonly Value[] {
  return list.items.map((item) => reached(list, item));
}

/** The item at an index, `undefined` outside of the list. */
export function itemAt(list: ListValue, index: number): Value | undefined {
  const item = list.items[index];
  return item === undefined ? undefined : reached(list, item);
}

/** The entries of an object, each with the object's own way behind it. */
export function entriesOf(object: ObjectValue): [string, Value][] {
  return [...object.entries].map(([key, value]) => [key, reached(object, value)]);
}

/** The entry of a key, `undefined` when there is none. */
export function entryOf(object: ObjectValue, key: string): Value | undefined {
  const entry = object.entries.get(key);
  return entry === undefined ? undefined : reached(object, entry);
}

/** Where a key could be added to an object, if the object is written out in a file. */
export function missingKey(object: Value, key: string): Site | undefined {
  const origin = originOf(object.trail);
  return origin.kind === "collection" && origin.object !== undefined
    ? { kind: "missing-key", object: origin.object, key }
    : undefined;
}

/** Terraform's word for a kind of value, for messages. */
export function kindOf(value: Value): string {
  if (value.kind === "scalar") return value.scalar === null ? "null" : typeof value.scalar;
  if (value.kind === "list") return value.isSet ? "set" : "list";
  return value.kind;
}

/** A value as JSON; `undefined` when any part of it is unknown or there is too much of it. */
export function toJson(value: Value): JsonValue | undefined {
  let left = LEAVES_PER_ATTRIBUTE_MAX;
  const convert = (part: Value): JsonValue | undefined => {
    if (left-- <= 0) return undefined;
    if (part.kind === "scalar") return part.scalar;
    if (part.kind === "list") {
      const items: JsonValue[] = [];
      for (const item of part.items) {
        const converted = convert(item);
        if (converted === undefined) return undefined;
        items.push(converted);
      }
      return items;
    }
    if (part.kind !== "object") return undefined;
    const object: [string, JsonValue][] = [];
    for (const [key, entry] of part.entries) {
      const converted = convert(entry);
      if (converted === undefined) return undefined;
      object.push([key, converted]);
    }
    return Object.fromEntries(object);
  };
  return convert(value);
}

/** The first unknown part of a value, `undefined` when all of it is known. */
export function firstUnknown(value: Value): Value | undefined {
  let left = LEAVES_PER_ATTRIBUTE_MAX;
  const find = (part: Value): Value | undefined => {
    if (left-- <= 0) return unknownValue("a collection with too many elements");
    if (part.kind === "unknown" || part.kind === "resource") return part;
    if (part.kind === "scalar") return undefined;
    const children = part.kind === "list" ? part.items : part.entries.values();
    for (const child of children) {
      const found = find(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(value);
}

/** A string as Terraform converts a scalar; `undefined` for null and for what is no scalar. */
export function toText(value: Value): string | undefined {
  if (value.kind !== "scalar" || value.scalar === null) return undefined;
  return typeof value.scalar === "number" ? numberText(value.scalar) : String(value.scalar);
}

function numberText(value: number): string {
  const text = String(value);
  return Number.isInteger(value) && text.includes("e") ? BigInt(value).toString() : text;
}
