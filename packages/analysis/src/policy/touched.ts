import { nameOfResource, type Resource } from "@apex/core";
import type { Fleet } from "../fleet/fleet.ts";
import type { Draft } from "../rules/draft.ts";
import { ignoredBy, leftAlone } from "./ignore.ts";
import type { Policy } from "./policy.ts";
import type { RuleName } from "./rule-names.ts";

const byAddress = new WeakMap<Fleet, ReadonlyMap<string | undefined, readonly Resource[]>>();

function atAddress(fleet: Fleet, address: string): readonly Resource[] {
  let index = byAddress.get(fleet);
  if (index === undefined) {
    index = Map.groupBy(fleet.resources, (resource) => resource.address);
    byAddress.set(fleet, index);
  }
  return index.get(address) ?? [];
}

/** Everything that changes when a draft is carried out, by its edits or by hand. What is only added beside a resource leaves that as it is. */
function touched(fleet: Fleet, { changes, touches = [] }: Draft): readonly Resource[] {
  const edited = changes.flatMap((change) =>
    change.kind === "add-resource" ? [] : atAddress(fleet, change.address),
  );
  return [...edited, ...touches];
}

/**
 * Why a draft is not proposed: it would change something that an exception keeps its rule off, whatever resource it is about.
 * `undefined` when nothing does.
 */
export function heldByException(
  { policy, fleet }: { readonly policy: Policy; readonly fleet: Fleet },
  rule: RuleName,
  draft: Draft,
): string | undefined {
  if (policy.ignore.length === 0) return undefined;
  for (const resource of touched(fleet, draft)) {
    const exception = ignoredBy(policy, rule, resource);
    if (exception === undefined) continue;
    return `it would change ${resource.address ?? nameOfResource(resource)}, which is ${leftAlone(exception)}`;
  }
  return undefined;
}
