import type { Resource } from "@apex/core";
import { textAt } from "./attributes.ts";
import type { Fleet } from "./fleet.ts";

type Index = ReadonlyMap<string, readonly Resource[]>;

const indexes = new WeakMap<Fleet, Map<string, Index>>();

/**
 * The resources of a type by the text of one of their attributes: who refers to what. Gathered once for a fleet, which never
 * changes.
 */
function byAttribute(fleet: Fleet, type: string, attribute: string): Index {
  const ofFleet = indexes.get(fleet) ?? new Map<string, Index>();
  indexes.set(fleet, ofFleet);
  const key = `${type}.${attribute}`;
  let index = ofFleet.get(key);
  if (index === undefined) {
    const groups = Map.groupBy(fleet.ofType(type), ({ attributes }) => textAt(attributes, attribute) ?? "");
    groups.delete("");
    ofFleet.set(key, (index = groups));
  }
  return index;
}

/** The resources of a type one of whose attributes is a text, in the order of the fleet. */
export function withAttribute(
  fleet: Fleet,
  type: string,
  attribute: string,
  text: string,
): readonly Resource[] {
  return byAttribute(fleet, type, attribute).get(text) ?? [];
}

/** The resources of some types whose attribute names one of `owners`, by any of their names. */
export function dependents(
  fleet: Fleet,
  types: readonly string[],
  attribute: string,
  owners: readonly Resource[],
): readonly Resource[] {
  const names = new Set(owners.flatMap(({ id, aliases }) => [id, ...aliases]));
  return types.flatMap((type) => [...names].flatMap((name) => withAttribute(fleet, type, attribute, name)));
}
