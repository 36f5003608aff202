/**
 * "EUW2-", "EU-", "APN1-": all regions but the oldest stand before their usage types. Other words stand there too
 * ("TS-LoadBalancerUsage"), and mean another thing that is sold.
 */
const REGION_PREFIX = /^(?:EU|[A-Z]{2,4}\d{1,2})-/;

/** A usage type of a price list or bill without its region. */
export function withoutRegion(usageType: string): string {
  return usageType.replace(REGION_PREFIX, "");
}

/** The machine of an hour on demand in shared tenancy: "EUN1-BoxUsage:m5.large" is m5.large's; `undefined` for all else. */
export function boxOf(usageType: string): string | undefined {
  return /^BoxUsage:([a-z0-9-]+\.[a-z0-9-]+)$/.exec(withoutRegion(usageType))?.[1];
}
