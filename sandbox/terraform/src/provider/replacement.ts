import { isListValue, isObjectValue, isSameValue, type ObjectValue, type Value } from "./dynamic-value.ts";
import { REPLACED_BY } from "./replacement-table.ts";

/** One step of the protocol's attribute path: an attribute's name or a list index. */
export type AttributeStep = string | number;

/** Whether we know which attributes of a type force a replacement; for others a change in place is assumed. */
export function isReplacementKnown(type: string): boolean {
  return Object.hasOwn(REPLACED_BY, type);
}

function changedPaths(
  before: Value,
  after: Value,
  names: readonly string[],
): readonly (readonly AttributeStep[])[] {
  const [name, ...rest] = names;
  if (name === undefined) return isSameValue(before, after) ? [] : [[]];
  if (isListValue(before) && isListValue(after)) {
    return after.flatMap((item, index) =>
      changedPaths(before[index] ?? null, item, names).map((path) => [index, ...path]),
    );
  }
  if (!isObjectValue(before) || !isObjectValue(after)) return [];
  return changedPaths(before[name] ?? null, after[name] ?? null, rest).map((path) => [name, ...path]);
}

/** The changed attributes that force a replacement, as paths into the resource. */
export function replacementPaths(
  type: string,
  prior: ObjectValue,
  planned: ObjectValue,
): readonly (readonly AttributeStep[])[] {
  return (REPLACED_BY[type] ?? []).flatMap((rule) => {
    if (typeof rule !== "string" && !rule.when(prior, planned)) return [];
    const path = typeof rule === "string" ? rule : rule.path;
    const paths = path === "*" ? Object.keys(planned) : [path];
    return paths.flatMap((each) => changedPaths(prior, planned, each.split(".")));
  });
}
