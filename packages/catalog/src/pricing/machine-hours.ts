import { type CloudProvider, type Decimal, decimal, HOURS_PER_MONTH } from "@apex/core";
import { machineHourlyPrice, type OperatingSystem } from "../machine-price.ts";
import { machineType } from "../machine-types.ts";
import { unitPrice } from "../unit-prices.ts";
import {
  combineParts,
  essentialPartMissing,
  fixedItem,
  FREE,
  type PricedParts,
  usageItem,
} from "./priced-parts.ts";
import type { PriceBook } from "../price-book.ts";

/** A running machine as its price sees it. */
export interface MachineUse {
  readonly provider: CloudProvider;
  readonly name: string;
  readonly region: string;
  readonly operatingSystem: OperatingSystem;
  readonly purchase: "on-demand" | "spot";
  /** EC2 tenancy: "default", "dedicated" or "host". */
  readonly tenancy: string;
  /** Whether a burstable EC2 machine may burst beyond its credits; `undefined` for the family's own default. */
  readonly hasUnlimitedCredits?: boolean | undefined;
  /** Stopped machines keep their disks and pay nothing for compute. */
  readonly isStopped: boolean;
  /** Hours of a month that it runs; all of them (730) when absent. */
  readonly hours?: Decimal | undefined;
  /** vCPU-hours of a month beyond the credits that it earns, where somebody told them. */
  readonly surplusVcpuHours?: Decimal | undefined;
}

const OPERATING_SYSTEM_NAMES = { linux: "Linux", windows: "Windows", rhel: "RHEL", suse: "SUSE" } as const;

/** T3 and later burst unlimited unless told otherwise, T2 does not. Source: EC2 user guide, "Unlimited mode". */
const UNLIMITED_BY_DEFAULT = /^(t3|t3a|t4g)$/;

/** Families whose surplus credit price we have: the Linux price of T4g and all Windows prices are others. */
const SURPLUS_CREDIT_FAMILY = /^(t2|t3|t3a)$/;

function surplusCredits(use: MachineUse, prices: PriceBook): PricedParts {
  const family = machineType(use.provider, use.name)?.family ?? "";
  const isUnlimited = use.hasUnlimitedCredits ?? UNLIMITED_BY_DEFAULT.test(family);
  if (!isUnlimited || use.operatingSystem !== "linux" || !SURPLUS_CREDIT_FAMILY.test(family)) return FREE;
  const price = unitPrice("surplus-cpu-credit-vcpu-hour", use.region, prices);
  if (price.kind === "unknown") return FREE;
  return usageItem({
    name: "CPU credits beyond those earned (unlimited mode)",
    unit: "vCPU-hours",
    price,
    quantity: use.surplusVcpuHours,
  });
}

/**
 * A month (730 h) of a machine at its list price. Spot prices move and are never assumed; dedicated tenancy
 * has prices of its own that are not in the table.
 */
export function priceMachineMonth(use: MachineUse, prices: PriceBook): PricedParts {
  const hours: Decimal = use.isStopped ? decimal(0) : (use.hours ?? decimal(HOURS_PER_MONTH));
  const price = machineHourlyPrice(use, prices);
  if (use.isStopped) {
    return price.kind === "unknown"
      ? FREE
      : fixedItem({ name: `Instance usage (stopped, ${use.name})`, unit: "hours", quantity: hours, price });
  }
  if (use.purchase === "spot") return essentialPartMissing(`the spot price of ${use.name} is not known`);
  // A dedicated host is paid instead of the machines on it; licences of their systems are not.
  if (use.tenancy === "host" && use.operatingSystem === "linux") return FREE;
  if (use.tenancy !== "default") {
    return essentialPartMissing(`the price of ${use.name} with ${use.tenancy} tenancy is not in the table`);
  }
  const system = OPERATING_SYSTEM_NAMES[use.operatingSystem];
  return combineParts(
    fixedItem({
      name: `Instance usage (${system}, on-demand, ${use.name})`,
      unit: "hours",
      quantity: hours,
      price,
      purchase: "on-demand",
    }),
    surplusCredits(use, prices),
  );
}
