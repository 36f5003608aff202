import { compareDecimals, type Decimal, decimal, divide, multiply, subtract } from "@apex/core";
import { nodePrice } from "../node-price.ts";
import {
  combineParts,
  essentialPartMissing,
  fixedItem,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { rdsInstanceMonth } from "../pricing/rds-database.ts";
import { rdsExtendedSupport } from "../pricing/rds-extended-support.ts";
import { rdsVariant } from "../rds-price.ts";
import { numberAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, MONTH_HOURS, plus, times, withNumber, withText } from "./aws-data-lines.ts";
import { clusterOf } from "./aws-database-cluster.ts";
import { databaseExtras, extendedSupport } from "./aws-database-extras.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Dearer instances and storage, and no requests to pay. */
const IO_OPTIMIZED = "aurora-iopt1";

const MILLION = 1_000_000;
const SECONDS_PER_MONTH = multiply(MONTH_HOURS, decimal(3600));
const SECONDS_PER_HOUR = 3600;

function isIoOptimized(cluster: ResourceView | undefined): boolean {
  return cluster !== undefined && textAt(cluster.values, ["storage_type"]) === IO_OPTIMIZED;
}

/** Storage by the GB; requests by the million, but none with I/O-Optimized. */
function storage(resource: ResourceView, lines: Lines): PricedParts {
  const gb = lines.told("storage_gb");
  if (isIoOptimized(resource)) {
    return lines.used(["Aurora storage (I/O-Optimized)", "GB-months"], "aurora-io-optimized-gb-month", gb);
  }
  const perSecond = plus(
    lines.told("write_requests_per_sec", MILLION),
    lines.told("read_requests_per_sec", MILLION),
  );
  return combineParts(
    lines.used(["Aurora storage", "GB-months"], "aurora-gb-month", gb),
    lines.used(
      ["Aurora I/O requests", "1M requests"],
      "aurora-million-requests",
      times(perSecond, SECONDS_PER_MONTH),
    ),
  );
}

/** One day's backup is kept for nothing. Source: Aurora pricing page, "Backup storage". */
function backups(resource: ResourceView, lines: Lines): PricedParts {
  const days = numberAt(resource.values, ["backup_retention_period"]) ?? 1;
  const paidDays = decimal(Math.max(0, days - 1));
  return combineParts(
    lines.used(
      ["Backup storage beyond the free part", "GB-months"],
      "aurora-backup-gb-month",
      times(lines.told("backup_snapshot_size_gb"), paidDays),
    ),
    lines.used(["Snapshot export", "GB"], "aurora-snapshot-export-gb", lines.told("snapshot_export_size_gb")),
  );
}

/** Change records are kept for the window, and each hour of it is paid. Source: Aurora pricing page, "Backtrack". */
function backtrack(resource: ResourceView, lines: Lines): PricedParts {
  const seconds = numberAt(resource.values, ["backtrack_window"]) ?? 0;
  if (seconds <= 0) return FREE;
  const perHour = times(
    lines.told("average_statements_per_hr", MILLION),
    lines.told("change_records_per_statement"),
  );
  const kept = times(perHour, decimal(seconds), MONTH_HOURS);
  const quantity = kept === undefined ? undefined : divide(kept, decimal(SECONDS_PER_HOUR));
  return lines.used(["Backtrack", "1M change records"], "aurora-backtrack-million-records", quantity);
}

function serverlessV1(lines: Lines): PricedParts {
  const units = lines.told("capacity_units_per_hr");
  if (units === undefined)
    return essentialPartMissing("the capacity of a serverless cluster follows its load");
  return lines.used(
    ["Aurora Serverless v1", "ACU-hours"],
    "aurora-serverless-v1-acu-hour",
    times(units, MONTH_HOURS),
  );
}

/** Of how many of its vCPUs a Multi-AZ cluster pays extended support has no source here: that it does is said. */
function clusterSupport({ values }: ResourceView, engine: string): PricedParts {
  const version = textAt(values, ["engine_version"]);
  const lifecycle = textAt(values, ["engine_lifecycle_support"]);
  return rdsExtendedSupport({ engine, version, lifecycle }) === undefined
    ? FREE
    : partMissing(`extended support for ${engine} ${version ?? ""} of a Multi-AZ cluster is not priced`);
}

/** Two standbys that can be read, beside the primary, of one price. */
function multiAzCluster(resource: ResourceView, lines: Lines, engine: string): PricedParts {
  const { values } = resource;
  const variant = rdsVariant(engine, true);
  const type = textAt(values, ["storage_type"]);
  if (variant === undefined)
    return essentialPartMissing(`a Multi-AZ cluster of ${engine} has no known price`);
  return combineParts(
    withText(textAt(values, ["db_cluster_instance_class"]), "the instance class", (name) =>
      fixedItem({
        name: `Multi-AZ cluster (${engine}, on-demand, ${name})`,
        unit: "hours",
        quantity: MONTH_HOURS,
        price: nodePrice(
          { service: "rds", variant: `${variant} cluster`, region: lines.region, name },
          lines.prices,
        ),
        purchase: "on-demand",
      }),
    ),
    type === "gp3"
      ? withNumber(numberAt(values, ["allocated_storage"]), "the size of the storage", (gib) =>
          lines.fixed(
            ["Storage (gp3, Multi-AZ cluster)", "GB-months"],
            "rds-multi-az-cluster-gp3-gb-month",
            decimal(gib),
          ),
        )
      : essentialPartMissing(`Multi-AZ cluster storage of type ${type ?? "(not known)"} has no known price`),
    clusterSupport(resource, engine),
  );
}

/** `aws_rds_cluster`: an Aurora cluster pays for its storage by use; its instances are resources of their own. */
export function priceAwsRdsCluster(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const engine = textAt(values, ["engine"]) ?? "aurora";
  if (!engine.startsWith("aurora")) return multiAzCluster(resource, lines, engine);
  return combineParts(
    storage(resource, lines),
    backups(resource, lines),
    backtrack(resource, lines),
    textAt(values, ["engine_mode"]) === "serverless" ? serverlessV1(lines) : FREE,
  );
}

function atLeastZero(value: Decimal): Decimal {
  return compareDecimals(value, decimal(0)) < 0 ? decimal(0) : value;
}

/**
 * A serverless instance pays for its least capacity whatever its load; what is above follows the load, which a usage file may tell, and is
 * never less.
 */
function serverlessV2(lines: Lines, cluster: ResourceView | undefined): PricedParts {
  const optimized = isIoOptimized(cluster);
  const price = optimized ? "aurora-serverless-v2-io-optimized-acu-hour" : "aurora-serverless-v2-acu-hour";
  const name = `Aurora Serverless v2${optimized ? " (I/O-Optimized)" : ""}`;
  const least =
    cluster && numberAt(cluster.values, ["serverlessv2_scaling_configuration", 0, "min_capacity"]);
  const told = lines.told("capacity_units_per_hr");
  const hours = (capacity: Decimal | undefined) => times(capacity, MONTH_HOURS);
  if (least === undefined && told !== undefined) return lines.used([name, "ACU-hours"], price, hours(told));
  return withNumber(least, "the least capacity of the serverless cluster", (units) => {
    const aboveLeast = told === undefined ? undefined : atLeastZero(subtract(told, decimal(units)));
    return combineParts(
      lines.fixed(
        [`${name}, at least (${units} ACU)`, "ACU-hours"],
        price,
        times(decimal(units), MONTH_HOURS),
      ),
      lines.used([`${name}, above that`, "ACU-hours"], price, hours(aboveLeast)),
    );
  });
}

/** `aws_rds_cluster_instance`: one instance of an Aurora cluster. */
export function priceAwsRdsClusterInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const cluster = clusterOf(resource, view, "aws_rds_cluster");
  const instanceClass = textAt(values, ["instance_class"]);
  const engine = textAt(values, ["engine"]) ?? (cluster && textAt(cluster.values, ["engine"]));
  if (instanceClass === undefined) return essentialPartMissing("the instance class is not known");
  if (engine === undefined) return essentialPartMissing("the database engine is not known");
  const instance = { instanceClass, engine, multiAz: false };
  const extras = combineParts(
    extendedSupport(resource, lines, instance, cluster),
    databaseExtras(resource, lines, instance),
  );
  if (instanceClass === "db.serverless") return combineParts(serverlessV2(lines, cluster), extras);
  const query = {
    instanceClass,
    region: lines.region,
    engine,
    multiAz: false,
    ioOptimized: isIoOptimized(cluster),
  };
  return combineParts(rdsInstanceMonth(query, view.prices), extras);
}
