import { compareDecimals, type Decimal, decimal, HOURS_PER_MONTH, multiply } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { monthOf, usageLine } from "../pricing/unit-lines.ts";
import { isUnknownAt, textAt } from "./attributes.ts";
import { balancerAddresses, classicBalancerAddresses } from "./aws-service-addresses.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";
import { dataProcessed } from "./used-line.ts";

/** What one capacity unit holds, beside 1 GB an hour. Source: Elastic Load Balancing pricing page. */
interface CapacityUnit {
  readonly newConnectionsPerSecond: number;
  readonly activeConnections: number;
  readonly ruleEvaluationsPerSecond?: number;
}

const KINDS = {
  application: {
    label: "Application",
    unit: { newConnectionsPerSecond: 25, activeConnections: 3000, ruleEvaluationsPerSecond: 1000 },
  },
  network: { label: "Network", unit: { newConnectionsPerSecond: 800, activeConnections: 100_000 } },
  gateway: { label: "Gateway", unit: { newConnectionsPerSecond: 600, activeConnections: 60_000 } },
} as const satisfies Record<string, { readonly label: string; readonly unit: CapacityUnit }>;

function isKind(kind: string): kind is keyof typeof KINDS {
  return Object.hasOwn(KINDS, kind);
}

/** Capacity units × hours of a month: the dimension that needs the most counts. */
function capacityUnitHours(resource: ResourceView, unit: CapacityUnit): Decimal | undefined {
  const hours = decimal(HOURS_PER_MONTH);
  const averages = [
    usageAt(resource, ["new_connections"], unit.newConnectionsPerSecond),
    usageAt(resource, ["active_connections"], unit.activeConnections),
    unit.ruleEvaluationsPerSecond === undefined
      ? undefined
      : usageAt(resource, ["rule_evaluations"], unit.ruleEvaluationsPerSecond),
  ].map((units) => units && multiply(units, hours));
  // A unit holds 1 GB an hour: the GB of the month are its hours.
  return [usageAt(resource, ["processed_bytes_gb"]), ...averages].reduce(
    (most, each) =>
      most === undefined || (each !== undefined && compareDecimals(each, most) > 0) ? each : most,
    undefined,
  );
}

/** `aws_lb` and `aws_alb`: their hours, their public addresses, and what they balance in capacity units. */
export function priceAwsLb(resource: ResourceView, view: PlanView): PricedParts {
  if (isUnknownAt(resource.unknowns, ["load_balancer_type"])) {
    return essentialPartMissing("the type of the load balancer is known only after apply");
  }
  const kind = textAt(resource.values, ["load_balancer_type"]) ?? "application";
  if (!isKind(kind)) return essentialPartMissing(`the price of a ${kind} load balancer is not in the table`);
  const where = pricePlace(view, resource);
  const { label, unit } = KINDS[kind];
  return combineParts(
    monthOf(`${label} load balancer`, `${kind}-load-balancer-hour`, where),
    kind === "gateway" ? FREE : balancerAddresses(resource, view),
    usageLine(
      {
        name: "Load balancer capacity units",
        unit: "LCU-hours",
        price: `${kind}-load-balancer-lcu-hour`,
        quantity: capacityUnitHours(resource, unit),
      },
      where,
    ),
  );
}

/** `aws_elb`, the classic load balancer. */
export function priceAwsElb(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  return combineParts(
    monthOf("Classic load balancer", "classic-load-balancer-hour", where),
    classicBalancerAddresses(resource, view),
    dataProcessed(resource, "classic-load-balancer-gb", where),
  );
}
