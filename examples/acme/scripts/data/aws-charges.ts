import { type Decimal, decimal } from "@apex/core";
import type { Database } from "../fleet/database.ts";
import type { Group } from "../fleet/group.ts";
import type { Ec2Machine } from "../fleet/machine.ts";
import type { Volume } from "../fleet/volume.ts";
import { arn, cloudId, REGION } from "../ids.ts";
import { LOAD_BALANCER_NAME } from "../state/network.ts";
import { type Charge, type Commitment, perDay } from "./charge.ts";
import { hourly, UNIT_PRICES } from "./prices.ts";

const HOURS_PER_DAY = decimal(24);

/** A one-year Compute Savings Plan without upfront payment; its rate is a typical one. */
export const SAVINGS_PLAN: Commitment = {
  id: arn("savingsplans", "savingsplan/5d0f6a7e-3f41-4c7e-b9de-0a1e6a3f9c21").replace(`:${REGION}:`, "::"),
  name: "acme-compute-2026",
  category: "Spend",
  type: "Compute Savings Plans",
  rate: "0.73",
};

const RESERVATION: Commitment = {
  id: arn("rds", "ri:ri-2026-03-11-shop"),
  name: "ri-2026-03-11-shop",
  category: "Usage",
  type: "Reserved",
  rate: "0.66",
};

const EC2 = {
  resourceType: "Instance",
  service: "Amazon Elastic Compute Cloud",
  category: "Compute",
  subcategory: "Virtual Machines",
} as const;

const EBS = {
  resourceType: "Volume",
  service: "Amazon Elastic Block Store",
  category: "Storage",
  subcategory: "Block Storage",
} as const;

const STANDARD_TAGS = { Environment: "prod", ManagedBy: "terraform", Team: "platform" };

function boxUsage(type: string) {
  return {
    usageType: `BoxUsage:${type}`,
    operation: "RunInstances",
    description: `$${hourly(type)} per On Demand Linux ${type} Instance Hour`,
    unit: "Hours",
    listPrice: hourly(type),
    quantity: HOURS_PER_DAY,
  };
}

function storage(id: string, type: Volume["type"], sizeGb: number) {
  return {
    ...EBS,
    resourceId: id,
    usageType: `EBS:VolumeUsage.${type}`,
    operation: type === "gp2" || type === "gp3" ? `CreateVolume-${type.toUpperCase()}` : "CreateVolume",
    description: `$${UNIT_PRICES[`${type} GB-month`]} per GB-month of ${type} provisioned storage - US East (Northern Virginia)`,
    unit: "GB-Mo",
    listPrice: UNIT_PRICES[`${type} GB-month`],
    quantity: perDay(sizeGb),
  };
}

/** Hours and root disk; a stopped machine has only its disk. */
export function machineCharges(machine: Ec2Machine): Charge[] {
  const place = { zone: `${REGION}${machine.zone}` };
  const tags = { ...STANDARD_TAGS, Name: machine.name };
  const root: Charge = {
    ...storage(cloudId("vol", `${machine.address} root`), machine.root.type, machine.root.size),
    ...place,
    tags,
  };
  if (machine.load === undefined) return [root];
  const history = machine.load.history;
  return [
    {
      ...EC2,
      ...boxUsage(machine.instanceType),
      ...place,
      tags,
      resourceId: cloudId("i", machine.address),
      resourceName: machine.name,
      ...(machine.isUnderSavingsPlan === true ? { commitment: SAVINGS_PLAN } : {}),
      // The window ends on the 25th; a machine with three days of history was launched on the 23rd.
      ...(history?.kind === "last-days" ? { days: [26 - history.days, 31] as const } : {}),
    },
    root,
  ];
}

/** The cloud ids of a group's members: not in Terraform, which knows only the group. */
export function memberIds(group: Group): string[] {
  return Array.from({ length: group.desired }, (_, index) =>
    cloudId("i", `${group.address} member ${index}`),
  );
}

/** Hours of the group's members, each under its own id, with the tag that tells the group. */
export function groupCharges(group: Group): Charge[] {
  return memberIds(group).flatMap((id, index) => {
    const shared = {
      zone: `${REGION}${index % 2 === 0 ? "a" : "b"}`,
      tags: { ...STANDARD_TAGS, Name: group.memberName, "aws:autoscaling:groupName": group.name },
    };
    const root = storage(cloudId("vol", `${id} root`), "gp3", group.rootGb);
    return [
      { ...EC2, ...boxUsage(group.instanceType), ...shared, resourceId: id },
      { ...root, ...shared },
    ];
  });
}

/** GB-months, and IOPS-months where they are provisioned. */
export function volumeCharges(volume: Volume): Charge[] {
  const id = cloudId("vol", volume.address);
  const shared = {
    zone: `${REGION}${volume.zone}`,
    tags: { ...STANDARD_TAGS, Name: volume.name },
    resourceName: volume.name,
  };
  const space: Charge = { ...storage(id, volume.type, volume.sizeGb), ...shared };
  if (volume.type !== "io1") return [space];
  return [
    space,
    {
      ...space,
      usageType: "EBS:VolumeP-IOPS.piops",
      description: "$0.065 per IOPS-month provisioned - US East (Northern Virginia)",
      unit: "IOPS-Mo",
      listPrice: UNIT_PRICES["io1 IOPS-month"],
      quantity: perDay(volume.iops),
    },
  ];
}

const ENGINE_NAMES = { postgres: "PostgreSQL", mysql: "MySQL" };

/** Hours and storage of a database, by its ARN. */
export function databaseCharges(database: Database): Charge[] {
  const deployment = database.isMultiAz ? "Multi-AZ" : "Single-AZ";
  const price = hourly(
    `${database.instanceClass} ${database.engine}${database.isMultiAz ? " multi-az" : ""}`,
  );
  const base = {
    resourceId: arn("rds", `db:${database.identifier}`),
    resourceName: database.identifier,
    resourceType: "Database Instance",
    service: "Amazon Relational Database Service",
    category: "Databases",
    subcategory: "Relational Databases",
    operation: database.engine === "postgres" ? "CreateDBInstance:0014" : "CreateDBInstance:0002",
    tags: { ...STANDARD_TAGS, Name: database.identifier },
  };
  const storageUnit = database.storageType === "gp2" ? "RDS gp2 GB-month" : "RDS gp3 GB-month";
  const storagePrice =
    database.isMultiAz && database.storageType === "gp3"
      ? UNIT_PRICES["RDS gp3 GB-month multi-az"]
      : UNIT_PRICES[storageUnit];
  return [
    {
      ...base,
      usageType: `${database.isMultiAz ? "Multi-AZUsage" : "InstanceUsage"}:${database.instanceClass}`,
      description: `$${price} per RDS ${database.instanceClass} ${deployment} instance hour running ${ENGINE_NAMES[database.engine]}`,
      unit: "Hours",
      listPrice: price,
      quantity: HOURS_PER_DAY,
      ...(database.isReserved === true ? { commitment: RESERVATION } : {}),
    },
    {
      ...base,
      usageType: `RDS:${database.isMultiAz ? "Multi-AZ-" : ""}${database.storageType.toUpperCase()}-Storage`,
      description: `$${storagePrice} per GB-month of provisioned ${database.storageType} storage for ${deployment}`,
      unit: "GB-Mo",
      listPrice: storagePrice,
      quantity: perDay(database.storageGb),
    },
  ];
}

function networkCharge(
  charge: Pick<Charge, "resourceId" | "resourceType" | "usageType" | "unit" | "listPrice"> & {
    readonly quantity: Decimal;
    readonly service: string;
  },
): Charge {
  return {
    category: "Networking",
    subcategory: "Network Infrastructure",
    operation: "",
    description: `$${charge.listPrice} per ${charge.unit} of ${charge.usageType}`,
    tags: STANDARD_TAGS,
    ...charge,
  };
}

/** NAT gateway, load balancer and public addresses. */
export function networkCharges(addresses: readonly string[]): Charge[] {
  const nat = {
    resourceId: arn("ec2", `natgateway/${cloudId("nat", "aws_nat_gateway.main")}`),
    resourceType: "NAT Gateway",
    service: "Amazon Elastic Compute Cloud",
  };
  const balancer = {
    resourceId: arn("elasticloadbalancing", `loadbalancer/${LOAD_BALANCER_NAME}`),
    resourceType: "Load Balancer",
    service: "Elastic Load Balancing",
  };
  const hours = { unit: "Hours", quantity: HOURS_PER_DAY };
  return [
    networkCharge({
      ...nat,
      ...hours,
      usageType: "NatGateway-Hours",
      listPrice: UNIT_PRICES["NAT gateway hour"],
    }),
    networkCharge({
      ...nat,
      usageType: "NatGateway-Bytes",
      unit: "GB",
      listPrice: UNIT_PRICES["NAT gateway GB"],
      quantity: decimal("63.4172"),
    }),
    networkCharge({
      ...balancer,
      ...hours,
      usageType: "LoadBalancerUsage",
      listPrice: UNIT_PRICES["load balancer hour"],
    }),
    networkCharge({
      ...balancer,
      usageType: "LCUUsage",
      unit: "LCU-Hrs",
      listPrice: UNIT_PRICES["load balancer LCU-hour"],
      quantity: decimal("81.3377"),
    }),
    ...addresses.map((address) =>
      networkCharge({
        resourceId: arn("ec2", `elastic-ip/${cloudId("eipalloc", address)}`),
        resourceType: "Elastic IP",
        service: "Amazon Virtual Private Cloud",
        ...hours,
        usageType: address === "aws_eip.nat" ? "PublicIPv4:InUseAddress" : "PublicIPv4:IdleAddress",
        listPrice: UNIT_PRICES["public IPv4 hour"],
      }),
    ),
  ];
}
