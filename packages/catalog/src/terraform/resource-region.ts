import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import type { PriceBook } from "../price-book.ts";

/** "us-east-1a" → "us-east-1". Local and wavelength zones ("us-east-1-bos-1a") have prices of their own and do not match. */
const AWS_ZONE = /^([a-z]{2,4}(?:-[a-z]+)+-\d+)[a-z]$/;

const ARN_REGION = /^arn:[\w-]+:[\w-]+:([a-z]{2,4}(?:-[a-z]+)+-\d+):/;

/** "us-central1-a", alone or at the end of a self link. */
const GCP_ZONE = /(?:^|\/)([a-z]+-[a-z]+\d+)-[a-z]$/;

const GCP_REGION = /(?:^|\/)([a-z]+-[a-z]+\d+)$/;

/** What a resource without any sign of its region is priced in: no region at all, so that every price is unknown. */
const REGION_NOT_KNOWN = "(not known)";

function awsRegion(resource: ResourceView): string | undefined {
  const zone = textAt(resource.values, ["availability_zone"]);
  if (zone !== undefined) return AWS_ZONE.exec(zone)?.[1] ?? zone;
  const arn = ARN_REGION.exec(textAt(resource.values, ["arn"]) ?? "")?.[1];
  return textAt(resource.values, ["region"]) ?? arn ?? resource.planned.region;
}

function gcpRegion(resource: ResourceView): string | undefined {
  const zone = textAt(resource.values, ["zone"]);
  if (zone !== undefined) return GCP_ZONE.exec(zone)?.[1] ?? zone;
  const region = textAt(resource.values, ["region"]);
  return (region === undefined ? undefined : GCP_REGION.exec(region)?.[1]) ?? resource.planned.region;
}

/**
 * The region that a resource is priced in: its own zone or region attribute, its ARN, its provider's region, the default of
 * the options; {@link REGION_NOT_KNOWN} when none tells.
 */
export function resourceRegion(view: PlanView, resource: ResourceView): string {
  const isGoogle = resource.type.startsWith("google_");
  const own = isGoogle ? gcpRegion(resource) : awsRegion(resource);
  const fallback = isGoogle ? view.options.defaultRegions?.gcp : view.options.defaultRegions?.aws;
  return own ?? fallback ?? REGION_NOT_KNOWN;
}

/** Where a resource is paid, and from which prices. */
export interface PricePlace {
  readonly region: string;
  readonly prices: PriceBook;
}

/** The place of a resource of a plan. */
export function pricePlace(view: PlanView, resource: ResourceView): PricePlace {
  return { region: resourceRegion(view, resource), prices: view.prices };
}
