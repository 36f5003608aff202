import {
  addDecimals,
  compareDecimals,
  decimal,
  divide,
  multiply,
  type Resource,
  type ResourceCost,
  toNumber,
} from "@apex/core";
import type { IdentityIndex } from "./identity-index.ts";

/** Auto Scaling writes it on its members; nobody else can. Source: Auto Scaling user guide, "Tag lifecycle". */
const GROUP_TAG = "aws:autoscaling:groupName";

/**
 * Costs of a collection's bills under the ids of the resources: what is billed under another name of a resource, and what the
 * members of an Auto Scaling group cost, is added to it.
 */
export function costsUnderIds(
  costs: readonly ResourceCost[],
  resources: readonly Resource[],
  identities: IdentityIndex,
): readonly ResourceCost[] {
  const memberOf = new Map(
    resources.flatMap((resource) => {
      const name = resource.type === "aws_instance" ? resource.tags[GROUP_TAG] : undefined;
      const group = name === undefined ? undefined : identities.groupId(name, resource);
      return group === undefined ? [] : [[resource.id, group] as const];
    }),
  );
  const sums = new Map<string, ResourceCost>();
  for (const cost of costs) {
    const id = identities.resourceId(cost.resourceId);
    const resourceId = memberOf.get(id) ?? id;
    const key = JSON.stringify([resourceId, cost.currency]);
    const before = sums.get(key);
    sums.set(key, before === undefined ? { ...cost, resourceId } : sum(before, cost));
  }
  return [...sums.values()];
}

function sum(a: ResourceCost, b: ResourceCost): ResourceCost {
  const effective = addDecimals(a.effective, b.effective);
  return {
    resourceId: a.resourceId,
    currency: a.currency,
    billed: addDecimals(a.billed, b.billed),
    effective,
    list: a.list === null || b.list === null ? null : addDecimals(a.list, b.list),
    commitmentCoverage: coverage(a, b, effective),
    commitmentTypes: [...new Set([...a.commitmentTypes, ...b.commitmentTypes])].toSorted(),
    window: {
      start: a.window.start < b.window.start ? a.window.start : b.window.start,
      end: a.window.end > b.window.end ? a.window.end : b.window.end,
    },
  };
}

function coverage(a: ResourceCost, b: ResourceCost, effective: ResourceCost["effective"]): number | null {
  if (a.commitmentCoverage === null || b.commitmentCoverage === null) return null;
  if (compareDecimals(effective, decimal(0)) <= 0) return null;
  const covered = addDecimals(
    multiply(a.effective, decimal(a.commitmentCoverage)),
    multiply(b.effective, decimal(b.commitmentCoverage)),
  );
  return Math.min(1, Math.max(0, toNumber(divide(covered, effective))));
}
