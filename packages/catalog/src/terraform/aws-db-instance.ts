import type { JsonObject } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { rdsInstanceMonth, rdsStorageMonthlyPrice } from "../pricing/rds-database.ts";
import { type Lines, linesOf } from "./aws-data-lines.ts";
import { databaseExtras, extendedSupport } from "./aws-database-extras.ts";
import { flagAt, numberAt, textAt } from "./attributes.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { isStopped, RDS_STATE, unresolvedState } from "./wanted-state.ts";

/** The database that a replica copies, when it is in the plan. */
function sourceOf(resource: ResourceView, view: PlanView): ResourceView | undefined {
  const path = ["replicate_source_db"];
  const followed = follow(view, resource, {
    types: ["aws_db_instance"],
    references: ["identifier", "id", "arn"].map((targetAttribute) => ({ path, targetAttribute })),
  });
  return followed.kind === "found" && followed.resource !== resource ? followed.resource : undefined;
}

/** A database without a type is made with io1 when IOPS are asked for and gp2 otherwise: documentation of aws_db_instance. */
function storageType(values: JsonObject): string {
  const iops = numberAt(values, ["iops"]);
  return textAt(values, ["storage_type"]) ?? (iops === undefined || iops === 0 ? "gp2" : "io1");
}

function storage(resource: ResourceView, source: ResourceView | undefined, where: PricePlace): PricedParts {
  const { values } = resource;
  return rdsStorageMonthlyPrice(
    {
      type: storageType(values),
      engine: textAt(values, ["engine"]) ?? (source && textAt(source.values, ["engine"])),
      sizeGib:
        numberAt(values, ["allocated_storage"]) ?? (source && numberAt(source.values, ["allocated_storage"])),
      iops: numberAt(values, ["iops"]),
      throughputMbps: numberAt(values, ["storage_throughput"]),
      multiAz: flagAt(values, ["multi_az"]) === true,
      region: where.region,
    },
    where.prices,
  );
}

/** What is paid by use: backups beyond the size of the database, and the requests to magnetic storage. */
function byUse(resource: ResourceView, lines: Lines): PricedParts {
  const { values } = resource;
  const backups = lines.told("additional_backup_storage_gb");
  // Where nothing is said of automatic backups there are none; what is told is of snapshots that somebody takes.
  const days = numberAt(values, ["backup_retention_period"]) ?? (backups === undefined ? 0 : 1);
  return combineParts(
    storageType(values) === "standard"
      ? lines.used(
          ["I/O requests", "1M requests"],
          "rds-standard-million-requests",
          lines.told("monthly_standard_io_requests", 1_000_000),
        )
      : FREE,
    days > 0
      ? lines.used(
          ["Backup storage beyond the size of the database", "GB-months"],
          "rds-backup-gb-month",
          backups,
        )
      : FREE,
    flagAt(values, ["dedicated_log_volume"]) === true
      ? partMissing("the dedicated log volume is not priced")
      : FREE,
  );
}

/** `aws_db_instance`: the instance, its storage (Aurora's belongs to the cluster) and what its backups cost per GB. */
export function priceAwsDbInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const lines = linesOf(resource, view);
  const source = sourceOf(resource, view);
  const instanceClass = textAt(values, ["instance_class"]);
  const engine = textAt(values, ["engine"]) ?? (source && textAt(source.values, ["engine"]));
  const isAurora = engine?.startsWith("aurora") === true;
  const parts = isAurora ? [] : [storage(resource, source, where), byUse(resource, lines)];
  if (instanceClass === undefined)
    return combineParts(essentialPartMissing("the instance class is not known"), ...parts);
  if (engine === undefined)
    return combineParts(essentialPartMissing("the database engine is not known"), ...parts);
  const multiAz = !isAurora && flagAt(values, ["multi_az"]) === true;
  const licenceModel =
    textAt(values, ["license_model"]) ?? (source && textAt(source.values, ["license_model"]));
  const query = { instanceClass, region: where.region, engine, multiAz, licenceModel };
  const instance = { instanceClass, engine, multiAz };
  const running = [rdsInstanceMonth(query, where.prices), databaseExtras(resource, lines, instance)];
  return combineParts(
    ...(isStopped(resource, view, RDS_STATE) ? [] : running),
    extendedSupport(resource, lines, instance),
    unresolvedState(resource, view, RDS_STATE),
    ...parts,
  );
}
