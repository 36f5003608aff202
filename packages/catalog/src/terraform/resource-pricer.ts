import type { PricedParts } from "../pricing/priced-parts.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Reads a resource's attributes and prices what they mean. */
export type ResourcePricer = (resource: ResourceView, view: PlanView) => PricedParts;
