import { type Decimal, decimal, multiply } from "@apex/core";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";
import { rdsInstanceClass } from "../rds-price.ts";
import { unitPrice } from "../unit-prices.ts";

/** A database's engine, as far as its support decides what it costs. */
export interface SupportedEngine {
  readonly engine: string;
  readonly version: string | undefined;
  /** Terraform's `engine_lifecycle_support`. */
  readonly lifecycle: string | undefined;
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

/** Whether a database pays for extended support while it runs: a third year has a price of its own. */
export function rdsExtendedSupport({
  engine,
  version,
  lifecycle,
}: SupportedEngine): "none" | "paid" | "third-year" {
  const versions = Object.hasOwn(EXTENDED_SUPPORT, engine) ? EXTENDED_SUPPORT[engine] : undefined;
  if (version === undefined || versions === undefined || lifecycle === OPTED_OUT) return "none";
  if (versions.thirdYear.some((major) => isVersion(version, major))) return "third-year";
  return versions.paid.some((major) => isVersion(version, major)) ? "paid" : "none";
}

/** For how many vCPUs extended support is paid: a standby has its own. `undefined` for classes whose shape is not known. */
export function supportedVcpus(instanceClass: string, multiAz: boolean): number | undefined {
  const vcpu = rdsInstanceClass(instanceClass)?.vcpu;
  return vcpu === undefined ? undefined : vcpu * (multiAz ? 2 : 1);
}

/**
 * What a running database pays for extended support in an hour, in USD: zero without it, and also where its price or the class's shape is not
 * known, so that no saving counts it.
 */
export function rdsExtendedSupportHourly(
  engine: SupportedEngine,
  instance: { readonly instanceClass: string; readonly multiAz: boolean; readonly region: string },
  prices: PriceBook = COMMITTED_PRICES,
): Decimal {
  const vcpus = supportedVcpus(instance.instanceClass, instance.multiAz);
  if (rdsExtendedSupport(engine) !== "paid" || vcpus === undefined) return decimal(0);
  const price = unitPrice("rds-extended-support-vcpu-hour", instance.region, prices);
  return price.kind === "unknown" ? decimal(0) : multiply(decimal(vcpus), price.value.price);
}
