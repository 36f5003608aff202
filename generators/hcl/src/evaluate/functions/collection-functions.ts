import { COLLECTION_ITEMS_MAX } from "../../limits.ts";
import { identityOf, toNumberValue } from "../operators.ts";
import {
  computed,
  entriesOf,
  entryOf,
  failure,
  influenced,
  itemAt,
  itemsOf,
  listOf,
  type ListValue,
  missingKey,
  objectOf,
  shaped,
  shapesOf,
  type ObjectValue,
  toText,
  type Value,
  withStep,
} from "../value.ts";
import { charactersOf } from "./characters.ts";
import { type TerraformFunction, tooMany, unusable } from "./function-call.ts";
import { distinct, setOf } from "./set-order.ts";

/** The items of a list, set or tuple, or a map's values; `undefined` for anything else. */
function elements(value: Value | undefined): readonly Value[] | undefined {
  return value?.kind === "list" ? itemsOf(value) : undefined;
}

function isNull(value: Value): boolean {
  return value.kind === "scalar" && value.scalar === null;
}

/** The map's own entry, or else the default: to change that for one map, the key can be added to it. */
const lookup: TerraformFunction = (values, name) => {
  const [map, key, fallback] = values;
  const keyText = key === undefined ? undefined : toText(key);
  if (map?.kind !== "object" || key === undefined || keyText === undefined)
    return unusable(values.slice(0, 2), name, "a map and a key");
  const entry = entryOf(map, keyText);
  if (entry !== undefined) return influenced(entry, [key]);
  if (fallback === undefined)
    return failure(`the map has no key ${JSON.stringify(keyText)}`, values, missingKey(map, keyText));
  const site = missingKey(map, keyText);
  return influenced(withStep(fallback, { label: "lookup() default", ...(site ? { site } : {}) }), [
    key,
    ...map.influences,
  ]);
};

const merge: TerraformFunction = (values, name) => {
  const entries = new Map<string, Value>();
  for (const value of values) {
    if (isNull(value)) continue;
    if (value.kind !== "object") return unusable([value], name, "maps");
    for (const [key, entry] of entriesOf(value)) entries.set(key, entry);
  }
  return entries.size > COLLECTION_ITEMS_MAX
    ? tooMany("merge()", values)
    : shaped(
        objectOf(
          entries,
          values.flatMap((value) => value.influences),
        ),
        shapesOf(values),
      );
};

const concat: TerraformFunction = (values, name) => {
  const items: Value[] = [];
  for (const value of values) {
    const more = elements(value);
    if (more === undefined) return unusable([value], name, "lists");
    if (items.length + more.length > COLLECTION_ITEMS_MAX) return tooMany("concat()", values);
    for (const item of more) items.push(item);
  }
  return shaped(listOf(items), shapesOf(values));
};

const element: TerraformFunction = (values, name) => {
  const [list, index] = values;
  const at = index === undefined ? undefined : toNumberValue(index);
  if (list?.kind !== "list" || index === undefined || at === undefined || list.items.length === 0)
    return unusable(values, name, "a list that is not empty and an index");
  const wrapped = Math.floor(at) % list.items.length;
  const item = itemAt(list, wrapped < 0 ? wrapped + list.items.length : wrapped);
  return item === undefined ? failure("element() is out of range", values) : influenced(item, [index]);
};

const index: TerraformFunction = (values, name) => {
  const wanted = values[1] === undefined ? undefined : identityOf(values[1]);
  const items = elements(values[0]);
  if (wanted === undefined || items === undefined) return unusable(values, name, "a list and a value");
  const at = items.findIndex((item) => identityOf(item) === wanted);
  return at === -1 ? failure("index() finds no such item", values) : computed(at, "index()", values);
};

const contains: TerraformFunction = (values, name) => {
  const wanted = values[1] === undefined ? undefined : identityOf(values[1]);
  const items = elements(values[0]);
  if (wanted === undefined || items === undefined) return unusable(values, name, "a list and a value");
  const identities = items.map(identityOf);
  if (identities.includes(wanted)) return computed(true, "contains()", values);
  return identities.includes(undefined)
    ? unusable(values, name, "known items")
    : computed(false, "contains()", values);
};

const length: TerraformFunction = (values, name) => {
  const [value] = values;
  if (value?.kind === "list")
    return computed(value.items.length, "length()", [...value.influences, ...shapesOf(values)]);
  if (value?.kind === "object")
    return computed(value.entries.size, "length()", [...value.influences, ...shapesOf(values)]);
  const text = value === undefined ? undefined : toText(value);
  if (text === undefined) return unusable(values, name, "a list, map or string");
  return computed(charactersOf(text).length, "length()", values);
};

function keysOf(value: ObjectValue): string[] {
  return [...value.entries.keys()].toSorted();
}

const keys: TerraformFunction = (values, name) => {
  const [value] = values;
  if (value?.kind !== "object") return unusable(values, name, "a map");
  return listOf(
    keysOf(value).map((key) => computed(key, "keys()", shapesOf(values))),
    value.influences,
  );
};

const valuesOf: TerraformFunction = (values, name) => {
  const [value] = values;
  if (value?.kind !== "object") return unusable(values, name, "a map");
  const items = keysOf(value).flatMap((key) => entryOf(value, key) ?? []);
  return shaped(listOf(items), shapesOf(values));
};

const zipmap: TerraformFunction = (values, name) => {
  const [names, items] = [elements(values[0]), elements(values[1])];
  if (names === undefined || items === undefined || names.length !== items.length)
    return unusable(values, name, "two lists of one length");
  const entries = new Map<string, Value>();
  for (const [at, item] of items.entries()) {
    const key = names[at] === undefined ? undefined : toText(names[at]);
    if (key === undefined) return unusable([names[at] ?? item], name, "keys that are strings");
    entries.set(key, item);
  }
  return shaped(objectOf(entries), names);
};

function flattened(list: ListValue, into: Value[], depth: number): boolean {
  for (const item of itemsOf(list)) {
    if (into.length > COLLECTION_ITEMS_MAX || depth > 50) return false;
    if (item.kind !== "list") into.push(item);
    else if (!flattened(item, into, depth + 1)) return false;
  }
  return true;
}

const flatten: TerraformFunction = (values, name) => {
  const [list] = values;
  if (list?.kind !== "list") return unusable(values, name, "a list");
  const items: Value[] = [];
  return flattened(list, items, 0) ? shaped(listOf(items), shapesOf(values)) : tooMany("flatten()", values);
};

/** The first argument that is not null (nor empty, as `coalesce` wants it for strings). */
const coalesce: TerraformFunction = (values, name) => {
  const skipped: Value[] = [];
  for (const value of values) {
    if (value.kind === "unknown") return unusable([value], name, "known values");
    const isEmpty = isNull(value) || (value.kind === "scalar" && value.scalar === "");
    if (!isEmpty) return influenced(value, skipped);
    skipped.push(value);
  }
  return failure("coalesce() finds only nulls", values);
};

const coalescelist: TerraformFunction = (values, name) => {
  for (const value of values) {
    if (value.kind === "unknown") return unusable([value], name, "known values");
    if (value.kind === "list" && value.items.length > 0) return value;
  }
  return failure("coalescelist() finds only empty lists", values);
};

/** The first argument that does not fail. What failed for want of a key can be changed by adding that key. */
const tryFunction: TerraformFunction = (values) => {
  const failed: Value[] = [];
  for (const value of values) {
    if (value.kind !== "unknown" || !value.isError) {
      const first = failed[0];
      if (first === undefined) return value;
      const site = first.kind === "unknown" ? first.missing : undefined;
      return influenced(withStep(value, { label: "try() fallback", ...(site ? { site } : {}) }), failed);
    }
    failed.push(value);
  }
  return failure("try() finds no argument that works", values);
};

const can: TerraformFunction = (values) => {
  const [value] = values;
  if (value === undefined) return failure("can() needs an expression", values);
  if (value.kind === "unknown" && !value.isError) return value;
  return computed(value.kind !== "unknown", "can()", values);
};

const one: TerraformFunction = (values, name) => {
  const [list] = values;
  if (list?.kind !== "list") return unusable(values, name, "a list");
  if (list.items.length === 0) return computed(null, "one()", values);
  return list.items.length === 1
    ? (itemAt(list, 0) ?? failure("one() is out of range", values))
    : failure("one() needs a list of at most one item", values);
};

function onItems(needs: string, change: (items: readonly Value[]) => readonly Value[]): TerraformFunction {
  return (values, name) => {
    const items = elements(values[0]);
    return items === undefined
      ? unusable(values, name, needs)
      : shaped(listOf(change(items)), shapesOf(values.slice(0, 1)));
  };
}

const slice: TerraformFunction = (values, name) => {
  const items = elements(values[0]);
  const bounds = values.slice(1, 3).map(toNumberValue);
  const [from, to] = bounds;
  if (
    items === undefined ||
    from === undefined ||
    to === undefined ||
    from < 0 ||
    to > items.length ||
    from > to
  )
    return unusable(values, name, "a list and two indices in it");
  return shaped(listOf(items.slice(from, to)), values.slice(1));
};

function onSets(choose: (sets: readonly (readonly Value[])[]) => readonly Value[]): TerraformFunction {
  return (values, name) => {
    const sets: (readonly Value[])[] = [];
    for (const value of values) {
      const items = elements(value);
      if (items === undefined || items.some((item) => identityOf(item) === undefined))
        return unusable([value], name, "sets of known values");
      sets.push(items);
    }
    return shaped(setOf(choose(sets)), shapesOf(values));
  };
}

function identities(items: readonly Value[] | undefined): Set<string | undefined> {
  return new Set((items ?? []).map(identityOf));
}

const isEmptyText = (value: Value): boolean =>
  value.kind === "scalar" && (value.scalar === null || value.scalar === "");

/** Terraform's functions on collections: what they hand on keeps the place where it is written. */
export const COLLECTION_FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  lookup,
  merge,
  concat,
  element,
  index,
  contains,
  length,
  keys,
  values: valuesOf,
  zipmap,
  flatten,
  coalesce,
  coalescelist,
  try: tryFunction,
  can,
  one,
  slice,
  distinct: onItems("a list", distinct),
  reverse: onItems("a list", (items) => items.toReversed()),
  compact: onItems("a list of strings", (items) => items.filter((item) => !isEmptyText(item))),
  sort: onItems("a list of strings", (items) =>
    items.toSorted((a, b) => ((toText(a) ?? "") < (toText(b) ?? "") ? -1 : 1)),
  ),
  setunion: onSets((sets) => sets.flat()),
  setintersection: onSets(([first = [], ...others]) =>
    first.filter((item) => others.every((other) => identities(other).has(identityOf(item)))),
  ),
  setsubtract: onSets(([first = [], second]) => {
    const removed = identities(second);
    return first.filter((item) => !removed.has(identityOf(item)));
  }),
};
