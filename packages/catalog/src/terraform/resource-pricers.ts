import { AWS_COMPUTE_PRICERS } from "./aws-compute-pricers.ts";
import { AWS_DATA_PRICERS } from "./aws-data-pricers.ts";
import { GOOGLE_PRICERS } from "./google-pricers.ts";
import type { ResourcePricer } from "./resource-pricer.ts";

/** Every resource type that is priced, by Terraform's name. */
export const RESOURCE_PRICERS: ReadonlyMap<string, ResourcePricer> = new Map(
  Object.entries({ ...AWS_COMPUTE_PRICERS, ...AWS_DATA_PRICERS, ...GOOGLE_PRICERS }),
);
