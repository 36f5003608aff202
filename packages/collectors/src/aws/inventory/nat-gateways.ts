import {
  EC2Client,
  type NatGateway,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
} from "@aws-sdk/client-ec2";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { ec2Call } from "./ec2-call.ts";
import { lifeCycle } from "./life-cycle.ts";

const GATEWAYS = ec2Call("DescribeNatGateways");
const ROUTES = ec2Call("DescribeRouteTables");

/** NAT gateways with the route tables that lead to them. Those that are deleted stay listed for an hour and are left out. */
export const natGateways: AwsService = {
  name: "nat-gateways",
  title: "NAT gateways",
  calls: [GATEWAYS, ROUTES],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EC2Client);
  const gateways: NatGateway[] = [];
  for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client, stopOnSameToken: true }, {}))
    gateways.push(...NatGateways.filter(({ State }) => State !== "deleted" && State !== "deleting"));
  if (gateways.length === 0) return;
  const routes = await session.optional(
    ROUTES,
    "without it it is not known which NAT gateways no route leads to",
    () => routeTables(client),
  );
  if (routes.kind === "failed") yield { kind: "diagnostic", diagnostic: routes.diagnostic };
  for (const gateway of gateways) {
    const resource = awsResource(session, {
      type: "aws_nat_gateway",
      attributes: attributesOf(gateway),
      observed: {
        ...lifeCycle(gateway.CreateTime, gateway.State),
        ...(routes.kind === "failed" ? {} : { usedBy: routes.value.get(gateway.NatGatewayId ?? "") ?? [] }),
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

function attributesOf(gateway: NatGateway): JsonObject {
  const addresses = gateway.NatGatewayAddresses ?? [];
  const primary = addresses.find(({ IsPrimary }) => IsPrimary === true) ?? addresses[0];
  const others = addresses.filter((address) => address !== primary);
  return awsAttributes({
    id: gateway.NatGatewayId,
    connectivity_type: gateway.ConnectivityType,
    subnet_id: gateway.SubnetId,
    vpc_id: gateway.VpcId,
    allocation_id: primary?.AllocationId,
    network_interface_id: primary?.NetworkInterfaceId,
    private_ip: primary?.PrivateIp,
    public_ip: primary?.PublicIp,
    secondary_allocation_ids: others.flatMap(({ AllocationId }) => AllocationId ?? []),
    tags: tagMap(gateway.Tags),
  });
}

/** Ids of route tables by the NAT gateway that they lead to. */
async function routeTables(client: EC2Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = new Map<string, string[]>();
  for await (const { RouteTables = [] } of paginateDescribeRouteTables(
    { client, stopOnSameToken: true },
    {},
  )) {
    for (const { RouteTableId, Routes = [] } of RouteTables) {
      const gateways = new Set(Routes.flatMap(({ NatGatewayId }) => NatGatewayId ?? []));
      for (const id of gateways) tables.set(id, [...(tables.get(id) ?? []), RouteTableId ?? ""]);
    }
  }
  return tables;
}
