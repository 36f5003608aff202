import type { TypeConstraint } from "@apex/core";
import { isListValue, isObjectValue, isZeroValue, type Value } from "./dynamic-value.ts";
import { isEquivalentText } from "./equivalent-text.ts";

/** Whether a configured value means what the state holds, in the parts as in the whole. */
function isEquivalent(before: Value, config: Value): boolean {
  if (isObjectValue(before) && isObjectValue(config)) {
    // An object that is written as an attribute names all its parts, with null for what is not set; the state holds zero
    // values there (rules of aws_security_group).
    const entries = Object.entries(config);
    return (
      entries.length === Object.keys(before).length &&
      entries.every(([name, item]) => {
        const stored = before[name];
        if (stored === undefined) return false;
        return item === null ? isZeroValue(stored) : isEquivalent(stored, item);
      })
    );
  }
  if (isListValue(before) && isListValue(config)) {
    return (
      before.length === config.length &&
      config.every((item, index) => isEquivalent(before[index] ?? null, item))
    );
  }
  return isEquivalentText(before, config);
}

/**
 * The configured value of an attribute with the state's own spelling wherever both mean the same: in the whole, in an
 * element of a list, under a key of a map, in any element of a set.
 */
export function keepEquivalent(type: TypeConstraint | undefined, before: Value, config: Value): Value {
  if (isEquivalent(before, config)) return before;
  const kind = Array.isArray(type) ? type[0] : undefined;
  if (isListValue(before) && isListValue(config)) {
    if (kind !== "set") {
      return config.map((item, index) => {
        const stored = before[index];
        return stored !== undefined && isEquivalent(stored, item) ? stored : item;
      });
    }
    const left = [...before];
    return config.map((item) => {
      const index = left.findIndex((stored) => isEquivalent(stored, item));
      const [stored] = index < 0 ? [] : left.splice(index, 1);
      return stored ?? item;
    });
  }
  if (kind === "map" && isObjectValue(before) && isObjectValue(config)) {
    return Object.fromEntries(
      Object.entries(config).map(([key, item]) => {
        const stored = before[key];
        return [key, stored !== undefined && isEquivalent(stored, item) ? stored : item];
      }),
    );
  }
  return config;
}
