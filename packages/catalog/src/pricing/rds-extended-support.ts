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
 * their third year, which has another price. Sources, which agree: infracost/infracost (Apache-2.0), internal/resources/aws/db_instance.go, after the
 * release calendars (RDS for MySQL 5.7 pays from 2024-03-01, its third year from 2026-03-01; 8.0 from 2026-08-01; Aurora MySQL 5.7 from
 * 2024-12-01, without a third year; PostgreSQL, also of Aurora, 11 from 2024-04-01, its third year from 2026-04-01; 12 from 2025-03-01; 13 from
 * 2026-03-01; 14 not before 2027-03-01), and endoflife.date (products/amazon-rds-mysql, amazon-aurora-mysql).
 */
const EXTENDED_SUPPORT: Readonly<
  Record<string, { readonly paid: readonly string[]; readonly thirdYear: readonly string[] }>
> = {
  mysql: { paid: ["8.0"], thirdYear: ["5.7"] },
  postgres: { paid: ["12", "13"], thirdYear: ["11"] },
  "aurora-mysql": { paid: ["5.7"], thirdYear: [] },
  "aurora-postgresql": { paid: ["12", "13"], thirdYear: ["11"] },
};

/** Prices of a vCPU-hour: of the first two years, and of the third. */
type ExtendedSupportPrice = "rds-extended-support-vcpu-hour" | "rds-extended-support-third-year-vcpu-hour";

const OPTED_OUT = "open-source-rds-extended-support-disabled";

function isVersion(written: string, major: string): boolean {
  return written === major || written.startsWith(`${major}.`);
}

/** Whether a database pays for extended support, and by which price: a third year has its own. */
export function rdsExtendedSupport({
  engine,
  version,
  lifecycle,
}: SupportedEngine): ExtendedSupportPrice | undefined {
  const versions = Object.hasOwn(EXTENDED_SUPPORT, engine) ? EXTENDED_SUPPORT[engine] : undefined;
  if (version === undefined || versions === undefined || lifecycle === OPTED_OUT) return undefined;
  if (versions.thirdYear.some((major) => isVersion(version, major))) {
    return "rds-extended-support-third-year-vcpu-hour";
  }
  const isPaid = versions.paid.some((major) => isVersion(version, major));
  return isPaid ? "rds-extended-support-vcpu-hour" : undefined;
}

/** Whether a database of an engine may pay for extended support: what is not told of it may be a version that does. */
export function mayPayExtendedSupport({ engine, version, lifecycle }: SupportedEngine): boolean {
  if (!Object.hasOwn(EXTENDED_SUPPORT, engine) || lifecycle === OPTED_OUT) return false;
  return version === undefined || rdsExtendedSupport({ engine, version, lifecycle }) !== undefined;
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
 * What a database pays for extended support in an hour, stopped or not, in USD: zero without it, and also where its price or the class's
 * shape is not known, so that no saving counts it.
 */
export function rdsExtendedSupportHourly(
  engine: SupportedEngine,
  instance: { readonly instanceClass: string; readonly multiAz: boolean; readonly region: string },
  prices: PriceBook = COMMITTED_PRICES,
): Decimal {
  const vcpus = supportedVcpus(instance.instanceClass, instance.multiAz);
  const priceName = rdsExtendedSupport(engine);
  if (priceName === undefined || vcpus === undefined) return decimal(0);
  const price = unitPrice(priceName, instance.region, prices);
  return price.kind === "unknown" ? decimal(0) : multiply(decimal(vcpus), price.value.price);
}
