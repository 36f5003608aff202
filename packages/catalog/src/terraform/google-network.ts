import { compareDecimals, type Decimal, decimal, HOURS_PER_MONTH, multiply } from "@apex/core";
import { combineParts, essentialPartMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { monthOf, type PaidAt, unitLine, usageLine } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { textAt } from "./attributes.ts";
import { type GoogleUsage, usageLines } from "./google-usage.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace, resourceRegion } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** How many forwarding rules the minimum charge is good for. Source: Cloud Load Balancing pricing. */
const RULES_INCLUDED = 5;

/** Rules of private service connect have a price of their own: their target is a service or Google's APIs. */
function isPrivateConnection({ values }: ResourceView): boolean {
  const target = textAt(values, ["target"]) ?? "";
  return /serviceAttachments\/|^(?:all-apis|vpc-sc)$/.test(target);
}

/**
 * A forwarding rule. The first five of a project and region cost a minimum together, which the first of them in the plan is shown with;
 * each further one costs by itself. Rules that are not in the plan are not known of.
 */
function forwardingRule(
  rule: ResourceView,
  view: PlanView,
  placeOf: (rule: ResourceView) => string,
): PricedParts {
  if (isPrivateConnection(rule)) {
    return essentialPartMissing("the price of a Private Service Connect endpoint is not in the table");
  }
  const at = { region: "global", prices: view.prices };
  const group = (each: ResourceView): string => `${textAt(each.values, ["project"]) ?? ""}|${placeOf(each)}`;
  const peers = view
    .ofType(rule.type)
    .filter((each) => !isPrivateConnection(each) && group(each) === group(rule))
    .map(({ address }) => address)
    .toSorted();
  const position = peers.indexOf(rule.address);
  const data = usageLine(
    {
      name: "Data processed by the load balancer",
      unit: "GB",
      price: "load-balancer-ingress-gb",
      quantity: usageAt(rule, ["monthly_ingress_data_gb"]),
    },
    { ...at, region: resourceRegion(view, rule) },
  );
  return combineParts(ruleHours(position, at), data);
}

function ruleHours(position: number, at: PaidAt): PricedParts {
  if (position >= RULES_INCLUDED) {
    return monthOf("Forwarding rule (beyond the first five)", "forwarding-rule-additional-hour", at);
  }
  const name = "Forwarding rules (minimum, the first five together)";
  if (position <= 0) return monthOf(name, "forwarding-rules-first-five-hour", at);
  return monthOf(
    "Forwarding rule (in the minimum of the first five)",
    "forwarding-rules-first-five-hour",
    at,
    0,
  );
}

/** `google_compute_forwarding_rule`, of a region. */
export function priceGoogleForwardingRule(resource: ResourceView, view: PlanView): PricedParts {
  return forwardingRule(resource, view, (rule) => resourceRegion(view, rule));
}

/** `google_compute_global_forwarding_rule`. */
export function priceGoogleGlobalForwardingRule(resource: ResourceView, view: PlanView): PricedParts {
  return forwardingRule(resource, view, () => "global");
}

/** A gateway pays for no more machines than these. Source: Cloud NAT pricing. */
const NAT_MACHINES_MAX = decimal(32);

function natHours(machines: Decimal | undefined): Decimal | undefined {
  if (machines === undefined) return undefined;
  const counted = compareDecimals(machines, NAT_MACHINES_MAX) > 0 ? NAT_MACHINES_MAX : machines;
  return multiply(counted, decimal(HOURS_PER_MONTH));
}

/** `google_compute_router_nat`: hours of the machines that it serves, and data. Its addresses are resources of their own. */
export function priceGoogleRouterNat(resource: ResourceView, view: PlanView): PricedParts {
  const at = { region: "global", prices: view.prices };
  return combineParts(
    usageLine(
      {
        name: "Machines that the gateway serves (32 at most)",
        unit: "VM-hours",
        price: "cloud-nat-vm-hour",
        quantity: natHours(usageAt(resource, ["assigned_vms"])),
      },
      at,
    ),
    usageLine(
      {
        name: "Data processed",
        unit: "GB",
        price: "cloud-nat-gb",
        quantity: usageAt(resource, ["monthly_data_processed_gb"]),
      },
      at,
    ),
  );
}

/** `google_compute_vpn_tunnel`. */
export function priceGoogleVpnTunnel(resource: ResourceView, view: PlanView): PricedParts {
  return monthOf("VPN tunnel", "vpn-tunnel-hour", pricePlace(view, resource));
}

const EGRESS: readonly (readonly [string, string, UnitPriceName])[] = [
  ["within the region", "same_region", "vpn-egress-same-region-gb"],
  ["within the US and Canada", "us_or_canada", "vpn-egress-us-or-canada-gb"],
  ["within Europe", "europe", "vpn-egress-europe-gb"],
  ["within Asia", "asia", "vpn-egress-asia-gb"],
  ["within South America", "south_america", "vpn-egress-south-america-gb"],
  ["to or from Indonesia and Oceania", "oceania", "vpn-egress-oceania-gb"],
  ["between continents", "worldwide", "vpn-egress-worldwide-gb"],
];

/** Data between machines through a VPN or a peering with a service, by where they are. */
export const GOOGLE_EGRESS: readonly GoogleUsage[] = EGRESS.map(([where, key, price]) => ({
  name: `Data ${where}`,
  unit: "GB",
  price,
  keys: ["monthly_egress_data_transfer_gb", key],
}));

const TARGET_PROXY: readonly GoogleUsage[] = [
  {
    name: "Data processed by the proxy",
    unit: "GB",
    price: "target-proxy-gb",
    keys: ["monthly_data_processed_gb"],
  },
];

/** A target proxy of a load balancer: the instances that Google runs of it, by use. */
export function priceGoogleTargetProxy(resource: ResourceView, view: PlanView): PricedParts {
  const isGlobal = textAt(resource.values, ["region"]) === undefined;
  const region = isGlobal ? "global" : resourceRegion(view, resource);
  const at = { region, prices: view.prices };
  const instances = usageAt(resource, ["monthly_proxy_instances"]);
  return combineParts(
    usageLine(
      {
        name: "Proxy instances",
        unit: "hours",
        price: "target-proxy-hour",
        quantity: instances && multiply(instances, decimal(HOURS_PER_MONTH)),
      },
      at,
    ),
    usageLines(TARGET_PROXY, resource, at),
  );
}

/** `google_dns_managed_zone`. Private zones cost the same. */
export function priceGoogleDnsZone(_: ResourceView, view: PlanView): PricedParts {
  const at = { region: "global", prices: view.prices };
  return unitLine(
    {
      name: "Managed zone (of the first 25)",
      unit: "zone-months",
      price: "dns-zone-month",
      quantity: decimal(1),
    },
    at,
  );
}
