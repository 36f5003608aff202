import { addDecimals, type Decimal, subtract } from "@apex/core";
import type { PlanDifference } from "@apex/generators-hcl/compare-plans";
import type { Report } from "@apex/report";

type Cost = Report["cost"];
type ResourceCost = Cost["resources"][number];

const NOTHING = "0" as Decimal;

/** What a resource comes to on both sides; `null` where a side that has it has no price. */
function sidesOf(
  resource: ResourceCost,
  kind: PlanDifference["kind"],
): { readonly before: Decimal | null; readonly after: Decimal | null } {
  return {
    before: kind === "added" ? (resource.before ?? NOTHING) : resource.before,
    after: kind === "removed" ? (resource.after ?? NOTHING) : resource.after,
  };
}

/**
 * The cost of the whole configuration without and with one group's change, from the prices of a report that has all changes: what the
 * group's plan does not touch stays as it was. The delta is `null` when something that the group changes has no price.
 */
export function groupCost({ cost }: Pick<Report, "cost">, differences: readonly PlanDifference[]): Cost {
  const touched = new Map(differences.map((difference) => [difference.address, difference.kind]));
  const deltas: (Decimal | null)[] = [];
  const priced = new Set(cost.resources.map(({ address }) => address));
  const resources = cost.resources.flatMap((resource): readonly ResourceCost[] => {
    const { address, type, before } = resource;
    const kind = touched.get(address);
    if (kind === undefined) {
      // What another group adds is not there.
      return before === null && resource.after !== null && !isUnpriced(cost, address)
        ? []
        : [{ address, type, before, after: before }];
    }
    const sides = sidesOf(resource, kind);
    deltas.push(sides.before === null || sides.after === null ? null : subtract(sides.after, sides.before));
    return [resource];
  });
  const isPartial = cost.unpriced.some(({ address }) => touched.has(address));
  const isUnseen = differences.some(({ address, kind }) => kind !== "added" && !priced.has(address));
  const known = deltas.filter((delta) => delta !== null);
  const delta = isPartial || isUnseen || known.length < deltas.length ? null : addDecimals(NOTHING, ...known);
  const after = cost.before === null || delta === null ? null : addDecimals(cost.before, delta);
  return { ...cost, after, delta: cost.before === null ? null : delta, resources };
}

function isUnpriced(cost: Cost, address: string): boolean {
  return cost.unpriced.some((each) => each.address === address);
}
