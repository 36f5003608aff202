import {
  classicLoadBalancerMonth,
  loadBalancerMonth,
  natGatewayMonth,
  publicIpv4Month,
} from "../pricing/network.ts";
import { essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { isUnknownAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** `aws_eip`. Addresses that the customer brought along are not charged. */
export function priceAwsEip(resource: ResourceView, view: PlanView): PricedParts {
  const pool = textAt(resource.values, ["public_ipv4_pool"]) ?? "amazon";
  if (pool !== "amazon") return FREE;
  return publicIpv4Month(resourceRegion(view, resource), view.prices);
}

/** `aws_nat_gateway`. Its Elastic IP is a resource of its own. */
export function priceAwsNatGateway(resource: ResourceView, view: PlanView): PricedParts {
  return natGatewayMonth(resourceRegion(view, resource), view.prices);
}

/** `aws_lb` and `aws_alb`. */
export function priceAwsLb(resource: ResourceView, view: PlanView): PricedParts {
  if (isUnknownAt(resource.unknowns, ["load_balancer_type"])) {
    return essentialPartMissing("the type of the load balancer is known only after apply");
  }
  const kind = textAt(resource.values, ["load_balancer_type"]) ?? "application";
  if (kind !== "application" && kind !== "network") {
    return essentialPartMissing(`the price of a ${kind} load balancer is not in the table`);
  }
  return loadBalancerMonth(kind, resourceRegion(view, resource), view.prices);
}

/** `aws_elb`, the classic load balancer. */
export function priceAwsElb(resource: ResourceView, view: PlanView): PricedParts {
  return classicLoadBalancerMonth(resourceRegion(view, resource), view.prices);
}
