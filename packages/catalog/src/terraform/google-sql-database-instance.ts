import { cloudSqlMonth } from "../pricing/cloud-sql.ts";
import { essentialPartMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** Smallest disk, and what an instance gets when no size is given: Cloud SQL API, settings.dataDiskSizeGb. */
const DEFAULT_DISK_GIB = 10;

/** `google_sql_database_instance`. A replica is an instance of its own. */
export function priceGoogleSqlDatabaseInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const setting = (name: string): string | undefined => textAt(values, ["settings", 0, name]);
  const tier = setting("tier");
  if (tier === undefined) return essentialPartMissing("the tier is not known");
  return cloudSqlMonth(
    {
      tier,
      databaseVersion: textAt(values, ["database_version"]) ?? "",
      edition: setting("edition") ?? "ENTERPRISE",
      isRegional: setting("availability_type") === "REGIONAL",
      isStopped: setting("activation_policy") === "NEVER",
      hasPublicIpv4: flagAt(values, ["settings", 0, "ip_configuration", 0, "ipv4_enabled"]) === true,
      diskType: setting("disk_type") ?? "PD_SSD",
      diskSizeGib: numberAt(values, ["settings", 0, "disk_size"]) ?? DEFAULT_DISK_GIB,
      backupGib: usageAt(resource, ["backup_storage_gb"]),
      region: resourceRegion(view, resource),
    },
    view.prices,
  );
}
