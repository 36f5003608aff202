import { formatPath, isJsonObject, type JsonPath, type JsonValue } from "@apex/core";

/** Two values of Terraform's JSON with the marks of what is unknown in the second. */
export interface Pair {
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly unknown: JsonValue;
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index] ?? null));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name] ?? null, b[name] ?? null))
  );
}

function hasUnknown(unknown: JsonValue): boolean {
  if (unknown === true) return true;
  if (Array.isArray(unknown)) return unknown.some(hasUnknown);
  return isJsonObject(unknown) && Object.values(unknown).some(hasUnknown);
}

/** Lists that hold the same elements in another order are a set that Terraform printed twice. */
function isSameSet(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((item) => {
    const index = left.findIndex((other) => isSame(item, other));
    if (index < 0) return false;
    left.splice(index, 1);
    return true;
  });
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function changes(pair: Pair, path: JsonPath): readonly string[] {
  const { before, after, unknown } = pair;
  if (unknown === true) return [formatPath(path)];
  if (isList(before) && isList(after)) {
    if (!hasUnknown(unknown) && isSameSet(before, after)) return [];
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      changes(
        {
          before: before[index] ?? null,
          after: after[index] ?? null,
          unknown: isList(unknown) ? (unknown[index] ?? false) : false,
        },
        [...path, index],
      ),
    ).flat();
  }
  if (isJsonObject(before) && (isJsonObject(after) || isJsonObject(unknown))) {
    const next = isJsonObject(after) ? after : {};
    const marks = isJsonObject(unknown) ? unknown : {};
    const names = new Set([...Object.keys(before), ...Object.keys(next), ...Object.keys(marks)]);
    return [...names]
      .sort()
      .flatMap((name) =>
        changes({ before: before[name] ?? null, after: next[name] ?? null, unknown: marks[name] ?? false }, [
          ...path,
          name,
        ]),
      );
  }
  return isSame(before, after) && !hasUnknown(unknown) ? [] : [formatPath(path)];
}

/** Whether nothing differs, not even the order of a list, and nothing becomes unknown. */
export function isUnchanged({ before, after, unknown }: Pair): boolean {
  return isSame(before, after) && !hasUnknown(unknown);
}

/**
 * The attributes that differ before and after a change, as paths such as `root_block_device[0].volume_type`, sorted by
 * name. A value that becomes unknown differs. Empty for a creation or a deletion.
 */
export function changedAttributes(pair: Pair): readonly string[] {
  return isJsonObject(pair.before) && isJsonObject(pair.after) ? changes(pair, []) : [];
}

/** The paths of everything that a plan marks as known after apply only. */
export function unknownAttributes(unknown: JsonValue, path: JsonPath = []): readonly string[] {
  if (unknown === true) return [formatPath(path)];
  if (isList(unknown)) return unknown.flatMap((item, index) => unknownAttributes(item, [...path, index]));
  if (!isJsonObject(unknown)) return [];
  return Object.entries(unknown).flatMap(([name, item]) => unknownAttributes(item, [...path, name]));
}
