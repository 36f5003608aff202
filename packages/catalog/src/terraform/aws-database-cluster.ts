import { decimal } from "@apex/core";
import { FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { rdsInstanceClass } from "../rds-price.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { type Lines, times } from "./aws-data-lines.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** The cluster that an instance belongs to, when it is in the plan. */
export function clusterOf(resource: ResourceView, view: PlanView, type: string): ResourceView | undefined {
  const path = ["cluster_identifier"];
  const followed = follow(view, resource, {
    types: [type],
    references: ["cluster_identifier", "id"].map((targetAttribute) => ({ path, targetAttribute })),
  });
  return followed.kind === "found" ? followed.resource : undefined;
}

/** Credits that burstable instances use beyond those earned; a usage file tells hours, each of all vCPUs. */
export function surplusCredits(instanceClass: string, lines: Lines, price: UnitPriceName): PricedParts {
  if (!/^db\.t[34]/.test(instanceClass)) return FREE;
  const vcpu = rdsInstanceClass(instanceClass)?.vcpu;
  const hours = lines.told("monthly_cpu_credit_hrs");
  const used = vcpu === undefined ? undefined : times(hours, decimal(vcpu));
  return lines.used(["CPU credits beyond those earned", "vCPU-hours"], price, used);
}
