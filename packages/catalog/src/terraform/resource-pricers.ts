import type { PricedParts } from "../pricing/priced-parts.ts";
import { priceAwsEbsVolume } from "./aws-ebs-volume.ts";
import { priceAwsInstance } from "./aws-instance.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Reads a resource's attributes and prices what they mean. */
export type ResourcePricer = (resource: ResourceView, view: PlanView) => PricedParts;

/** Every resource type that is priced, by Terraform's name. */
export const RESOURCE_PRICERS: ReadonlyMap<string, ResourcePricer> = new Map<string, ResourcePricer>([
  ["aws_ebs_volume", priceAwsEbsVolume],
  ["aws_instance", priceAwsInstance],
]);
