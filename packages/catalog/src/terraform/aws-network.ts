import { decimal } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  multiplyParts,
  partMissing,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { monthOf, tieredUsage, usageLine } from "../pricing/unit-lines.ts";
import { blocksAt, isUnknownAt, textAt } from "./attributes.ts";
import { listLength } from "./list-length.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";
import { dataProcessed } from "./used-line.ts";

/** `aws_eip`, in use or not: AWS charges both alike since 2024-02-01. Addresses that the customer brought along are free. */
export function priceAwsEip(resource: ResourceView, view: PlanView): PricedParts {
  const pool = textAt(resource.values, ["public_ipv4_pool"]) ?? "amazon";
  if (pool !== "amazon") return FREE;
  return monthOf("Public IPv4 address", "public-ipv4-hour", pricePlace(view, resource));
}

/** `aws_nat_gateway`. Its Elastic IP is a resource of its own. */
export function priceAwsNatGateway(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const gateway = monthOf("NAT gateway", "nat-gateway-hour", where);
  const isRegional = textAt(resource.values, ["availability_mode"]) === "regional";
  return combineParts(
    isRegional
      ? partsOfUnknownCount(gateway, "a regional NAT gateway is paid once for each zone that it grows into")
      : gateway,
    dataProcessed(resource, "nat-gateway-gb", where),
  );
}

/** The first petabyte of a month, the next four, and the rest. */
const ENDPOINT_TIERS = [
  { name: "Data processed (first 1 PB)", price: "vpc-endpoint-gb", holds: decimal(1_000_000) },
  { name: "Data processed (next 4 PB)", price: "vpc-endpoint-second-tier-gb", holds: decimal(4_000_000) },
  { name: "Data processed (over 5 PB)", price: "vpc-endpoint-third-tier-gb" },
] as const;

function endpointData(resource: ResourceView, type: string, where: PricePlace): PricedParts {
  const line = { unit: "GB", quantity: usageAt(resource, ["monthly_data_processed_gb"]) };
  if (type === "Interface") return tieredUsage(ENDPOINT_TIERS, line, where);
  return usageLine({ name: "Data processed", price: "gateway-endpoint-gb", ...line }, where);
}

/**
 * `aws_vpc_endpoint`: one of type Gateway is free; the others are paid by the hour for each zone, that is each subnet, they are in
 * (those of `aws_vpc_endpoint_subnet_association` are priced there).
 */
export function priceAwsVpcEndpoint(resource: ResourceView, view: PlanView): PricedParts {
  const type = textAt(resource.values, ["vpc_endpoint_type"]) ?? "Gateway";
  if (type === "Gateway") return FREE;
  if (type !== "Interface" && type !== "GatewayLoadBalancer") {
    return essentialPartMissing(`the price of a VPC endpoint of type ${type} is not in the table`);
  }
  const where = pricePlace(view, resource);
  const zones = listLength(resource, ["subnet_ids"], view);
  const one = monthOf(
    `VPC endpoint (${type})`,
    type === "Interface" ? "vpc-endpoint-hour" : "gateway-endpoint-hour",
    where,
  );
  return combineParts(
    zones.kind === "unknown"
      ? partsOfUnknownCount(one, zones.reason)
      : multiplyParts(one, decimal(zones.value)),
    // A condition, or a subnet of another configuration beside these, is not seen in what an expression names.
    zones.kind === "known" && isUnknownAt(resource.unknowns, ["subnet_ids"])
      ? partMissing(
          "its zones are known only after apply, and counted by the subnets that the configuration names",
        )
      : FREE,
    endpointData(resource, type, where),
  );
}

/** `aws_vpc_endpoint_subnet_association`: one more zone of an endpoint. */
export function priceAwsVpcEndpointSubnet(resource: ResourceView, view: PlanView): PricedParts {
  return monthOf("VPC endpoint (one more zone)", "vpc-endpoint-hour", pricePlace(view, resource));
}

/** `aws_networkfirewall_firewall`: an endpoint for each subnet, and what goes through. */
export function priceAwsNetworkFirewall(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const zones = Math.max(
    blocksAt(resource.values, ["subnet_mapping"]).length,
    blocksAt(resource.values, ["availability_zone_mapping"]).length,
  );
  return combineParts(
    zones === 0
      ? partsOfUnknownCount(
          monthOf("Network Firewall endpoint", "network-firewall-endpoint-hour", where),
          "the zones of the firewall are not known",
        )
      : monthOf("Network Firewall endpoint", "network-firewall-endpoint-hour", where, zones),
    dataProcessed(resource, "network-firewall-gb", where),
  );
}

/** `aws_ec2_traffic_mirror_session`: the network interface that is mirrored. */
export function priceAwsTrafficMirror(resource: ResourceView, view: PlanView): PricedParts {
  return monthOf("Traffic mirror session", "traffic-mirror-hour", pricePlace(view, resource));
}

/** `aws_flow_log`, which costs what it writes. */
export function priceAwsFlowLog(): PricedParts {
  return partMissing("what the flow log writes is paid by the GB, at prices that are not in the table");
}

/** `aws_acm_certificate`: public ones are free. */
export function priceAwsCertificate(resource: ResourceView): PricedParts {
  return textAt(resource.values, ["certificate_authority_arn"]) === undefined
    ? FREE
    : partMissing("what a private authority asks for a certificate is not in the table");
}
