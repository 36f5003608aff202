import { decimal } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { priceMachineMonth } from "../pricing/machine-hours.ts";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  multiplyParts,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { monthOf } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { isCount, numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";

const HOSTS: Readonly<Record<string, UnitPriceName>> = {
  c5: "dedicated-host-c5-hour",
  mac1: "dedicated-host-mac1-hour",
};

/** `aws_ec2_host`: a dedicated host of a family, whatever runs on it. */
export function priceAwsHost(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const family = textAt(values, ["instance_family"]) ?? textAt(values, ["instance_type"])?.split(".")[0];
  if (family === undefined) return essentialPartMissing("the instance family of the host is not known");
  const price = Object.hasOwn(HOSTS, family) ? HOSTS[family] : undefined;
  if (price === undefined) {
    return essentialPartMissing(`the price of a dedicated host of ${family} is not in the table`);
  }
  return monthOf(`Dedicated host (on-demand, ${family})`, price, pricePlace(view, resource));
}

const PLATFORMS: Readonly<Record<string, OperatingSystem>> = {
  "Linux/UNIX": "linux",
  "Red Hat Enterprise Linux": "rhel",
  "SUSE Linux": "suse",
  Windows: "windows",
};

/**
 * `aws_ec2_capacity_reservation`: paid as if so many machines ran, whether they do or not; those that do are paid by it. Machines of
 * the plan that name it are not priced again; whether others use an open one is not known.
 */
export function priceAwsCapacityReservation(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const name = textAt(values, ["instance_type"]);
  const count = numberAt(values, ["instance_count"]);
  const platform = textAt(values, ["instance_platform"]) ?? "";
  const operatingSystem = Object.hasOwn(PLATFORMS, platform) ? PLATFORMS[platform] : undefined;
  if (name === undefined || count === undefined || !isCount(count)) {
    return essentialPartMissing("what the reservation holds is not known");
  }
  if (operatingSystem === undefined) return essentialPartMissing(`no prices of machines with ${platform}`);
  const one = priceMachineMonth(
    {
      provider: "aws",
      name,
      region: where.region,
      operatingSystem,
      purchase: "on-demand",
      tenancy: textAt(values, ["tenancy"]) ?? "default",
      hasUnlimitedCredits: false,
      isStopped: false,
    },
    where.prices,
  );
  const isOpen = (textAt(values, ["instance_match_criteria"]) ?? "open") === "open";
  return combineParts(
    multiplyParts(one, decimal(count)),
    isOpen
      ? partMissing("machines that use this open reservation are paid by it, and counted twice here")
      : FREE,
  );
}
