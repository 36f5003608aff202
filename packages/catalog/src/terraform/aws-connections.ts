import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { monthOf, usageLine } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { flagAt, isUnknownAt, textAt } from "./attributes.ts";
import { tunnelAddresses } from "./aws-service-addresses.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";
import { dataProcessed } from "./used-line.ts";

function attachment(resource: ResourceView, where: PricePlace): PricedParts {
  return combineParts(
    monthOf("Transit gateway attachment", "transit-gateway-attachment-hour", where),
    dataProcessed(resource, "transit-gateway-gb", where, "Data processed by the transit gateway"),
  );
}

/** `aws_ec2_transit_gateway_vpc_attachment`. The gateway itself costs nothing. */
export function priceAwsTransitAttachment(resource: ResourceView, view: PlanView): PricedParts {
  return attachment(resource, pricePlace(view, resource));
}

/** `aws_ec2_transit_gateway_peering_attachment`: data between gateways is paid as transfer, not as processing. */
export function priceAwsTransitPeering(resource: ResourceView, view: PlanView): PricedParts {
  return monthOf("Transit gateway attachment", "transit-gateway-attachment-hour", pricePlace(view, resource));
}

/**
 * `aws_vpn_connection`: its hours, the outside addresses of its two tunnels and, on a transit gateway, the attachment that it makes.
 */
export function priceAwsVpnConnection(resource: ResourceView, view: PlanView): PricedParts {
  const { values, unknowns } = resource;
  const where = pricePlace(view, resource);
  const isOnTransitGateway =
    textAt(values, ["transit_gateway_id"]) !== undefined || isUnknownAt(unknowns, ["transit_gateway_id"]);
  return combineParts(
    monthOf("VPN connection", "vpn-connection-hour", where),
    tunnelAddresses(resource, where),
    isOnTransitGateway ? attachment(resource, where) : FREE,
    flagAt(values, ["enable_acceleration"]) === true
      ? partMissing("the accelerators of an accelerated VPN connection are not in the table")
      : FREE,
  );
}

/** `aws_ec2_client_vpn_endpoint`: free by itself, paid by the hour of each client that is connected. */
export function priceAwsClientVpn(resource: ResourceView, view: PlanView): PricedParts {
  return usageLine(
    {
      name: "Client connections",
      unit: "connection-hours",
      price: "client-vpn-connection-hour",
      quantity: undefined,
    },
    pricePlace(view, resource),
  );
}

/** `aws_ec2_client_vpn_network_association`: a subnet that clients reach. */
export function priceAwsClientVpnAssociation(resource: ResourceView, view: PlanView): PricedParts {
  return monthOf("Client VPN association", "client-vpn-association-hour", pricePlace(view, resource));
}

const DIRECT_CONNECT_PORTS: Readonly<Record<string, UnitPriceName>> = {
  "1Gbps": "direct-connect-1gbps-hour",
  "10Gbps": "direct-connect-10gbps-hour",
  "100Gbps": "direct-connect-100gbps-hour",
};

/** `aws_dx_connection`: the port of a dedicated connection, and what leaves the region through it. */
export function priceAwsDirectConnect(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const bandwidth = textAt(resource.values, ["bandwidth"]) ?? "";
  const port = Object.hasOwn(DIRECT_CONNECT_PORTS, bandwidth) ? DIRECT_CONNECT_PORTS[bandwidth] : undefined;
  const isHosted = textAt(resource.usage, ["dx_connection_type"]) === "hosted";
  return combineParts(
    port === undefined || isHosted
      ? essentialPartMissing(
          `the price of a ${isHosted ? "hosted " : ""}Direct Connect port of ${bandwidth === "" ? "unknown bandwidth" : bandwidth} is not in the table`,
        )
      : monthOf(`Direct Connect port (${bandwidth})`, port, where),
    usageLine(
      {
        name: `Data out of ${where.region}`,
        unit: "GB",
        price: "direct-connect-out-gb",
        quantity:
          usageAt(resource, [
            "monthly_outbound_from_region_to_dx_connection_location",
            where.region.replaceAll("-", "_"),
          ]) ?? usageAt(resource, ["monthly_outbound_region_to_dx_location_gb"]),
      },
      where,
    ),
  );
}

/** `aws_dx_gateway_association`: with a transit gateway an attachment, with a virtual private gateway free. */
export function priceAwsDirectConnectGateway(resource: ResourceView, view: PlanView): PricedParts {
  const gateway = textAt(resource.values, ["associated_gateway_id"]);
  if (gateway?.startsWith("vgw-") === true) return FREE;
  const named = resource.planned.references?.["associated_gateway_id"] ?? [];
  if (
    gateway?.startsWith("tgw-") === true ||
    named.some((each) => each.includes("aws_ec2_transit_gateway."))
  ) {
    return attachment(resource, pricePlace(view, resource));
  }
  if (named.some((each) => each.includes("aws_vpn_gateway."))) return FREE;
  return essentialPartMissing("whether the gateway is a transit gateway is not known");
}
