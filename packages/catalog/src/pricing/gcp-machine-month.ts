import { type Decimal, decimal, HOURS_PER_MONTH, type Known, known, multiply } from "@apex/core";
import { attachedGpuHourlyPrice } from "../gpu-price.ts";
import { machineHourlyPrice, type OperatingSystem } from "../machine-price.ts";
import { machineType } from "../machine-types.ts";
import type { PriceBook } from "../price-book.ts";
import type { DatedPrice } from "../price-table.ts";
import { sustainedUseRate } from "./gcp-sustained-use.ts";
import { combineParts, essentialPartMissing, fixedItem, FREE, type PricedParts } from "./priced-parts.ts";

/** A Compute Engine machine as its price sees it. */
export interface GcpMachineUse {
  readonly name: string;
  readonly region: string;
  readonly operatingSystem: OperatingSystem;
  readonly purchase: "on-demand" | "spot";
  /** Stopped machines keep their disks and pay nothing for compute. */
  readonly isStopped: boolean;
  /** Of the month; all of it when absent. */
  readonly hours?: Decimal | undefined;
  /** Whether nothing is known that would have it run for less than the month, or be paid by a commitment. */
  readonly hasSustainedUse: boolean;
}

const SYSTEM_NAMES = { linux: "Linux", windows: "Windows", rhel: "RHEL", suse: "SUSE" } as const;

/** What GPUs that are attached to a machine get off for a whole month. Source: as {@link sustainedUseRate}. */
const SUSTAINED_USE_GPU = decimal("0.3");

const NOTHING = decimal(0);

interface Discounted {
  readonly what: string;
  readonly rate: Decimal;
  readonly unit: string;
  readonly quantity: Decimal;
  readonly price: Known<DatedPrice>;
  /** The same at list price: what a contract agrees is paid as agreed. */
  readonly list: Known<DatedPrice>;
}

/** The discount of a full month as a line of its own, so that the line before it is the list price. */
function sustainedUse({ what, rate, unit, quantity, price, list }: Discounted): PricedParts {
  if (rate === NOTHING || price.kind === "unknown" || list.kind === "unknown") return FREE;
  if (price.value.table !== list.value.table) return FREE;
  const percent = multiply(rate, decimal(100));
  return fixedItem({
    name: `Sustained-use discount (${percent} % of ${what}, full month)`,
    unit,
    quantity,
    price: known({ ...price.value, price: multiply(price.value.price, decimal(`-${rate}`)) }),
    purchase: "on-demand",
  });
}

/** Prices of the spot market move; one of the synced list is taken, none is assumed. */
function spotMonth({ name, region, operatingSystem }: GcpMachineUse, hours: Decimal, prices: PriceBook) {
  const key = { region, variant: `${operatingSystem}/spot-list`, name };
  const price = prices.find("gce", key);
  if (price === undefined) return essentialPartMissing(`the spot price of ${name} is not known`);
  const system = SYSTEM_NAMES[operatingSystem];
  return fixedItem({
    name: `Instance usage (${system}, spot, ${name})`,
    unit: "hours",
    quantity: hours,
    price: known(price),
    purchase: "spot",
  });
}

/** A month of a machine: at its list price, with the sustained-use discount of a full month, or at its listed spot price. */
export function gcpMachineMonth(use: GcpMachineUse, prices: PriceBook): PricedParts {
  const { name, region, operatingSystem } = use;
  const hours = use.isStopped ? decimal(0) : (use.hours ?? decimal(HOURS_PER_MONTH));
  const query = { provider: "gcp", name, region, operatingSystem } as const;
  const price = machineHourlyPrice(query, prices);
  if (use.isStopped) {
    if (price.kind === "unknown") return FREE;
    return fixedItem({ name: `Instance usage (stopped, ${name})`, unit: "hours", quantity: hours, price });
  }
  if (use.purchase === "spot") return spotMonth(use, hours, prices);
  const usage = fixedItem({
    name: `Instance usage (${SYSTEM_NAMES[operatingSystem]}, on-demand, ${name})`,
    unit: "hours",
    quantity: hours,
    price,
    purchase: "on-demand",
  });
  if (!isFullMonth(use)) return usage;
  // The licence of an operating system is never discounted.
  const linux = { ...query, operatingSystem: "linux" } as const;
  const discount = sustainedUse({
    what: name,
    rate: sustainedUseRate(machineType("gcp", name)?.family ?? ""),
    unit: "hours",
    quantity: hours,
    price: price.kind === "unknown" ? price : machineHourlyPrice(linux, prices),
    list: machineHourlyPrice(linux, prices.contract?.list ?? prices),
  });
  return combineParts(usage, discount);
}

function isFullMonth({ hours, hasSustainedUse }: Pick<GcpMachineUse, "hours" | "hasSustainedUse">): boolean {
  return hasSustainedUse && (hours === undefined || hours === decimal(HOURS_PER_MONTH));
}

/** GPUs that are attached to a machine, for as long as it runs. */
export function gcpAttachedGpusMonth(
  gpus: { readonly gpu: string; readonly count: number },
  use: Pick<GcpMachineUse, "region" | "purchase" | "hours" | "hasSustainedUse">,
  prices: PriceBook,
): PricedParts {
  const { gpu, count } = gpus;
  const { region } = use;
  if (use.purchase === "spot") return essentialPartMissing(`the spot price of ${gpu} is not known`);
  const price = attachedGpuHourlyPrice({ gpu, region }, prices);
  const quantity = multiply(use.hours ?? decimal(HOURS_PER_MONTH), decimal(count));
  const usage = fixedItem({
    name: `GPU (${gpu}, on-demand)`,
    unit: "GPU-hours",
    quantity,
    price,
    purchase: "on-demand",
  });
  if (!isFullMonth(use)) return usage;
  const list = attachedGpuHourlyPrice({ gpu, region }, prices.contract?.list ?? prices);
  return combineParts(
    usage,
    sustainedUse({ what: gpu, rate: SUSTAINED_USE_GPU, unit: "GPU-hours", quantity, price, list }),
  );
}
