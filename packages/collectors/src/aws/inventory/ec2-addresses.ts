import {
  type Address,
  DescribeAddressesCommand,
  EC2Client,
  paginateDescribeAddressesAttribute,
} from "@aws-sdk/client-ec2";
import type { Collected } from "@apex/core";
import { awsAttributes, awsResource, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { ec2Call } from "./ec2-call.ts";

const NAMES = ec2Call("DescribeAddressesAttribute");

/** Elastic IP addresses, with what they are associated with. */
export const ec2Addresses: AwsService = {
  name: "ec2-addresses",
  title: "Elastic IP addresses",
  calls: [ec2Call("DescribeAddresses"), NAMES],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EC2Client);
  const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
  if (Addresses.length === 0) return;
  const names = await session.optional(
    NAMES,
    "without it it is not known which addresses have a name in reverse DNS",
    () => reverseNames(client),
  );
  if (names.kind === "failed") yield { kind: "diagnostic", diagnostic: names.diagnostic };
  for (const address of Addresses) {
    const user = address.InstanceId || address.NetworkInterfaceId;
    const resource = awsResource(session, {
      type: "aws_eip",
      attributes: addressAttributes(session, address, names.kind === "done" ? names.value : undefined),
      observed: {
        state: address.AssociationId === undefined ? "available" : "in-use",
        usedBy: user ? [user] : address.AssociationId ? [address.AssociationId] : [],
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

/** Names in reverse DNS by allocation id. */
async function reverseNames(client: EC2Client): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const pages = paginateDescribeAddressesAttribute(
    { client, stopOnSameToken: true },
    { Attribute: "domain-name" },
  );
  for await (const { Addresses = [] } of pages) {
    for (const { AllocationId, PtrRecord } of Addresses)
      if (AllocationId !== undefined && PtrRecord !== undefined) names.set(AllocationId, PtrRecord);
  }
  return names;
}

function addressAttributes(
  session: AwsSession,
  address: Address,
  names: ReadonlyMap<string, string> | undefined,
) {
  const { partition, region, accountId } = session;
  const id = address.AllocationId;
  return awsAttributes({
    id,
    allocation_id: id,
    arn: id === undefined ? undefined : `arn:${partition}:ec2:${region}:${accountId}:elastic-ip/${id}`,
    public_ip: address.PublicIp,
    private_ip: address.PrivateIpAddress,
    // As the provider writes what is not there: known to be nothing.
    association_id: address.AssociationId ?? "",
    instance: address.InstanceId ?? "",
    network_interface: address.NetworkInterfaceId ?? "",
    domain: address.Domain,
    network_border_group: address.NetworkBorderGroup,
    public_ipv4_pool: address.PublicIpv4Pool,
    customer_owned_ip: address.CustomerOwnedIp,
    ptr_record: names === undefined ? undefined : (names.get(id ?? "") ?? ""),
    tags: tagMap(address.Tags),
  });
}
