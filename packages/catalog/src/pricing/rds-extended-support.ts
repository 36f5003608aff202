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
 * Major versions that are out of RDS's standard support as of November 2026, so that AWS charges for its own by the vCPU, and those in
 * their third year, which has another price. Sources: endoflife.date's copies of the release calendars of RDS for MySQL (5.7 until
 * 2024-02-29, 8.0 until 2026-07-31), Aurora MySQL (5.7 until 2024-10-31, 8.0 until 2028-04-30) and Aurora PostgreSQL (12 until
 * 2025-02-28); RDS user guide, "Extended Support charges" (PostgreSQL 11 pays from 2024-04-01, 12 from 2025-03-01); public guides of May 2026
 * (usage.ai, cloudyali.io: third year of MySQL 5.7 and PostgreSQL 11 since 2026, PostgreSQL 13 pays since 2026-03-01, Aurora MySQL 5.7
 * has no third year).
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

/**
 * For how many vCPUs extended support is paid: a standby's, too (source: RDS user guide, "Extended Support charges"). `undefined` for
 * classes whose shape is not known.
 */
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
