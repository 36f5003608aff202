import {
  addDecimals,
  type CostEstimate,
  decimal,
  type ResourceEstimate,
  type TerraformPlan,
} from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  type PricedParts,
  toEstimate,
} from "./pricing/priced-parts.ts";
import { atContractPrices, COMMITTED_PRICES } from "./price-book.ts";
import { FREE_RESOURCE_TYPES } from "./terraform/free-resource-types.ts";
import {
  type PlanSide,
  type PlanView,
  type PricePlanOptions,
  type ResourceView,
  viewPlan,
} from "./terraform/plan-view.ts";
import { RESOURCE_PRICERS } from "./terraform/resource-pricers.ts";

function priceView(resource: ResourceView, view: PlanView): PricedParts {
  const pricer = RESOURCE_PRICERS.get(resource.type);
  if (pricer !== undefined) return pricer(resource, view);
  if (FREE_RESOURCE_TYPES.has(resource.type)) return FREE;
  return essentialPartMissing(`${resource.type} is not priced yet`);
}

/**
 * The monthly cost (730 h) of one side of a plan in USD, at on-demand list prices or what a contract makes of them. Every managed resource of that side is in
 * the result; what cannot be priced has a `null` cost and the reason, and is not in the total.
 */
export function pricePlan(plan: TerraformPlan, side: PlanSide, options: PricePlanOptions = {}): CostEstimate {
  const { prices = COMMITTED_PRICES, contract } = options;
  const agreed = contract === undefined ? prices : atContractPrices(prices, contract);
  const view = viewPlan(plan, side, { ...options, prices: agreed });
  const priced = view.resources.map((resource) => ({ resource, parts: priceView(resource, view) }));
  const resources = priced.map(({ resource, parts }) => toEstimate(resource, parts));
  const costs = resources.flatMap((resource) =>
    resource.monthlyCost === null ? [] : [resource.monthlyCost],
  );
  return {
    resources,
    total: addDecimals(decimal(0), ...costs),
    currency: "USD",
    priceDates: combineParts(...priced.map(({ parts }) => parts)).priceDates,
  };
}

/** The estimate of one resource of a plan by its address; `undefined` when that side does not have it. */
export function priceResource(
  plan: TerraformPlan,
  side: PlanSide,
  query: { readonly address: string; readonly options?: PricePlanOptions },
): ResourceEstimate | undefined {
  const view = viewPlan(plan, side, query.options ?? {});
  const resource = view.resources.find((each) => each.address === query.address);
  return resource === undefined ? undefined : toEstimate(resource, priceView(resource, view));
}
