import { formatPath, type JsonPath, type Known, known, unknown, valueAt } from "@apex/core";
import { isUnknownAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/**
 * How many things a list names: as many as it holds or, where it is known only after apply, as many resources as the configuration
 * names, if each of them is one of this plan. A list that is not there has none.
 */
export function listLength(resource: ResourceView, path: JsonPath, view: PlanView): Known<number> {
  const value = valueAt(resource.values, path);
  if (Array.isArray(value)) return known(value.length);
  if (!isUnknownAt(resource.unknowns, path)) return known(0);
  const written = resource.planned.references?.[formatPath(path)] ?? [];
  const named = written.map((address) => view.resources.filter((each) => isInstance(each.address, address)));
  // What has several instances may be meant as a whole or by one of them.
  if (named.length === 0 || named.some((instances) => instances.length !== 1)) {
    return unknown(`how many ${formatPath(path)} there are is known only after apply`);
  }
  return known(named.length);
}

function isInstance(address: string, written: string): boolean {
  return address === written || address.startsWith(`${written}[`);
}
