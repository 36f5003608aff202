import type { Decimal } from "@apex/core";
import { composedPrice, isComposed } from "../gcp-composed-price.ts";
import { machineTypes } from "../machine-types.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { UNIT_VARIANT } from "../unit-price-table.ts";
import type { OfferProduct } from "./aws-machines.ts";

/** A SKU of Google's price list as its price sees it. */
export interface GcpPriceSku {
  /** "N2 Instance Core running in Belgium". */
  readonly description: string;
  /** "OnDemand", "Preemptible", "Commit1Yr", "Commit3Yr". */
  readonly usageType: string;
  /** "h", "GiBy.h", "GiBy.mo". */
  readonly usageUnit: string;
  /** USD per usage unit; where use is free at first, what it costs afterwards. */
  readonly price: Decimal;
}

/** How the usage types of the list are bought; "on-demand" stands for none. */
const OPTIONS: Readonly<Record<string, string>> = {
  OnDemand: "linux",
  Preemptible: "linux/spot-list",
  Commit1Yr: "linux/committed-1yr",
  Commit3Yr: "linux/committed-3yr",
};

/** Families whose machines cost their vCPUs and their memory and nothing else. Local SSDs and GPUs are sold beside or bundled otherwise. */
const FAMILIES = "N1|N2|N2D|N4|N4A|N4D|E2|C2D|C3|C3D|C4|C4A|C4D|T2A|T2D|H3";

/** "Spot Preemptible N2D AMD Instance Core running in Belgium", "N1 Predefined Instance Ram running in Belgium". */
const RUNNING = new RegExp(
  `^(?:Spot Preemptible |Preemptible )?(${FAMILIES}) (?:AMD |Arm |Predefined )?Instance (Core|Ram) running in `,
);
/** "N2 Custom Instance Core running in Belgium"; N1's own have no family before them. */
const CUSTOM = /^(?:(N2|N2D|N4|N4A|N4D|E2) )?(?:AMD |Arm )?Custom Instance (Core|Ram) running in /;
/** "N2 Custom Extended Instance Ram running in Belgium": memory of custom machines beyond what their family has per vCPU. */
const CUSTOM_EXTENDED = /^(?:(N2|N2D) )?(?:AMD )?Custom Extended Instance Ram running in /;
const COMPUTE_OPTIMIZED =
  /^(?:Spot Preemptible |Preemptible )?Compute optimized (?:Instance )?(Core|Ram) running in /;
/** "Commitment v1: N2D AMD Cpu in Belgium for 1 Year"; N1's have no family. */
const COMMITTED = new RegExp(
  `^Commitment v1: (?:(${FAMILIES}) )?(?:AMD |Arm )?(Cpu|Ram) in .+ for [13] Years?$`,
);
const COMMITTED_C2 = /^Commitment: Compute optimized (Core|Ram) running in .+ for [13] Years?$/;

/** Machines that are sold whole. */
const WHOLE: readonly (readonly [RegExp, string])[] = [
  [/^Micro Instance with burstable CPU running in /, "f1-micro"],
  [/^Small Instance with 1 VCPU running in /, "g1-small"],
];

const GPU = /^Nvidia Tesla (T4|V100|P100|P4|K80) GPU running in /;

/** Everything else that the catalogue has a name for, by the beginning of its description and its unit. */
const UNITS: readonly (readonly [RegExp, string, UnitPriceName])[] = [
  [/^Storage PD Capacity(?: in |$)/, "GiBy.mo", "pd-standard-gb-month"],
  [/^SSD backed PD Capacity(?: in |$)/, "GiBy.mo", "pd-ssd-gb-month"],
  [/^Balanced PD Capacity(?: in |$)/, "GiBy.mo", "pd-balanced-gb-month"],
  [/^Extreme PD Capacity(?: in |$)/, "GiBy.mo", "pd-extreme-gb-month"],
  [/^Extreme PD IOPS(?: in |$)/, "mo", "pd-extreme-iops-month"],
  [/^Regional Storage PD Capacity(?: in |$)/, "GiBy.mo", "regional-pd-standard-gb-month"],
  [/^Regional Balanced PD Capacity(?: in |$)/, "GiBy.mo", "regional-pd-balanced-gb-month"],
  [/^Regional SSD backed PD Capacity(?: in |$)/, "GiBy.mo", "regional-pd-ssd-gb-month"],
  [/^Hyperdisk Extreme Capacity(?: in |$)/, "GiBy.mo", "hyperdisk-extreme-gb-month"],
  [/^Hyperdisk Extreme IOPS(?: in |$)/, "mo", "hyperdisk-extreme-iops-month"],
  [/^Hyperdisk Balanced Capacity(?: in |$)/, "GiBy.mo", "hyperdisk-balanced-gb-month"],
  [/^Hyperdisk Balanced IOPS(?: in |$)/, "mo", "hyperdisk-balanced-iops-month"],
  [/^Hyperdisk Balanced Throughput(?: in |$)/, "mo", "hyperdisk-balanced-mibps-month"],
  [/^SSD backed Local Storage(?: in |$)/, "GiBy.mo", "local-ssd-gb-month"],
  [/^Static Ip Charge(?: in |$)/, "h", "external-ipv4-unused-hour"],
  [/^External IP Charge on a Standard VM(?: in |$)/, "h", "external-ipv4-in-use-hour"],
  [/^External IP Charge on a Spot Preemptible VM(?: in |$)/, "h", "external-ipv4-spot-hour"],
  [/^Cloud SQL for (?:PostgreSQL|MySQL): Zonal - vCPU in /, "h", "cloud-sql-vcpu-hour"],
  [/^Cloud SQL for (?:PostgreSQL|MySQL): Zonal - RAM in /, "GiBy.h", "cloud-sql-memory-gb-hour"],
  [/^Cloud SQL for (?:PostgreSQL|MySQL): Zonal - Standard storage in /, "GiBy.mo", "cloud-sql-ssd-gb-month"],
  [/^Cloud SQL for (?:PostgreSQL|MySQL): Zonal - Low cost storage in /, "GiBy.mo", "cloud-sql-hdd-gb-month"],
  [/^Cloud SQL for (?:PostgreSQL|MySQL): Backups in /, "GiBy.mo", "cloud-sql-backup-gb-month"],
];

/** The part of a machine that a SKU prices. */
interface Rate {
  readonly family: string;
  readonly part: "core" | "ram" | "ext-ram";
  readonly isCustom: boolean;
}

/** The prices that the list gives a part: more than one when it contradicts itself, and then two stand for all. */
interface RatePrices {
  readonly variant: string;
  readonly rate: Rate;
  readonly prices: readonly Decimal[];
}

function rate(family: string, part: string, isCustom = false): Rate {
  return { family: family.toLowerCase(), part: part === "Ram" ? "ram" : "core", isCustom };
}

function rateOf(description: string): Rate | undefined {
  const running = RUNNING.exec(description);
  if (running !== null) return rate(running[1] ?? "", running[2] ?? "");
  const custom = CUSTOM.exec(description);
  if (custom !== null) return rate(custom[1] ?? "n1", custom[2] ?? "", true);
  const extended = CUSTOM_EXTENDED.exec(description);
  if (extended !== null) {
    return { family: (extended[1] ?? "n1").toLowerCase(), part: "ext-ram", isCustom: true };
  }
  const optimized = COMPUTE_OPTIMIZED.exec(description) ?? COMMITTED_C2.exec(description);
  if (optimized !== null) return rate("c2", optimized[1] ?? "");
  const committed = COMMITTED.exec(description);
  return committed === null ? undefined : rate(committed[1] ?? "n1", committed[2] ?? "");
}

/** Takes the SKUs of one region and tells the prices that they make. */
export interface GcpPriceBuilder {
  add(sku: GcpPriceSku): void;
  /** Every price; a product twice where the list gives it two. */
  finish(): readonly { readonly product: OfferProduct; readonly usd: Decimal }[];
}

/** Begins to put the prices of a region together: machines from the rates of their family, the rest as it is sold. */
export function gcpPriceBuilder(): GcpPriceBuilder {
  const found: { product: OfferProduct; usd: Decimal }[] = [];
  const rates = new Map<string, RatePrices>();
  const rateKey = (variant: string, { family, part, isCustom }: Rate): string =>
    `${variant} ${isCustom ? "custom-" : ""}${family} ${part}`;
  const pricesOf = (variant: string, each: Rate): readonly Decimal[] =>
    rates.get(rateKey(variant, each))?.prices ?? [];
  return {
    add: ({ description, usageType, usageUnit, price }) => {
      const variant = OPTIONS[usageType];
      if (variant === undefined) return;
      const machineRate = rateOf(description);
      if (machineRate !== undefined) {
        const key = rateKey(variant, machineRate);
        const { prices } = rates.get(key) ?? { prices: [] };
        rates.set(key, { variant, rate: machineRate, prices: [...new Set([...prices, price])].slice(0, 2) });
      }
      const whole = WHOLE.find(([pattern]) => pattern.test(description))?.[1];
      if (whole !== undefined) found.push({ product: { service: "gce", variant, name: whole }, usd: price });
      if (usageType !== "OnDemand") return;
      const gpu = GPU.exec(description)?.[1];
      if (gpu !== undefined) {
        const name = `nvidia-tesla-${gpu.toLowerCase()}`;
        found.push({ product: { service: "gce-gpu", variant: "gpu", name }, usd: price });
      }
      const unit = UNITS.find(([pattern, wanted]) => wanted === usageUnit && pattern.test(description));
      if (unit !== undefined) {
        found.push({ product: { service: "units", variant: UNIT_VARIANT, name: unit[2] }, usd: price });
      }
    },
    finish: () => {
      for (const variant of Object.values(OPTIONS)) {
        for (const machine of machineTypes("gcp").filter(isComposed)) {
          const { family, name } = machine;
          const cores = pricesOf(variant, { family, part: "core", isCustom: false });
          const rams = pricesOf(variant, { family, part: "ram", isCustom: false });
          const product: OfferProduct = { service: "gce", variant, name };
          for (const core of cores)
            for (const ram of rams) found.push({ product, usd: composedPrice(machine, core, ram) });
        }
      }
      for (const { variant, rate: each, prices } of rates.values()) {
        if (variant !== OPTIONS["OnDemand"] || !each.isCustom) continue;
        const name = `${each.family}-${each.part}`;
        for (const usd of prices) found.push({ product: { service: "gce", variant: "custom", name }, usd });
      }
      return found;
    },
  };
}
