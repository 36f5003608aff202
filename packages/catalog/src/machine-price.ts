import {
  addDecimals,
  type CloudProvider,
  compareDecimals,
  type Decimal,
  decimal,
  isStandInText,
  type Known,
  known,
  multiply,
  subtract,
  unknown,
} from "@apex/core";
import { composedPrice, isComposed } from "./gcp-composed-price.ts";
import { gcpCustomMachineType } from "./gcp-custom-machine-type.ts";
import type { MachineType } from "./machine-type.ts";
import { isMachineTypeName, machineType } from "./machine-types.ts";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import type { DatedPrice } from "./price-table.ts";

/** Operating systems whose licence is part of the hourly price. */
export type OperatingSystem = "linux" | "windows" | "rhel" | "suse";

/** What is asked of {@link machineHourlyPrice}. */
export interface MachinePriceQuery {
  readonly provider: CloudProvider;
  readonly name: string;
  /** "us-east-1", "us-central1": a region, not a zone. */
  readonly region: string;
  /** "linux" when absent. */
  readonly operatingSystem?: OperatingSystem;
}

const SERVICES = { aws: "ec2", gcp: "gce" } as const;

/** Windows Server on EC2, USD per vCPU-hour over Linux. Source: EC2 on-demand price list, us-east-1, 2026-08. */
const WINDOWS_PER_VCPU_HOUR = decimal("0.046");

/** Red Hat on EC2, USD per vCPU-hour over Linux. Source: EC2 on-demand price list, us-east-1, 2026-08. */
const RHEL_PER_VCPU_HOUR = { upTo8: decimal("0.0144"), from32: decimal("0.0108") } as const;

/** Families from before the per-vCPU licence rate; their Windows adder is a price of its own that we do not have. */
const OLD_EC2_FAMILY = /^(c1|c3|cc\d|cg1|cr1|d2|g2|hi1|hs1|i2|m1|m2|m3|r3|t1|t2)$/;

function windowsAdder(machine: MachineType): Known<Decimal> {
  if (machine.isBurstable || OLD_EC2_FAMILY.test(machine.family)) {
    return unknown(`the Windows price of ${machine.family} does not follow the rate per vCPU`);
  }
  if (
    machine.architecture === "arm64" ||
    machine.accelerator !== undefined ||
    machine.family.startsWith("mac")
  ) {
    return unknown(`${machine.name} is not sold with Windows`);
  }
  return known(multiply(WINDOWS_PER_VCPU_HOUR, decimal(machine.vcpu)));
}

function rhelAdder(machine: MachineType): Known<Decimal> {
  if (machine.vcpu <= 8) return known(multiply(RHEL_PER_VCPU_HOUR.upTo8, decimal(machine.vcpu)));
  // Between the two published rates, and for the largest machines, the step is not in our sources.
  if (machine.vcpu < 32 || machine.vcpu >= 128) {
    return unknown(`the RHEL rate for ${machine.vcpu} vCPU is not in the price table`);
  }
  return known(multiply(RHEL_PER_VCPU_HOUR.from32, decimal(machine.vcpu)));
}

function licenceAdder(
  query: MachinePriceQuery,
  operatingSystem: Exclude<OperatingSystem, "linux">,
): Known<Decimal> {
  if (operatingSystem === "suse") return unknown("no SUSE licence prices without a synced catalogue");
  if (query.provider === "gcp") return unknown(`no ${operatingSystem} licence prices for Compute Engine`);
  const machine = machineType("aws", query.name);
  if (machine === undefined) return unknown(`the vCPU count of ${query.name} is not known`);
  return operatingSystem === "windows" ? windowsAdder(machine) : rhelAdder(machine);
}

function whyMissing(query: MachinePriceQuery, isCovered: boolean): string {
  const { provider, name, region } = query;
  if (isStandInText(name))
    return "the machine type is read from outside of the configuration and known only with the cloud";
  if (!isMachineTypeName(provider, name)) return `the catalogue does not know the machine type ${name}`;
  return isCovered
    ? `no on-demand price of ${name} in ${region}`
    : `no machine prices for the region ${region}`;
}

/** GiB of memory per vCPU beyond which it is extended, and has a rate of its own. Source: "Create a VM with a custom machine type". */
const EXTENDED_FROM_GIB: Readonly<Record<string, string>> = { n1: "6.5", n2: "8", n2d: "8" };

/** The rates of a part of a family, in a region, by the kind of machine: "custom" or "predefined". */
type RateOf = (part: "core" | "ram" | "ext-ram") => DatedPrice | undefined;

function ratesOf(variant: string, { region }: MachinePriceQuery, prices: PriceBook) {
  return (family: string): RateOf =>
    (part) =>
      prices.find("gce", { region, variant, name: `${family}-${part}` });
}

/** Custom machines have no price of their own: they cost their vCPUs and memory at the family's rates for them. */
function customPrice(query: MachinePriceQuery, prices: PriceBook): DatedPrice | undefined {
  const machine = gcpCustomMachineType(query.name);
  if (machine === undefined) return undefined;
  const rateOf = ratesOf("custom", query, prices)(machine.family);
  const core = rateOf("core");
  const ram = rateOf("ram");
  if (core === undefined || ram === undefined) return undefined;
  if (!query.name.endsWith("-ext")) {
    return { ...core, price: composedPrice(machine, core.price, ram.price) };
  }
  const extended = rateOf("ext-ram");
  const limit = EXTENDED_FROM_GIB[machine.family];
  if (extended === undefined || limit === undefined) return undefined;
  const memory = decimal(machine.memoryGib);
  const included = multiply(decimal(machine.vcpu), decimal(limit));
  const beyond = subtract(memory, included);
  if (compareDecimals(beyond, decimal(0)) <= 0) {
    return { ...core, price: composedPrice(machine, core.price, ram.price) };
  }
  const withinLimit = { ...machine, memoryGib: Number(included) };
  const price = addDecimals(
    composedPrice(withinLimit, core.price, ram.price),
    multiply(beyond, extended.price),
  );
  return { ...core, price };
}

/** Predefined machines of regions whose table holds the families' rates only. */
function predefinedPrice(query: MachinePriceQuery, prices: PriceBook): DatedPrice | undefined {
  const machine = machineType("gcp", query.name);
  if (machine === undefined || !isComposed(machine) || gcpCustomMachineType(query.name) !== undefined) {
    return undefined;
  }
  const rateOf = ratesOf("predefined", query, prices)(machine.family);
  const core = rateOf("core");
  const ram = rateOf("ram");
  if (core === undefined || ram === undefined) return undefined;
  return { ...core, price: composedPrice(machine, core.price, ram.price) };
}

/**
 * The on-demand list price of a machine in USD per hour, shared tenancy, before any discount or commitment. A price of the
 * table for the very operating system is taken first; else Linux plus the licence's rate per vCPU.
 */
export function machineHourlyPrice(
  query: MachinePriceQuery,
  prices: PriceBook = COMMITTED_PRICES,
): Known<DatedPrice> {
  const { provider, name, region, operatingSystem = "linux" } = query;
  const service = SERVICES[provider];
  if (prices.contract !== undefined) {
    // A contract is on the whole price, whatever that is put together from.
    const listed = machineHourlyPrice(query, prices.contract.list);
    if (listed.kind === "unknown") return listed;
    const key = { region, variant: operatingSystem, name };
    return known(prices.contract.priceOf(service, key, listed.value));
  }
  const exact = prices.find(service, { region, variant: operatingSystem, name });
  if (exact !== undefined) return known(exact);
  const linux = prices.find(service, { region, variant: "linux", name });
  if (linux === undefined && provider === "gcp" && operatingSystem === "linux") {
    const composed = customPrice(query, prices) ?? predefinedPrice(query, prices);
    if (composed !== undefined) return known(composed);
  }
  if (linux === undefined) {
    return unknown(whyMissing(query, prices.covers(service, { region, variant: "linux" })));
  }
  if (operatingSystem === "linux") return known(linux);
  const adder = licenceAdder(query, operatingSystem);
  if (adder.kind === "unknown") return adder;
  return known({ ...linux, price: addDecimals(linux.price, adder.value) });
}
