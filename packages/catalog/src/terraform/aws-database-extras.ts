import { decimal } from "@apex/core";
import { combineParts, FREE, partMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { rdsInstanceClass } from "../rds-price.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import { type Lines, MONTH_HOURS, times } from "./aws-data-lines.ts";
import { surplusCredits } from "./aws-database-cluster.ts";
import type { ResourceView } from "./plan-view.ts";

/** A running database instance, of RDS or Aurora. */
export interface DatabaseInstance {
  readonly instanceClass: string;
  readonly engine: string;
  readonly multiAz: boolean;
}

/**
 * Major versions whose community support has ended, so that AWS charges for its own by the vCPU, and those in their third year, which
 * have another price. As of November 2026. Source: RDS and Aurora user guides, "Extended Support", release calendars.
 */
const EXTENDED_SUPPORT: Readonly<
  Record<string, { readonly paid: readonly string[]; readonly thirdYear: readonly string[] }>
> = {
  mysql: { paid: ["8.0"], thirdYear: ["5.7"] },
  postgres: { paid: ["12", "13"], thirdYear: ["11"] },
  "aurora-mysql": { paid: ["5.7"], thirdYear: [] },
  "aurora-postgresql": { paid: ["12", "13"], thirdYear: ["11"] },
};

const OPTED_OUT = "open-source-rds-extended-support-disabled";

function isVersion(written: string, major: string): boolean {
  return written === major || written.startsWith(`${major}.`);
}

function extendedSupport(resource: ResourceView, lines: Lines, instance: DatabaseInstance): PricedParts {
  const version = textAt(resource.values, ["engine_version"]);
  const versions = Object.hasOwn(EXTENDED_SUPPORT, instance.engine)
    ? EXTENDED_SUPPORT[instance.engine]
    : undefined;
  if (version === undefined || versions === undefined) return FREE;
  if (textAt(resource.values, ["engine_lifecycle_support"]) === OPTED_OUT) return FREE;
  if (versions.thirdYear.some((major) => isVersion(version, major))) {
    return partMissing(
      `the third year's price of extended support for ${instance.engine} ${version} is not in the table`,
    );
  }
  if (!versions.paid.some((major) => isVersion(version, major))) return FREE;
  const vcpu = rdsInstanceClass(instance.instanceClass)?.vcpu;
  if (vcpu === undefined) {
    return partMissing(
      `extended support for ${instance.engine} ${version}: the vCPUs of ${instance.instanceClass} are not known`,
    );
  }
  const copies = instance.multiAz ? 2 : 1;
  const hours = times(decimal(vcpu * copies), MONTH_HOURS);
  return lines.fixed(
    [`Extended support (${instance.engine} ${version})`, "vCPU-hours"],
    "rds-extended-support-vcpu-hour",
    hours,
  );
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

/** What instances of RDS and Aurora pay besides their hours: extended support, insights, surplus credits. */
export function databaseExtras(
  resource: ResourceView,
  lines: Lines,
  instance: DatabaseInstance,
): PricedParts {
  return combineParts(
    extendedSupport(resource, lines, instance),
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
