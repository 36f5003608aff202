import { addDecimals, type Decimal, sumDecimals } from "@apex/core";
import type { PlanDifference } from "@apex/generators-hcl/compare-plans";
import type { Report } from "@apex/report";

type Cost = Report["cost"];
type Difference = NonNullable<Cost["difference"]>;
type ResourceCost = Cost["resources"][number];

/** What becomes of a resource that the group leaves as it is: of what another group adds there is nothing. */
function leftAlone({ address, type, before, byUse, difference }: ResourceCost): readonly ResourceCost[] {
  if (difference?.kind === "added") return [];
  const isByUse = byUse === "before" || byUse === "both";
  return [{ address, type, before, after: before, ...(isByUse ? { byUse: "both" } : {}) }];
}

/** What lacks a price where another group's change is not made. */
function unpricedWithout({ side, ...unpriced }: Cost["unpriced"][number]): Cost["unpriced"] {
  if (side === "after") return [];
  return [{ ...unpriced, side: "both" }];
}

function differenceOf(touched: readonly ResourceCost[], isUnseen: boolean): Difference {
  const differences = touched.flatMap(({ difference }) => difference ?? []);
  return {
    delta: sumDecimals(differences.flatMap(({ delta }) => delta ?? [])),
    mayBeMore: isUnseen || differences.some(({ mayBeMore }) => mayBeMore),
    mayBeLess: isUnseen || differences.some(({ mayBeLess }) => mayBeLess),
    differsByUse: differences.some(({ differsByUse }) => differsByUse),
  };
}

/** The sum after: unknown where it may be wrong either way. */
function sumAfter(before: Decimal | null, { delta, mayBeMore, mayBeLess }: Difference): Decimal | null {
  return before === null || (mayBeMore && mayBeLess) ? null : addDecimals(before, delta);
}

/**
 * The cost of the whole configuration without and with one group's change, from the prices of a report that has all changes: what the
 * group's plan does not touch stays as it was. The delta is `null` where it is not exact; of a report that tells no differences, and of
 * something that the group changes and the report does not have, nothing is known.
 */
export function groupCost({ cost }: Pick<Report, "cost">, differences: readonly PlanDifference[]): Cost {
  const { before, currency, priceDates, resources } = cost;
  const touched = new Set(differences.map(({ address }) => address));
  const isTouched = ({ address }: { readonly address: string }): boolean => touched.has(address);
  const priced = new Set(resources.map(({ address }) => address));
  const isUnseen = differences.some(({ address, kind }) => kind !== "added" && !priced.has(address));
  const difference = differenceOf(resources.filter(isTouched), isUnseen || cost.difference === undefined);
  const isExact = before !== null && !difference.mayBeMore && !difference.mayBeLess;
  return {
    before,
    after: sumAfter(before, difference),
    delta: isExact ? difference.delta : null,
    ...(before === null ? {} : { difference }),
    currency,
    unpriced: cost.unpriced.flatMap((each) => (isTouched(each) ? [each] : unpricedWithout(each))),
    priceDates,
    resources: resources.flatMap((each) => (isTouched(each) ? [each] : leftAlone(each))),
  };
}
