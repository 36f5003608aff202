import { decimal, formatPath, type JsonPath } from "@apex/core";
import { combineParts, FREE, partMissing, type PricedParts } from "../pricing/priced-parts.ts";
import {
  mayPayExtendedSupport,
  rdsExtendedSupport,
  supportedVcpus,
} from "../pricing/rds-extended-support.ts";
import { unitPrice } from "../unit-prices.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import { isSetLater, type Lines, MONTH_HOURS, times } from "./aws-data-lines.ts";
import { surplusCredits } from "./aws-database-cluster.ts";
import { databaseAddress } from "./aws-service-addresses.ts";
import type { ResourceView } from "./plan-view.ts";

/** A database instance, of RDS or Aurora. */
export interface DatabaseInstance {
  readonly instanceClass: string;
  readonly engine: string;
  readonly multiAz: boolean;
}

/** Attributes that decide whether extended support is paid. An instance of Aurora has them from its cluster. */
const SUPPORT_ATTRIBUTES: readonly JsonPath[] = [["engine_version"], ["engine_lifecycle_support"]];

/**
 * What a version past its standard support pays for its vCPUs, stopped or not. Source: RDS user guide, "Amazon RDS Extended Support
 * charges": they end with an upgrade or with the database.
 */
export function extendedSupport(
  resource: ResourceView,
  lines: Lines,
  instance: DatabaseInstance,
  cluster?: ResourceView,
): PricedParts {
  const tellers = cluster === undefined ? [resource] : [resource, cluster];
  const [version, lifecycle] = SUPPORT_ATTRIBUTES.map((path) =>
    tellers.map(({ values }) => textAt(values, path)).find((text) => text !== undefined),
  );
  const later = SUPPORT_ATTRIBUTES.find((path) => tellers.some((teller) => isSetLater(teller, path)));
  if (later !== undefined && mayPayExtendedSupport({ engine: instance.engine, version, lifecycle })) {
    return partMissing(
      `whether the database pays for extended support (${formatPath(later)}) is known only after apply`,
    );
  }
  const what = `${instance.engine} ${version ?? ""}`;
  const price = rdsExtendedSupport({ engine: instance.engine, version, lifecycle });
  if (price === undefined) return FREE;
  const known = unitPrice(price, lines.region, lines.prices);
  if (known.kind === "unknown") return partMissing(known.reason);
  const vcpus = supportedVcpus(instance.instanceClass, instance.multiAz);
  if (vcpus === undefined) {
    return partMissing(`extended support for ${what}: the vCPUs of ${instance.instanceClass} are not known`);
  }
  return lines.fixed([`Extended support (${what})`, "vCPU-hours"], price, times(decimal(vcpus), MONTH_HOURS));
}

/** Days of performance data that are kept for nothing. Source: RDS user guide, "Pricing and data retention for Performance Insights". */
const FREE_INSIGHTS_DAYS = 7;

function performanceInsights(resource: ResourceView, lines: Lines): PricedParts {
  const { values } = resource;
  if (flagAt(values, ["performance_insights_enabled"]) !== true) return FREE;
  const days = numberAt(values, ["performance_insights_retention_period"]) ?? FREE_INSIGHTS_DAYS;
  return combineParts(
    days > FREE_INSIGHTS_DAYS
      ? partMissing("the price of performance data that is kept longer than 7 days is not in the table")
      : FREE,
    lines.used(
      ["Performance Insights API requests", "1k requests"],
      "rds-performance-insights-thousand-requests",
      lines.told("monthly_additional_performance_insights_requests", 1000),
    ),
  );
}

/** What running instances of RDS and Aurora pay besides their hours: a public address, insights, surplus credits. */
export function databaseExtras(
  resource: ResourceView,
  lines: Lines,
  instance: DatabaseInstance,
): PricedParts {
  return combineParts(
    databaseAddress(resource, lines, instance.multiAz),
    performanceInsights(resource, lines),
    surplusCredits(
      instance.instanceClass,
      lines,
      instance.engine.startsWith("aurora")
        ? "aurora-surplus-cpu-credit-vcpu-hour"
        : "rds-surplus-cpu-credit-vcpu-hour",
    ),
  );
}
