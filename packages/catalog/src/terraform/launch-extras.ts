import { type Decimal, decimal, HOURS_PER_MONTH, multiply } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { machineType } from "../machine-types.ts";
import { FREE, partMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { type UnitLine, unitLine } from "../pricing/unit-lines.ts";
import { unitPrice } from "../unit-prices.ts";
import { numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import type { PricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** Detailed monitoring publishes this many metrics a machine. Source: EC2 user guide, "Detailed monitoring". */
const DETAILED_MONITORING_METRICS = 7;

/** The price of detailed monitoring of one machine. */
export function detailedMonitoring(where: PricePlace): PricedParts {
  const name = "ec2-detailed-monitoring-metric-month";
  const price = unitPrice(name, where.region, where.prices);
  if (price.kind === "unknown") return partMissing(price.reason);
  const quantity = decimal(DETAILED_MONITORING_METRICS);
  return unitLine({ name: "EC2 detailed monitoring", unit: "metric-months", quantity, price: name }, where);
}

/** What a machine pays beside itself while it runs: a month (730 h) of it, or as many hours as are told. */
function whileRunning(
  line: Pick<UnitLine, "name" | "price">,
  where: PricePlace,
  hours: Decimal | undefined,
): PricedParts {
  return unitLine({ ...line, unit: "hours", quantity: hours ?? decimal(HOURS_PER_MONTH) }, where);
}

/** A public IPv4 address that a machine has while it runs, all month (730 h) unless its `hours` are told. */
export function publicAddress(where: PricePlace, hours?: Decimal): PricedParts {
  return whileRunning({ name: "Public IPv4 address", price: "public-ipv4-hour" }, where, hours);
}

/** Families that pay extra for EBS optimisation; all later ones have it always, at no charge. Source: EC2 user guide, "Amazon EBS-optimized instances". */
const PAID_EBS_OPTIMISATION = /^(c1|c3|g2|i2|m1|m2|m3|r3)\./;

/** What a machine of an old family pays to be optimised for EBS while it runs, all month (730 h) unless its `hours` are told. */
export function ebsOptimisation(name: string, where: PricePlace, hours?: Decimal): PricedParts {
  if (!PAID_EBS_OPTIMISATION.test(name)) return FREE;
  if (name !== "r3.xlarge")
    return partMissing(`the surcharge of ${name} for EBS optimisation is not in the table`);
  return whileRunning({ name: "EBS optimisation", price: "ebs-optimised-r3-xlarge-hour" }, where, hours);
}

const OPERATING_SYSTEMS: readonly OperatingSystem[] = ["linux", "windows", "rhel", "suse"];

/** The operating system that the caller or the usage file tells; Terraform only knows an image. */
export function toldOperatingSystem(resource: ResourceView, view: PlanView): OperatingSystem | undefined {
  const told = textAt(resource.usage, ["operating_system"]);
  return view.options.operatingSystems?.[resource.address] ?? OPERATING_SYSTEMS.find((each) => each === told);
}

/** What a usage file tells of one machine. */
export interface ToldUse {
  readonly hours?: Decimal | undefined;
  readonly surplusVcpuHours?: Decimal | undefined;
}

/** Hours of a month, and vCPU-hours beyond the earned credits: hours of bursting on all vCPUs. */
export function toldUse(resource: ResourceView, instanceType: string | undefined): ToldUse {
  const burst = usageAt(resource, ["monthly_cpu_credit_hrs"]);
  const vcpus =
    numberAt(resource.usage, ["vcpu_count"]) ??
    (instanceType === undefined ? undefined : machineType("aws", instanceType)?.vcpu);
  return {
    hours: usageAt(resource, ["monthly_hrs"]),
    surplusVcpuHours: vcpus === undefined ? undefined : burst && multiply(burst, decimal(vcpus)),
  };
}
