import { decimal } from "@apex/core";
import { combineParts, FREE, partMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { monthOf, type PaidAt, tieredUsage, unitLine, type UsageTier } from "../pricing/unit-lines.ts";
import { blocksAt, flagAt, numberAt, textAt } from "./attributes.ts";
import { acceleratorAddresses } from "./aws-service-addresses.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** Where what belongs to no region is paid. */
function everywhere(view: PlanView): PaidAt {
  return { region: "global", prices: view.prices };
}

/** `aws_route53_zone`, at the price of an account's first 25. */
export function priceAwsZone(_resource: ResourceView, view: PlanView): PricedParts {
  const line = {
    name: "Hosted zone",
    unit: "months",
    price: "route53-zone-month",
    quantity: decimal(1),
  } as const;
  return unitLine(line, everywhere(view));
}

const FIRST_BILLION = decimal(1000);

/** Queries in millions: the first billion of a month, and the rest. */
function queryTiers(kind: "standard" | "latency" | "geo", name: string): readonly [UsageTier, UsageTier] {
  return [
    { name: `${name} (first billion)`, price: `route53-${kind}-million-queries`, holds: FIRST_BILLION },
    { name: `${name} (over a billion)`, price: `route53-${kind}-second-tier-million-queries` },
  ];
}

/** `aws_route53_record`: free by itself, paid by the query; queries of an alias to another AWS resource are free. */
export function priceAwsRecord(resource: ResourceView, view: PlanView): PricedParts {
  if (blocksAt(resource.values, ["alias"]).length > 0) return FREE;
  const at = everywhere(view);
  const queries = (key: string, tiers: readonly UsageTier[]): PricedParts =>
    tieredUsage(tiers, { unit: "1M queries", quantity: usageAt(resource, [key], 1_000_000) }, at);
  return combineParts(
    queries("monthly_standard_queries", queryTiers("standard", "Standard queries")),
    queries("monthly_latency_based_queries", queryTiers("latency", "Latency based routing queries")),
    queries("monthly_geo_queries", queryTiers("geo", "Geo DNS queries")),
  );
}

/** What a health check does beyond asking for an answer over HTTP or TCP, each at one price. Source: Route 53 pricing page. */
function optionalFeatures(resource: ResourceView): number {
  const { values } = resource;
  const type = textAt(values, ["type"]) ?? "";
  const features = [
    type.startsWith("HTTPS"),
    type.endsWith("STR_MATCH"),
    numberAt(values, ["request_interval"]) === 10,
    flagAt(values, ["measure_latency"]) === true,
  ];
  return features.filter(Boolean).length;
}

/**
 * `aws_route53_health_check`: of an endpoint at AWS, unless the usage file says `endpoint_type: non_aws` (in any case). Terraform does not
 * know where an endpoint is.
 */
export function priceAwsHealthCheck(resource: ResourceView, view: PlanView): PricedParts {
  const at = everywhere(view);
  const told = textAt(resource.usage, ["endpoint_type"])?.toLowerCase();
  const place = told === "non_aws" ? "-elsewhere" : "";
  const features = optionalFeatures(resource);
  return combineParts(
    unitLine(
      {
        name: "Health check",
        unit: "months",
        price: `route53-health-check${place}-month`,
        quantity: decimal(1),
      },
      at,
    ),
    features === 0
      ? FREE
      : unitLine(
          {
            name: "Optional features of the health check",
            unit: "months",
            price: `route53-health-check-feature${place}-month`,
            quantity: decimal(features),
          },
          at,
        ),
    told === undefined && !isOfOtherChecks(resource)
      ? partMissing("an endpoint outside of AWS costs more, and where it is is not known")
      : FREE,
  );
}

/** Checks of other checks, alarms and controls have no endpoint. */
function isOfOtherChecks(resource: ResourceView): boolean {
  return ["CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"].includes(
    textAt(resource.values, ["type"]) ?? "",
  );
}

const RESOLVER_TIERS = [
  { name: "DNS queries (first billion)", price: "route53-resolver-million-queries", holds: FIRST_BILLION },
  { name: "DNS queries (over a billion)", price: "route53-resolver-second-tier-million-queries" },
] as const;

/** `aws_route53_resolver_endpoint`, which is paid for each address and where it is. */
export function priceAwsResolverEndpoint(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const addresses = blocksAt(resource.values, ["ip_address"]).length;
  return combineParts(
    monthOf("Resolver endpoint addresses", "route53-resolver-address-hour", where, addresses),
    tieredUsage(
      RESOLVER_TIERS,
      { unit: "1M queries", quantity: usageAt(resource, ["monthly_queries"], 1_000_000) },
      where,
    ),
  );
}

/** `aws_globalaccelerator_accelerator`, which is paid by the hour, enabled or not, and so are its addresses. */
export function priceAwsAccelerator(resource: ResourceView, view: PlanView): PricedParts {
  return combineParts(
    monthOf("Global Accelerator", "global-accelerator-hour", everywhere(view)),
    acceleratorAddresses(resource, view),
    partMissing("the premium on data that goes through the accelerator is not in the table"),
  );
}
