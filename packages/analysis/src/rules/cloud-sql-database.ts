import { cloudSqlComputePrice } from "@apex/catalog";
import { type Decimal, decimal, divide, HOURS_PER_MONTH, type Known, known } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import { monthlyTotal } from "./draft.ts";
import type { RuleContext } from "./rule.ts";

/** A tier of Cloud SQL as its size and price see it. */
export interface CloudSqlTier {
  /** "db-custom-8-30720". */
  readonly name: string;
  readonly vcpu: number;
  readonly memoryGib: number;
}

/** A Cloud SQL instance that can be judged, with its price; or why it cannot. */
export type CloudSqlDatabase =
  | {
      readonly kind: "database";
      /** Absent for a shared-core tier, which has a share of a vCPU. */
      readonly tier: CloudSqlTier | undefined;
      readonly tierName: string;
      /** "POSTGRES_15". */
      readonly version: string;
      readonly isReplica: boolean;
      readonly isRegional: boolean;
      /** USD, of vCPU and memory alone: storage stays whatever the tier. */
      readonly hourly: Decimal;
      readonly priceOf: (tier: string) => Known<Decimal>;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Reads tier, engine, availability and price of the database of a context. */
export function cloudSqlDatabase({ resource, prices }: RuleContext): CloudSqlDatabase {
  const { attributes, region } = resource;
  const setting = (name: string): string | undefined => textAt(attributes, "settings", 0, name);
  const tierName = setting("tier");
  const version = textAt(attributes, "database_version");
  if (tierName === undefined || version === undefined) return refused("its tier or engine is not known");
  if (setting("activation_policy") === "NEVER") return refused("it is stopped");
  if (setting("pricing_plan") === "PACKAGE")
    return refused("it is paid as a package, whose price is not known");
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const isRegional = setting("availability_type") === "REGIONAL";
  const edition = setting("edition") ?? "ENTERPRISE";
  const priceOf = (tier: string): Known<Decimal> => {
    const instance = { tier, databaseVersion: version, edition, isRegional, region };
    const month = monthlyTotal(cloudSqlComputePrice(instance, prices));
    return month.kind === "unknown" ? month : known(divide(month.value, decimal(HOURS_PER_MONTH)));
  };
  const hourly = priceOf(tierName);
  if (hourly.kind === "unknown") return refused(`its price is not known: ${hourly.reason}`);
  return {
    kind: "database",
    tier: customTier(tierName),
    tierName,
    version,
    isReplica: textAt(attributes, "master_instance_name") !== undefined,
    isRegional,
    hourly: hourly.value,
    priceOf,
  };
}

/** "db-custom-<vCPU>-<MiB>"; `undefined` for any other tier. */
function customTier(name: string): CloudSqlTier | undefined {
  const [, vcpu, memoryMib] = /^db-custom-(\d{1,3})-(\d{4,7})$/.exec(name) ?? [];
  return vcpu === undefined || memoryMib === undefined
    ? undefined
    : { name, vcpu: Number(vcpu), memoryGib: Number(memoryMib) / 1024 };
}

function refused(reason: string): CloudSqlDatabase {
  return { kind: "refused", reason };
}
