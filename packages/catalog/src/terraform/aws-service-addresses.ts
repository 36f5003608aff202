import { decimal, formatPath, HOURS_PER_MONTH, type JsonPath, multiply, valueAt } from "@apex/core";
import { combineParts, FREE, partMissing, type PricedParts, partsLeftOut } from "../pricing/priced-parts.ts";
import { type PaidAt, unitLine } from "../pricing/unit-lines.ts";
import { unitPrice } from "../unit-prices.ts";
import { flagAt, isUnknownAt, textAt } from "./attributes.ts";
import { isSetLater } from "./aws-data-lines.ts";
import { listLength } from "./list-length.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";

/*
 * Public IPv4 addresses that AWS services take from Amazon's pool for what they run. Since 2024-02-01 each is paid by the hour like
 * an Elastic IP. Sources: AWS Networking & Content Delivery blog, "Identify and optimize public IPv4 address usage on AWS" (all kinds
 * but those brought along); EC2 API reference, IpamDiscoveredPublicAddress (load balancers, VPN, Global Accelerator, RDS, Redshift).
 */

/** So many addresses for a month (730 h). Without their price they are left out of a cost that is known otherwise. */
function addressesFor(name: string, count: number, at: PaidAt): PricedParts {
  const price = unitPrice("public-ipv4-hour", at.region, at.prices);
  if (price.kind === "unknown") return partMissing(price.reason);
  const quantity = multiply(decimal(HOURS_PER_MONTH), decimal(count));
  return count === 0 ? FREE : unitLine({ name, unit: "hours", price: "public-ipv4-hour", quantity }, at);
}

/** Lists that say in which zones a load balancer is. Each is computed from the other where that one is written. */
type ZoneLists = readonly ["subnet_mapping", "subnets"] | readonly ["subnets", "availability_zones"];

type ZoneList = ZoneLists[number];

/** The list that tells: what the configuration sets only after apply, else the only one that changes, else the first that is there. */
function tellingList(resource: ResourceView, lists: ZoneLists): ZoneList | undefined {
  const later = lists.find((list) => isSetLater(resource, [list]));
  if (later !== undefined) return later;
  const there = lists.filter((list) => {
    const value = resource.values[list];
    return Array.isArray(value) && value.length > 0;
  });
  const written = (values: ResourceView["values"] | null, list: ZoneList) => JSON.stringify(values?.[list]);
  const changed = there.filter((list) => written(resource.previous, list) !== written(resource.values, list));
  return (changed.length === 1 ? changed : there)[0];
}

/** How many of the zones have an Elastic IP, which is a resource of its own and priced there, also when it does not exist yet. */
function elasticZones({ values, unknowns }: ResourceView): number {
  const mappings = valueAt(values, ["subnet_mapping"]);
  if (!Array.isArray(mappings)) return 0;
  return mappings.filter((_, index) => {
    const path = ["subnet_mapping", index, "allocation_id"];
    return textAt(values, path) !== undefined || isUnknownAt(unknowns, path);
  }).length;
}

const ZONE_ADDRESSES = "Public IPv4 addresses (one for each zone)";

function leftOut(reason: string, where: PaidAt): PricedParts {
  return partsLeftOut(addressesFor(ZONE_ADDRESSES, 1, where), reason);
}

/** One address for each zone that has no Elastic IP. */
function zoneAddresses(resource: ResourceView, view: PlanView, lists: ZoneLists): PricedParts {
  const where = pricePlace(view, resource);
  const list = tellingList(resource, lists);
  if (list === undefined) return leftOut("how many public IPv4 addresses it has is not known", where);
  const zones = listLength(resource, [list], view);
  if (zones.kind === "unknown") return leftOut(`${zones.reason}, and so its public IPv4 addresses`, where);
  const elastic = list === "subnet_mapping" ? elasticZones(resource) : 0;
  return combineParts(
    addressesFor(ZONE_ADDRESSES, zones.value - elastic, where),
    // A condition, or a subnet of another configuration beside these, is not seen in what an expression names.
    isUnknownAt(resource.unknowns, [list])
      ? partMissing(
          "its zones are known only after apply, and counted by the subnets that the configuration names",
        )
      : FREE,
  );
}

/** What decides whether a load balancer has addresses of Amazon's pool, beside its being internal. */
const ADDRESS_ATTRIBUTES: readonly JsonPath[] = [
  ["ip_address_type"],
  ["customer_owned_ipv4_pool"],
  ["ipam_pools", 0, "ipv4_ipam_pool_id"],
];

/**
 * The addresses of an `aws_lb` that faces the internet: one in each of its zones, that is each subnet. Application load balancers take
 * more as they grow, which no plan tells.
 */
export function balancerAddresses(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  if (flagAt(values, ["internal"]) === true) return FREE;
  const [type, customers, pool] = ADDRESS_ATTRIBUTES.map((path) => textAt(values, path));
  // On an Outpost they are the customer's own.
  if (type === "dualstack-without-public-ipv4" || customers !== undefined) return FREE;
  const where = pricePlace(view, resource);
  const later = [["internal"], ...ADDRESS_ATTRIBUTES].filter((path) => isSetLater(resource, path));
  if (later.length > 0) {
    const names = later.map((path) => formatPath(path)).join(", ");
    return leftOut(`whether it pays for public IPv4 addresses (${names}) is known only after apply`, where);
  }
  if (pool !== undefined) {
    return leftOut(
      "public IPv4 addresses of an IPAM pool are free if they were brought along, which is not known",
      where,
    );
  }
  return zoneAddresses(resource, view, ["subnet_mapping", "subnets"]);
}

/** The addresses of an `aws_elb` that faces the internet: one in each of its zones, and more as it grows, which no plan tells. */
export function classicBalancerAddresses(resource: ResourceView, view: PlanView): PricedParts {
  if (flagAt(resource.values, ["internal"]) === true) return FREE;
  return isSetLater(resource, ["internal"])
    ? leftOut("whether it is internal is known only after apply", pricePlace(view, resource))
    : zoneAddresses(resource, view, ["subnets", "availability_zones"]);
}

/** Each VPN connection has two tunnels with an outside address each. Source: Site-to-Site VPN user guide, "Tunnel options". */
const TUNNELS = 2;

/** The outside addresses of a VPN connection's tunnels: public IPv4 ones unless it says otherwise. */
export function tunnelAddresses(resource: ResourceView, where: PaidAt): PricedParts {
  const path = ["outside_ip_address_type"];
  const addresses = addressesFor("Public IPv4 addresses (of the tunnels)", TUNNELS, where);
  if (isSetLater(resource, path)) {
    return partsLeftOut(
      addresses,
      "whether its tunnels have public IPv4 addresses is known only after apply",
    );
  }
  return (textAt(resource.values, path) ?? "PublicIpv4") === "PublicIpv4" ? addresses : FREE;
}

/** An accelerator has two static IPv4 addresses. Source: Global Accelerator developer guide, "Global static IP addresses". */
const ACCELERATOR_ADDRESSES = 2;

/** The static addresses of an accelerator, less those that were brought along, at the price that AWS sets alike in all regions. */
export function acceleratorAddresses(resource: ResourceView, view: PlanView): PricedParts {
  const brought = listLength(resource, ["ip_addresses"], view);
  const where = { region: "us-east-1", prices: view.prices };
  const name = "Public IPv4 addresses (static)";
  if (brought.kind === "unknown") return partsLeftOut(addressesFor(name, 1, where), brought.reason);
  return addressesFor(name, Math.max(0, ACCELERATOR_ADDRESSES - brought.value), where);
}

/** The address of a database that is publicly accessible. Terraform's default is that it is not. */
export function databaseAddress(resource: ResourceView, where: PaidAt, multiAz: boolean): PricedParts {
  const path = ["publicly_accessible"];
  if (isSetLater(resource, path)) {
    return partMissing("whether the database has a public IPv4 address is known only after apply");
  }
  if (flagAt(resource.values, path) !== true) return FREE;
  return combineParts(
    addressesFor("Public IPv4 address", 1, where),
    multiAz ? partMissing("whether the standby has a public IPv4 address, too, is not known") : FREE,
  );
}

/** The addresses of a Redshift cluster that is publicly accessible, of which it is not known how many its nodes have. */
export function warehouseAddresses(resource: ResourceView, where: PaidAt): PricedParts {
  const path = ["publicly_accessible"];
  const addresses = addressesFor("Public IPv4 addresses", 1, where);
  if (isSetLater(resource, path)) {
    return partsLeftOut(addresses, "whether the cluster has public IPv4 addresses is known only after apply");
  }
  return flagAt(resource.values, path) === true
    ? partsLeftOut(addresses, "how many public IPv4 addresses the cluster has is not known")
    : FREE;
}
